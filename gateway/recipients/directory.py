"""Picks for each recipient the verifier of its domain. Knows the settings, not how anybody is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway.config.schema import Backend, DomainSettings
from gateway.core.envelope import Recipient
from gateway.delivery.lanes import Lanes
from gateway.net.clock import Clock
from gateway.recipients.asks import Hop
from gateway.recipients.base import Existence, Verification
from gateway.recipients.cache import Cache
from gateway.recipients.callout import Callout
from gateway.recipients.canary import Canary
from gateway.recipients.listed import Listed
from gateway.recipients.lmtp import AskedByLmtp
from gateway.recipients.none import TakesAll


class Verifier(Protocol):
    """A RecipientVerifier that can say how well it verifies."""

    def state(self) -> str:
        """One of "verifying", "unverifying", "unverified", "untested", "unavailable"."""
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


class Directory:
    """All our domains' verifiers, by A-label. `random_word` makes the canaries' addresses."""

    def __init__(
        self,
        domains: Mapping[str, DomainSettings],
        backends: Mapping[str, Backend],
        lanes: Lanes,
        clock: Clock,
        tasks: asyncio.TaskGroup,
        random_word: Callable[[], str],
    ) -> None:
        self._lanes = lanes
        self._clock = clock
        self._tasks = tasks
        self._random_word = random_word
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
        """Probe with canaries, at start and every night. Ends only by cancellation."""
        async with asyncio.TaskGroup() as group:
            for canary in self._canaries:
                group.create_task(canary.run())

    def _verifier(self, name: str, domain: DomainSettings, backend: Backend | None) -> Verifier:
        method = domain.recipient_verification.method
        lane = self._lanes.get(f"backend:{domain.backend}")
        delimiter = backend.subaddress_delimiter if backend else ""
        if method == "none":
            return TakesAll()
        if method == "list":
            return Listed(name, domain.recipient_verification.addresses, delimiter)
        if method == "ldap" or lane is None:
            return Unavailable(f"{method} can't be asked for {name}")
        hop = Hop(lane, self._clock)
        if method == "lmtp":
            return AskedByLmtp(hop, Cache(self._clock))
        cache = Cache(self._clock)
        canary = Canary(name, hop, cache, self._clock, self._random_word)
        self._canaries.append(canary)
        return Callout(hop, cache, canary, self._tasks, delimiter)
