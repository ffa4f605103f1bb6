"""A spool runner on a real store, with a hop that does what it is told and a clock turned by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from gateway.core.consignment import Consignment
from gateway.core.event import Event
from gateway.core.message import Edits, Message
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.queued import QueueEntry, QueueState
from gateway.delivery.spool import SpoolParts, SpoolRunner
from gateway.store.queue import Spool
from gateway.store.store import Store
from tests.support.clock import HandClock
from tests.support.values import ORDINARY, transaction

LANE = "backend:exchange"


class Attempt:
    """What a try brought."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self.outcomes = outcomes

    async def late(self) -> Sequence[Outcome]:
        return self.outcomes


class Hop:
    """A next hop that does what it is told and notes who came."""

    def __init__(self) -> None:
        self.result = Result.DELIVERED
        self.seen: list[str] = []

    async def attempt(self, consignment: Consignment, deadline: float) -> Attempt:
        self.seen.append(consignment.code)
        return Attempt([Outcome(each, self.result, Stage.DOT, "10.0.0.9:25") for each in consignment.recipients])


class House:
    """A runner on a real store, with a clock turned by hand."""

    def __init__(self, store: Store, hop: Hop, clock: HandClock) -> None:
        self.store, self.hop, self.clock = store, hop, clock
        self.events: list[Event] = []
        self.returned: list[str] = []
        self.delays: list[str] = []
        self.has_to_wait = False
        self.tells = False

    def must_wait(self, consignment: Consignment, refused: Sequence[Outcome]) -> bool:
        return self.has_to_wait

    async def refused(self, consignment: Consignment, refused: Sequence[Outcome]) -> None:
        self.returned.append(consignment.code)

    async def expired(self, consignment: Consignment) -> bool:
        return self.tells

    async def delayed(self, entry: QueueEntry, consignment: Consignment) -> None:
        self.delays.append(entry.code)

    async def put(self, code: str, in_doubt: bool = False, lane: str = LANE, sender: str = "a@b.example") -> QueueEntry:
        whole = replace(transaction(sender=sender), code=code)
        consignment = Consignment(code, lane, whole.envelope, Message.of(ORDINARY), Edits())
        spool = Spool(consignment, self.clock.now().timestamp(), in_doubt)
        return (await self.store.queue.put([spool]))[0]

    async def waiting(self) -> list[tuple[str, QueueState]]:
        page = await self.store.queue_desk.list()
        return [(each.code, each.state) for each in page.items]


@asynccontextmanager
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock, hop = HandClock(), Hop()
    events: list[Event] = []
    store = await Store.open(tmp_path, clock, events.append)
    made = House(store, hop, clock)
    made.events = events
    try:
        yield made
    finally:
        await store.close()


@asynccontextmanager
async def running(made: House) -> AsyncIterator[SpoolRunner]:
    async with asyncio.TaskGroup() as tasks:
        parts = SpoolParts(made.store.queue, made.store.queue_desk, made.hop, made, made.clock, made.events.append)
        runner = SpoolRunner(parts, tasks)
        work = tasks.create_task(runner.run())
        try:
            yield runner
        finally:
            work.cancel()


async def until(condition: Callable[[], Awaitable[bool]], made: House, tick: float = 0.0) -> None:
    """Let the disk's threads work until it is so; the clock moves by `tick` each time round."""
    async with asyncio.timeout(20):
        while not await condition():
            await asyncio.sleep(0.002)
            made.clock.advance(tick)
