"""What one connection, one client and all together may do: counts and rates, no octets and no replies' wording.

Shared objects (`Gate`, `Rates`, `ClientsSeen`) are made once by the composition root and given to every listener.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address

from gateway.config.schema import Limits, Pair, SecondsPair
from gateway.core import replies
from gateway.core.envelope import IPAddress
from gateway.core.reply import Reply

# Above this share of all connections the overload values hold, below the lower one the normal ones again. Each change
# visits every connection, so a client must open a tenth of all to cause one.
BUSY_SHARE = 0.7
_CALM_SHARE = 0.6
# DESIGN D15. One window is long enough for a modem's pauses.
SLOWEST_OCTETS_PER_SECOND = 500
SLOWNESS_WINDOW_SECONDS = 60.0
_MINUTE_SECONDS = 60.0
# Clients that are counted in one minute; a flood from more is bounded by `connections`, not by counting it.
_CLIENTS_COUNTED_MAXIMUM = 50_000


def normal(limit: int | Pair, *, is_busy: bool = False) -> int:
    """The limit of normal times, or the one that holds under overload."""
    if isinstance(limit, Pair):
        return limit.overload if is_busy else limit.normal
    return limit


def seconds(limit: float | SecondsPair, *, is_busy: bool = False) -> float:
    """The time to wait in normal times, or the one that holds under overload."""
    if isinstance(limit, SecondsPair):
        return limit.overload if is_busy else limit.normal
    return limit


def client_key(ip: IPAddress) -> IPAddress:
    """Who counts as one client: an IPv4 address; an IPv6 /64, which one host has to itself (RFC 4291 §2.5.4)."""
    return ip if ip.version == 4 else IPv6Address(int(ip) >> 64 << 64)


def neighbourhood(ip: IPAddress) -> tuple[int, int]:
    """The /24 or /64 an address stands in: what one owner can easily fill. A key, cheaper than a network object."""
    return (4, int(ip) >> 8) if ip.version == 4 else (6, int(ip) >> 64)


class Gate:
    """Counts open connections, in all and per client. Places are kept by token, so a double leave does no harm."""

    def __init__(self, limits: Limits) -> None:
        self._total = normal(limits.connections)
        self._per_client = limits.connections_per_client
        self._places: dict[object, IPAddress | None] = {}
        self._clients: Counter[IPAddress] = Counter()
        self._watchers: set[Callable[[], None]] = set()
        self.is_busy = False

    @property
    def open_connections(self) -> int:
        """How many are inside."""
        return len(self._places)

    @property
    def is_full(self) -> bool:
        """True when nobody more may enter."""
        return len(self._places) >= self._total

    def enter(self, token: object) -> Reply | None:
        """Take a place; the refusal if the house is full."""
        if self.is_full:
            return replies.TOO_MANY_CONNECTIONS
        self._places[token] = None
        if not self.is_busy and len(self._places) > BUSY_SHARE * self._total:
            self.is_busy = True
            for watcher in tuple(self._watchers):
                watcher()
        return None

    def identify(self, token: object, ip: IPAddress) -> Reply | None:
        """Say whose place it is, once the true address is known; the refusal if this client has too many."""
        key = client_key(ip)
        if self._clients[key] >= normal(self._per_client, is_busy=self.is_busy):
            return replies.TOO_MANY_CONNECTIONS
        self._clients[key] += 1
        self._places[token] = key
        return None

    def leave(self, token: object) -> None:
        """Give the place back."""
        key = self._places.pop(token, None)
        if self.is_busy and len(self._places) < _CALM_SHARE * self._total:
            self.is_busy = False
        if key is None:
            return
        self._clients[key] -= 1
        if not self._clients[key]:
            del self._clients[key]

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call this each time the house becomes busy, until `unwatch`."""
        self._watchers.add(watcher)

    def unwatch(self, watcher: Callable[[], None]) -> None:
        """No more; harmless for one that never watched."""
        self._watchers.discard(watcher)


class Tally:
    """How often each client did one thing in the present minute. Minutes follow one another for all clients alike."""

    def __init__(self) -> None:
        self._ends = 0.0
        self._counts: dict[IPAddress, int] = {}

    def count(self, ip: IPAddress, now: float) -> int:
        """Count one; how many it makes. `now` is monotonic seconds."""
        if now >= self._ends or len(self._counts) >= _CLIENTS_COUNTED_MAXIMUM:
            self._counts.clear()
            self._ends = now + _MINUTE_SECONDS
        key = client_key(ip)
        count = self._counts[key] = self._counts.get(key, 0) + 1
        return count


class Rates:
    """What strangers do in a minute: connections, messages begun, recipients named."""

    def __init__(self) -> None:
        self.connections = Tally()
        self.messages = Tally()
        self.recipients = Tally()


class ClientsSeen:
    """Clients that have once spoken correctly, the latest `capacity` of them; they get the greeting at once."""

    def __init__(self, capacity: int = 10_000) -> None:
        self._capacity = capacity
        self._seen: OrderedDict[IPAddress, None] = OrderedDict()

    def add(self, ip: IPAddress) -> None:
        """Remember this client."""
        key = client_key(ip)
        self._seen[key] = None
        self._seen.move_to_end(key)
        if len(self._seen) > self._capacity:
            self._seen.popitem(last=False)

    def __contains__(self, ip: IPAddress) -> bool:
        """True if it was here before."""
        return client_key(ip) in self._seen


class Conduct:
    """How one client behaves in one connection. A message that was taken in makes up for idle commands."""

    __slots__ = ("_bad_commands", "_gate", "_idle_commands", "_limits", "_refused_recipients")

    def __init__(self, limits: Limits, gate: Gate) -> None:
        self._limits = limits
        self._gate = gate
        self._bad_commands = 0
        self._idle_commands = 0
        self._refused_recipients = 0

    def bad_command(self) -> Reply | None:
        """Count one; the goodbye when it was one too many."""
        self._bad_commands += 1
        return replies.TOO_MANY_ERRORS if self._bad_commands > self._now(self._limits.errors) else None

    def idle_command(self) -> Reply | None:
        """Count a NOOP or its like; the goodbye when it was one too many."""
        self._idle_commands += 1
        return replies.TOO_MANY_ERRORS if self._idle_commands > self._now(self._limits.idle_commands) else None

    def message_taken(self) -> None:
        """What led to a message was not idle."""
        self._idle_commands = 0

    def refused_recipient(self) -> Reply | None:
        """Count one; the goodbye when it was one too many."""
        self._refused_recipients += 1
        return replies.TOO_MANY_UNKNOWN if self._refused_recipients > self._refusals() else None

    @property
    def is_guessing(self) -> bool:
        """True from the second half of the refused recipients on: the answers come late then."""
        return self._refused_recipients > self._refusals() // 2

    def _refusals(self) -> int:
        return self._now(self._limits.refused_recipients)

    def _now(self, limit: int | Pair) -> int:
        return normal(limit, is_busy=self._gate.is_busy)


class Pace:
    """Whether content keeps up the slowest pace, window by window. `now` is monotonic seconds."""

    __slots__ = ("_octets", "_since")

    def __init__(self, now: float) -> None:
        self._since = now
        self._octets = 0

    def is_kept(self, octets: int, now: float) -> bool:
        """Count octets that arrived; False when a window ended with too few."""
        self._octets += octets
        elapsed = now - self._since
        if elapsed < SLOWNESS_WINDOW_SECONDS:
            return True
        kept = self._octets >= SLOWEST_OCTETS_PER_SECOND * elapsed
        self._since, self._octets = now, 0
        return kept
