"""What the inbound edge is given: the shared parts, and those of one listener; wired by the composition root."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network

from gateway.config.schema import Limits, Listener, Timeouts
from gateway.core import replies
from gateway.core.envelope import IPAddress, Role
from gateway.core.event import Publish
from gateway.core.reply import Reply
from gateway.net.clock import Clock
from gateway.net.tls import ServerTls
from gateway.pipeline.base import Intake
from gateway.smtp.limits import ClientsSeen, Gate, Rates
from gateway.smtp.link import CONTENT_READ_OCTETS
from gateway.smtp.memory import MemoryBudget
from gateway.smtp.repeating import Repeating
from gateway.smtp.room import Room

_LAST_KEYWORDS = ("8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "CHUNKING", "DSN")


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
    rates: Rates = field(default_factory=Rates)
    hidden_origins: frozenset[IPAddress] = frozenset()

    def largest_message_octets(self) -> int:
        """What is announced and enforced: a message that could never fit into memory is too large too."""
        return min(self.size_limit(), self.memory.total_octets)


@dataclass(frozen=True, slots=True)
class Door:
    """One listener: its name and settings, its certificate (None: no TLS), and who owns its tasks, one a connection."""

    name: str
    listener: Listener
    tls: ServerTls | None
    surroundings: Surroundings
    sessions: asyncio.TaskGroup
    # What never changes while the listener lives is made once, not for each connection.
    role: Role = field(init=False)
    proxies: tuple[IPv4Network | IPv6Network, ...] = field(init=False)
    greeting: Reply = field(init=False)
    scratch: memoryview = field(init=False, repr=False)
    _hellos: dict[tuple[bool, bool, int], Reply] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Raises ValueError for a role or a network that the settings should have refused."""
        given = self.listener.proxy_protocol_from
        object.__setattr__(self, "role", Role(self.listener.role))
        object.__setattr__(self, "proxies", tuple(ip_network(each, strict=False) for each in given))
        object.__setattr__(self, "greeting", replies.greeting(self.surroundings.hostname))
        object.__setattr__(self, "scratch", memoryview(bytearray(CONTENT_READ_OCTETS)))

    def hello(self, *, extended: bool, is_secret: bool) -> Reply:
        """The answer to EHLO or HELO, with exactly the keywords of DESIGN D6."""
        size = self.surroundings.largest_message_octets()
        key = (extended, is_secret, size)
        if key not in self._hellos:
            starttls = ("STARTTLS",) if self.offers_starttls and not is_secret else ()
            keywords = ("PIPELINING", f"SIZE {size}", *starttls, *_LAST_KEYWORDS) if extended else ()
            self._hellos.clear()
            self._hellos[key] = replies.hello(self.surroundings.hostname, keywords)
        return self._hellos[key]

    @property
    def offers_starttls(self) -> bool:
        """True when a plain connection may be upgraded."""
        return self.tls is not None and self.listener.tls.mode in ("opportunistic", "require")
