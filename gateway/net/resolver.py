"""Real look-ups, by dnspython on the configured servers only.

The one file that knows dnspython: no resolv.conf, no search list, no hosts file. Concurrent questions
for the same thing are asked once. Its health is for the alarm and for what depends on DNS (D2).
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import dns.asyncresolver
import dns.exception
import dns.message
import dns.name
import dns.nameserver
import dns.rdata
import dns.resolver
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.PTR import PTR
from dns.rdtypes.ANY.TXT import TXT

from gateway.core.event import DependencyChanged, Publish
from gateway.net.dns import Answer, TemporaryFailure
from gateway.net.dnscache import AnswerCache, Question

CACHE_ANSWERS: Final = 10_000
# DNS flag day 2020: what passes every path unfragmented.
UDP_PAYLOAD_OCTETS: Final = 1_232
FAILURES_BEFORE_DOWN: Final = 8
# Two failed tries after this pause are news within 5 s; a resolver of one's own answers from its memory.
PROBE_SECONDS: Final = 2.0
PROBE_TRY_SECONDS: Final = 1.0

# An answer, and for how many seconds it is good.
_Found = tuple[Answer, float]


class DnsHealth:
    """Whether our DNS answers at all. `publish` is told once per change.

    Look-ups that fail one after the other raise a suspicion; only a failed probe makes it a fact, since
    a stranger's broken domains must not be able to declare our DNS dead.
    """

    def __init__(self, publish: Publish, failures_before_down: int = FAILURES_BEFORE_DOWN) -> None:
        self._publish = publish
        self._limit = failures_before_down
        self._failures = 0
        self._up = True
        self.cause = ""

    def healthy(self) -> bool:
        """False from the failed probe until the next answer."""
        return self._up

    def is_suspicious(self) -> bool:
        """True when the last look-ups all failed and nobody has proven it yet."""
        return self._up and self._failures >= self._limit

    def answered(self) -> None:
        """A server gave an answer, even "no such name"."""
        self._failures = 0
        if not self._up:
            self._up, self.cause = True, ""
            self._publish(DependencyChanged("dns", "up", "a DNS server answers again"))

    def failed(self) -> None:
        """A look-up got no usable answer."""
        self._failures += 1

    def declare_down(self, cause: str) -> None:
        """The probe failed too."""
        if self._up:
            self._up, self.cause = False, cause
            self._publish(DependencyChanged("dns", "down", cause))


@dataclass(slots=True)
class _Flight:
    """One question on its way, and who else waits for it."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    failure: str | None = None


class DnsResolver:
    """A `Resolver`. `servers` are "ADDRESS:PORT", asked in order; `timeout_seconds` is for one look-up in all."""

    def __init__(self, servers: Sequence[str], timeout_seconds: float, health: DnsHealth) -> None:
        self.health = health
        self._resolver = _make(servers, timeout_seconds)
        self._try_seconds = min(PROBE_TRY_SECONDS, timeout_seconds)
        self._cache = AnswerCache(CACHE_ANSWERS)
        self._flights: dict[Question, _Flight] = {}

    async def lookup(self, name: str, kind: str) -> Answer:
        """As `Resolver` says. A name that cannot exist (empty or too long label, not ASCII) does not exist."""
        if not name.isascii():
            return Answer((), exists=False)
        key = (name.lower().removesuffix("."), kind)
        now = asyncio.get_running_loop().time
        if (known := self._cache.get(key, now())) is not None:
            return known
        question = _name(name)
        if question is None:
            return Answer((), exists=False)
        async with self._flight(key) as flight:
            if flight.failure is not None:
                raise TemporaryFailure(flight.failure)
            if (known := self._cache.get(key, now())) is not None:
                return known
            try:
                answer, ttl_seconds = await self._ask(question, kind)
            except TemporaryFailure as failure:
                flight.failure = str(failure)
                raise
            self._cache.put(key, answer, ttl_seconds, now())
            return answer

    async def probe(self) -> bool:
        """Ask past our cache whether any server answers, twice where need be, and tell `health`.

        A server whose own line is cut still answers from its cache: in doubt it is asked for a name that nobody has.
        """
        in_doubt = self.health.is_suspicious() or not self.health.healthy()
        try:
            await self._probe(dns.name.root, "NS")
            if in_doubt:
                await self._probe(dns.name.from_text(f"poterne-{secrets.token_hex(8)}.com"), "A")
        except TemporaryFailure as failure:
            self.health.declare_down(str(failure))
        else:
            self.health.answered()
        return self.health.healthy()

    async def watch(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """See an outage and its end within PROBE_SECONDS and two tries, with mail or without, until cancelled."""
        while True:
            await self.probe()
            await sleep(PROBE_SECONDS)

    async def _probe(self, name: dns.name.Name, kind: str) -> None:
        """Raises TemporaryFailure when neither of two tries brings an answer."""
        try:
            await _resolve(self._resolver, name, kind, self._try_seconds)
        except TemporaryFailure:
            await _resolve(self._resolver, name, kind, self._try_seconds)

    async def _ask(self, question: dns.name.Name, kind: str) -> _Found:
        try:
            # Who waits for a server that is known to be away waits shortly: a sender waits for all of us.
            found = await _resolve(self._resolver, question, kind, None if self.health.healthy() else self._try_seconds)
        except TemporaryFailure:
            self.health.failed()
            if self.health.is_suspicious():
                await self.probe()
            raise
        self.health.answered()
        return found

    @asynccontextmanager
    async def _flight(self, key: Question) -> AsyncIterator[_Flight]:
        """One at a time for one question: the next finds the answer in the cache, or the failure here."""
        flight = self._flights.setdefault(key, _Flight())
        flight.waiting += 1
        try:
            async with flight.lock:
                yield flight
        finally:
            flight.waiting -= 1
            over = not flight.waiting or flight.failure is not None
            if over and self._flights.get(key) is flight:
                del self._flights[key]


def _make(servers: Sequence[str], timeout_seconds: float) -> dns.asyncresolver.Resolver:
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = [_nameserver(server) for server in servers]
    resolver.lifetime = timeout_seconds
    # Two attempts at each server within the time: one lost datagram must not lose the answer.
    resolver.timeout = timeout_seconds / (2 * max(1, len(servers)))
    resolver.use_edns(0, 0, UDP_PAYLOAD_OCTETS)
    return resolver


def _nameserver(server: str) -> dns.nameserver.Nameserver:
    host, _, port = server.rpartition(":")
    return dns.nameserver.Do53Nameserver(host.strip("[]"), int(port))


def _name(name: str) -> dns.name.Name | None:
    """The absolute name, label for label: no escapes are read, so "\\046" is no dot."""
    try:
        labels = name.removesuffix(".").encode("ascii").split(b".")
        return dns.name.Name([*labels, b""])
    except (UnicodeEncodeError, dns.exception.DNSException):
        return None


async def _resolve(
    resolver: dns.asyncresolver.Resolver, question: dns.name.Name, kind: str, seconds: float | None = None
) -> _Found:
    """One question, and for how many seconds its answer is good; dnspython's and the system's errors end here."""
    try:
        answer = await resolver.resolve(question, kind, raise_on_no_answer=False, search=False, lifetime=seconds)
    except dns.resolver.NXDOMAIN as nothing:
        response: dns.message.QueryMessage = nothing.kwargs["responses"][question]
        return Answer((), exists=False), response.resolve_chaining().minimum_ttl
    except (dns.exception.DNSException, OSError) as error:
        raise TemporaryFailure(f"{question} {kind}: {_in_words(error)}") from error
    return Answer(tuple(_value(rdata) for rdata in answer.rrset or ())), answer.chaining_result.minimum_ttl


def _in_words(error: Exception) -> str:
    if isinstance(error, dns.exception.Timeout):
        return "no answer in time"
    if isinstance(error, dns.resolver.NoNameservers):
        return "no server gave a usable answer"
    return type(error).__name__


def _value(rdata: dns.rdata.Rdata) -> str:
    """The text form that `Answer` promises."""
    match rdata:
        case TXT():
            return b"".join(rdata.strings).decode("latin-1")
        case MX():
            return f"{rdata.preference} {_plain(rdata.exchange)}"
        case PTR() | CNAME():
            return _plain(rdata.target)
        case _:
            return rdata.to_text()


def _plain(name: dns.name.Name) -> str:
    """Without the final dot; octets that are no plain text stay escaped."""
    return name.to_text(omit_final_dot=True)
