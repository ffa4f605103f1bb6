"""What one connection, one client and all together may do: counts and rates, no octets and no replies' wording.

Shared objects (`Gate`, `ClientsSeen`) are made once by the composition root and given to every listener.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network

from gateway.config.schema import Limits, Pair
from gateway.core import replies
from gateway.core.envelope import IPAddress
from gateway.core.reply import Reply

# Postfix forgives 20, Exim 3: enough for a person at a terminal, too few for a scanner.
BAD_COMMANDS_MAXIMUM = 10
# backends.md §8 row 14: who asks for so many unknown addresses in one connection is harvesting.
REFUSED_RECIPIENTS_MAXIMUM = 20
# Postfix's smtpd_junk_command_limit: commands that lead to no message, in one connection.
IDLE_COMMANDS_MAXIMUM = 100
# DESIGN D15. One window is long enough for a modem's pauses.
SLOWEST_OCTETS_PER_SECOND = 500
SLOWNESS_WINDOW_SECONDS = 60.0


def normal(limit: int | Pair) -> int:
    """The limit of normal times."""
    return limit.normal if isinstance(limit, Pair) else limit


def client_key(ip: IPAddress) -> IPAddress:
    """Who counts as one client: an IPv4 address; an IPv6 /64, which one host has to itself (RFC 4291 §2.5.4)."""
    return ip if ip.version == 4 else IPv6Address(int(ip) >> 64 << 64)


def neighbourhood(ip: IPAddress) -> IPv4Network | IPv6Network:
    """The /24 or /64 an address stands in: what one owner can easily fill."""
    return ip_network((ip, 24 if ip.version == 4 else 64), strict=False)


class Gate:
    """Counts open connections, in all and per client. Places are kept by token, so a double leave does no harm."""

    def __init__(self, limits: Limits) -> None:
        self._total = normal(limits.connections)
        self._per_client = normal(limits.connections_per_client)
        self._places: dict[object, IPAddress | None] = {}
        self._clients: Counter[IPAddress] = Counter()

    @property
    def open_connections(self) -> int:
        """How many are inside."""
        return len(self._places)

    def enter(self, token: object) -> Reply | None:
        """Take a place; the refusal if the house is full."""
        if len(self._places) >= self._total:
            return replies.TOO_MANY_CONNECTIONS
        self._places[token] = None
        return None

    def identify(self, token: object, ip: IPAddress) -> Reply | None:
        """Say whose place it is, once the true address is known; the refusal if this client has too many."""
        key = client_key(ip)
        if self._clients[key] >= self._per_client:
            return replies.TOO_MANY_CONNECTIONS
        self._clients[key] += 1
        self._places[token] = key
        return None

    def leave(self, token: object) -> None:
        """Give the place back."""
        key = self._places.pop(token, None)
        if key is None:
            return
        self._clients[key] -= 1
        if not self._clients[key]:
            del self._clients[key]


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
    """How one client behaves in one connection."""

    __slots__ = ("_bad_commands", "_idle_commands", "_refused_recipients")

    def __init__(self) -> None:
        self._bad_commands = 0
        self._idle_commands = 0
        self._refused_recipients = 0

    def bad_command(self) -> Reply | None:
        """Count one; the goodbye when it was one too many."""
        self._bad_commands += 1
        return replies.TOO_MANY_ERRORS if self._bad_commands > BAD_COMMANDS_MAXIMUM else None

    def idle_command(self) -> Reply | None:
        """Count a NOOP or its like; the goodbye when it was one too many."""
        self._idle_commands += 1
        return replies.TOO_MANY_ERRORS if self._idle_commands > IDLE_COMMANDS_MAXIMUM else None

    def refused_recipient(self) -> Reply | None:
        """Count one; the goodbye when it was one too many."""
        self._refused_recipients += 1
        return replies.TOO_MANY_UNKNOWN if self._refused_recipients > REFUSED_RECIPIENTS_MAXIMUM else None


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
