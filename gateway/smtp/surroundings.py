"""What the inbound edge is given: the shared parts, and those of one listener; wired by the composition root."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.config.schema import Limits, Listener, Timeouts
from gateway.core.envelope import IPAddress
from gateway.core.event import Publish
from gateway.net.clock import Clock
from gateway.net.tls import ServerTls
from gateway.pipeline.base import Intake
from gateway.smtp.limits import ClientsSeen, Gate
from gateway.smtp.memory import MemoryBudget
from gateway.smtp.repeating import Repeating
from gateway.smtp.room import Room


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Shared by all listeners.

    `size_limit` gives the largest message now, in octets: what the settings and the smallest backend allow (D6).
    `hidden_origins` are addresses behind which others hide, such as the default gateway's (D18).
    """

    hostname: str
    limits: Limits
    timeouts: Timeouts
    intake: Intake
    clock: Clock
    publish: Publish
    size_limit: Callable[[], int]
    gate: Gate
    memory: MemoryBudget
    repeating: Repeating
    room: Room
    seen: ClientsSeen = field(default_factory=ClientsSeen)
    hidden_origins: frozenset[IPAddress] = frozenset()

    def largest_message_octets(self) -> int:
        """What is announced and enforced: a message that could never fit into memory is too large too."""
        return min(self.size_limit(), self.memory.total_octets)


@dataclass(frozen=True, slots=True)
class Door:
    """One listener: its name and settings, its certificate (None: no TLS), and who owns its tasks.

    `sessions` holds one task a connection; `deliveries` one a message, so that a client that leaves, or a session
    that ends, never takes a delivery with it.
    """

    name: str
    listener: Listener
    tls: ServerTls | None
    surroundings: Surroundings
    sessions: asyncio.TaskGroup
    deliveries: asyncio.TaskGroup

    @property
    def offers_starttls(self) -> bool:
        """True when a plain connection may be upgraded."""
        return self.tls is not None and self.listener.tls.mode in ("opportunistic", "require")
