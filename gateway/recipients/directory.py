"""Picks for each recipient the verifier of its domain. Knows the settings, not how anybody is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway.config.schema import Backend, DomainSettings, LdapSettings, RecipientVerification
from gateway.core.envelope import Recipient
from gateway.core.event import Publish
from gateway.delivery.lanes import Lanes
from gateway.net.clock import Clock
from gateway.recipients.asks import Hop
from gateway.recipients.base import Existence, Verification
from gateway.recipients.cache import Cache
from gateway.recipients.callout import Callout
from gateway.recipients.canary import Canary
from gateway.recipients.known import Known
from gateway.recipients.ldap import AskedByLdap, DirectoryCopy, Fetch
from gateway.recipients.learned import Learned
from gateway.recipients.learning import Learning
from gateway.recipients.listed import Listed
from gateway.recipients.lmtp import AskedByLmtp
from gateway.recipients.none import TakesAll


class Verifier(Protocol):
    """A RecipientVerifier that can say how well it verifies."""

    def state(self) -> str:
        """One of "verifying", "unverifying", "unverified", "untested", "unavailable", "learning", "directory-…"."""
        ...

    async def verify(self, recipient: Recipient) -> Verification:
        """Say whether this mailbox exists."""
        ...


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A method that this release has not, or a backend without a lane: nobody can be asked."""

    cause: str

    def state(self) -> str:
        """Always "unavailable"."""
        return "unavailable"

    async def verify(self, recipient: Recipient) -> Verification:
        """Undecided, whoever it is."""
        return Verification(Existence.UNDECIDED, "none", cause=self.cause)


@dataclass(frozen=True, slots=True)
class Ground:
    """What verifiers stand on.

    `tasks` owns questions; `random_word` makes the canaries' addresses; `fetch` makes the reading of a directory.
    """

    lanes: Lanes
    clock: Clock
    publish: Publish
    tasks: asyncio.TaskGroup
    random_word: Callable[[], str]
    known: Known
    learning: Learning
    fetch: Callable[[LdapSettings], Fetch]


class Directory:
    """All our domains' verifiers, by A-label."""

    def __init__(self, domains: Mapping[str, DomainSettings], backends: Mapping[str, Backend], ground: Ground) -> None:
        self._ground = ground
        self.copies: dict[str, DirectoryCopy] = {}
        self._canaries: list[Canary] = []
        self._verifiers = {
            name.lower(): self._verifier(name.lower(), domain, backends.get(domain.backend))
            for name, domain in domains.items()
        }

    async def verify(self, recipient: Recipient) -> Verification:
        """Say whether this mailbox exists. A domain that is not ours has none."""
        verifier = self._verifiers.get(recipient.forward_path.ascii_domain)
        if verifier is None:
            return Verification(Existence.UNKNOWN, "none", cause="not one of our domains")
        return await verifier.verify(recipient)

    def state(self, domain: str) -> str:
        """How well this domain's recipients are verified; "" for a domain that is not ours."""
        verifier = self._verifiers.get(domain)
        return verifier.state() if verifier else ""

    def states(self) -> dict[str, str]:
        """The same for all domains."""
        return {name: verifier.state() for name, verifier in sorted(self._verifiers.items())}

    async def run(self) -> None:
        """Probe with canaries, at start and every night; read directories. Ends only by cancellation."""
        async with asyncio.TaskGroup() as group:
            for copy in self.copies.values():
                group.create_task(copy.run())
            for canary in self._canaries:
                group.create_task(canary.run())

    def _verifier(self, name: str, domain: DomainSettings, backend: Backend | None) -> Verifier:
        how, ground = domain.recipient_verification, self._ground
        lane = ground.lanes.get(f"backend:{domain.backend}")
        delimiter = backend.subaddress_delimiter if backend else ""
        if how.method == "none":
            return TakesAll()
        if how.method == "list":
            return Listed(name, how.addresses, delimiter)
        if how.method == "ldap" and how.ldap is not None:
            return self._asked_by_ldap(name, how, how.ldap, delimiter)
        if how.method == "ldap" or lane is None:
            return Unavailable(f"{how.method} can't be asked for {name}")
        hop = Hop(lane, ground.clock)
        if how.method == "lmtp":
            return AskedByLmtp(hop, Cache(ground.clock))
        if how.method == "learned":
            return Learned(name, hop, ground.known, ground.learning, how, delimiter)
        cache = Cache(ground.clock)
        canary = Canary(name, hop, cache, ground.clock, ground.random_word)
        self._canaries.append(canary)
        return Callout(hop, cache, canary, ground.tasks, delimiter)

    def _asked_by_ldap(self, name: str, how: RecipientVerification, ldap: LdapSettings, delimiter: str) -> AskedByLdap:
        ground = self._ground
        fetch = ground.fetch(ldap)
        copy = DirectoryCopy(name, fetch, ground.known, ground.clock, ground.publish, ldap.interval_seconds)
        self.copies[name] = copy
        return AskedByLdap(copy, ground.known, how, delimiter)
