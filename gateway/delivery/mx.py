"""Where a domain's mail servers are (RFC 5321 §5.1): from MX records to addresses, in the order to try them.

Knows DNS and which addresses are ours; opens nothing. A failure of DNS is a reason to wait, never an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final

from gateway.core.dialogue.steps import Ending
from gateway.core.outcome import Stage
from gateway.core.reply import Reply
from gateway.delivery.opener import LOOP
from gateway.delivery.way import NoLink, Target
from gateway.net.dns import Resolver, TemporaryFailure

# RFC 7505 §4.1: the domain says that it takes no mail.
NULL_MX: Final = Reply.of(556, "5.1.10", "The recipient's domain takes no mail")
NO_DOMAIN: Final = Reply.of(550, "5.1.2", "The recipient's domain does not exist, or has no mail server")
NO_ADDRESS: Final = Reply.of(550, "5.4.4", "The mail servers of the recipient's domain have no address")

# RFC 5321 §5.1: at least two addresses must be tried. More names than this are somebody's joke.
NAMES_MAXIMUM: Final = 10
TARGETS_MAXIMUM: Final = 6

SMTP_PORT: Final = 25


@dataclass(frozen=True, slots=True)
class Reach:
    """What the way to strangers needs beside the settings.

    `is_here` says whether an address is this machine's; `shuffle` mixes equals in place; `port` is 25 but in tests.
    """

    is_here: Callable[[str], bool]
    shuffle: Callable[[list[str]], None]
    port: int = SMTP_PORT


@dataclass(slots=True)
class _Found:
    """What the look-ups brought so far. `trouble` is the last temporary failure."""

    targets: list[tuple[int, Target]] = field(default_factory=list)
    trouble: str = ""
    ours: int | None = None

    @property
    def is_enough(self) -> bool:
        return self.ours is not None or len(self.targets) >= TARGETS_MAXIMUM


class MxHosts:
    """`delivery.way.Hosts` of one domain (A-labels). `hostname` is ours."""

    def __init__(self, domain: str, hostname: str, resolver: Resolver, reach: Reach) -> None:
        self._domain = domain
        self._hostname = hostname.lower()
        self._resolver = resolver
        self._reach = reach

    @property
    def name(self) -> str:
        """The domain."""
        return self._domain

    async def find(self) -> tuple[Target, ...] | NoLink:
        """The servers' addresses, the best first; IPv4 before IPv6. Bounded in names and in addresses."""
        try:
            records = await self._records()
        except TemporaryFailure as failure:
            return self._wait(str(failure))
        if isinstance(records, Reply):
            return self._refuse(records)
        found = _Found()
        for preference, name in records[:NAMES_MAXIMUM]:
            await self._look_up(preference, name, found)
            if found.is_enough:
                break
        # RFC 5321 §5.1: where we are listed ourselves, only servers that are preferred to us may be tried.
        targets = [target for preference, target in found.targets if found.ours is None or preference < found.ours]
        if targets:
            return tuple(targets[:TARGETS_MAXIMUM])
        if found.ours is not None:
            return self._refuse(LOOP)
        return self._wait(found.trouble) if found.trouble else self._refuse(NO_ADDRESS)

    async def _records(self) -> list[tuple[int, str]] | Reply:
        """(preference, name) in order, equals mixed; or the refusal that DNS itself says."""
        answer = await self._resolver.lookup(self._domain, "MX")
        records = [_record(value) for value in answer.values]
        named = [(preference, name) for preference, name in records if name not in ("", ".", "@")]
        if records and not named:
            return NULL_MX
        if named:
            return self._mixed(named)
        # RFC 5321 §5.1: without MX records the domain itself is its mail server.
        has_address = answer.exists and any([await self._addresses(self._domain)])
        return [(0, self._domain)] if has_address else NO_DOMAIN

    def _mixed(self, records: list[tuple[int, str]]) -> list[tuple[int, str]]:
        ordered: list[tuple[int, str]] = []
        for preference in sorted({each for each, _ in records}):
            equals = sorted({name for each, name in records if each == preference})
            self._reach.shuffle(equals)
            ordered += [(preference, name) for name in equals]
        return ordered

    async def _look_up(self, preference: int, name: str, found: _Found) -> None:
        try:
            addresses = await self._addresses(name)
        except TemporaryFailure as failure:
            found.trouble = str(failure)
            return
        if name == self._hostname or any(self._reach.is_here(each) for each in addresses):
            found.ours = preference
            return
        found.targets += [(preference, self._target(name, each)) for each in addresses if _is_usable(each)]

    async def _addresses(self, name: str) -> tuple[str, ...]:
        """IPv4, then IPv6. Raises TemporaryFailure when none is known because DNS failed."""
        addresses: list[str] = []
        failure: TemporaryFailure | None = None
        for kind in ("A", "AAAA"):
            try:
                answer = await self._resolver.lookup(name, kind)
            except TemporaryFailure as error:
                failure = error
            else:
                addresses += [value for value in answer.values if _is_address(value)]
        if failure is not None and not addresses:
            raise failure
        return tuple(addresses)

    def _target(self, name: str, address: str) -> Target:
        where = f"[{address}]:{self._reach.port}" if ":" in address else f"{address}:{self._reach.port}"
        return Target(where, name, f"{name}[{address}]:{self._reach.port}")

    def _wait(self, cause: str) -> NoLink:
        return NoLink(self._domain, Ending(Stage.CONNECT, None, f"DNS does not answer for {self._domain}: {cause}"))

    def _refuse(self, reply: Reply) -> NoLink:
        return NoLink(self._domain, Ending(Stage.RCPT, reply, is_ours=True))


def _record(value: str) -> tuple[int, str]:
    """ "10 mx.example" as the resolver gives it."""
    preference, _, name = value.partition(" ")
    return int(preference), name.lower()


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_usable(text: str) -> bool:
    """No mail server has such an address; a connection there would reach something else."""
    address = ip_address(text)
    return not (address.is_unspecified or address.is_multicast or address.is_link_local)
