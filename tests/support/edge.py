"""A running inbound edge on loopback for tests, with a scripted pipeline, a hand-turned clock and its events kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from gateway.config.schema import Limits, Listener, ListenerTls, Timeouts
from gateway.core.envelope import IPAddress
from gateway.core.event import Event
from gateway.net.tls import ServerTls
from gateway.smtp.limits import Gate, normal
from gateway.smtp.memory import MemoryBudget
from gateway.smtp.repeating import Repeating
from gateway.smtp.room import Room
from gateway.smtp.server import SmtpServer
from gateway.smtp.surroundings import Surroundings
from tests.support.clock import HandClock
from tests.support.intake import ScriptedIntake
from tests.support.smtpclient import RawClient

PLAIN = Listener("127.0.0.1:0", greet_delay_seconds=0.0, tls=ListenerTls("none"))


@dataclass
class Edge:
    """What a test looks at."""

    server: SmtpServer
    intake: ScriptedIntake
    surroundings: Surroundings
    clock: HandClock
    events: list[Event]
    clients: list[RawClient] = field(default_factory=list)
    usable_octets: int = 1 << 40

    async def client(self, source: str = "127.0.0.1") -> RawClient:
        """A new connection from this loopback address."""
        client = await RawClient.connect(self.server.port, source=source)
        self.clients.append(client)
        return client


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until it is so."""
    for _ in range(200_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to be so")


@asynccontextmanager
async def running_edge(
    intake: ScriptedIntake | None = None,
    *,
    listener: Listener = PLAIN,
    limits: Limits | None = None,
    timeouts: Timeouts | None = None,
    tls: ServerTls | None = None,
    hidden_origins: frozenset[IPAddress] = frozenset(),
    folder: Path | None = None,
) -> AsyncIterator[Edge]:
    """Start it, and stop it with everything that belongs to it."""
    limits = limits or Limits()
    intake = intake or ScriptedIntake()
    clock = HandClock()
    events: list[Event] = []
    surroundings = Surroundings(
        hostname="mx.office.example",
        limits=limits,
        timeouts=timeouts
        or replace(Timeouts(), command_seconds=20.0, data_block_seconds=20.0, refused_recipient_seconds=0.001),
        intake=intake,
        clock=clock,
        publish=events.append,
        size_limit=lambda: normal(limits.message_size_octets),
        gate=Gate(limits),
        memory=MemoryBudget(normal(limits.memory_octets), folder),
        repeating=Repeating(clock),
        room=Room(lambda: edge.usable_octets, normal(limits.memory_octets), events.append),
        hidden_origins=hidden_origins,
    )
    async with asyncio.TaskGroup() as tasks:
        server = SmtpServer("internet", listener, surroundings, tls)
        await server.start(tasks)
        edge = Edge(server, intake, surroundings, clock, events)
        try:
            yield edge
        finally:
            for client in edge.clients:
                await client.close()
            await server.stop(5.0)
