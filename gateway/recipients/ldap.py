"""`recipient_verification = ldap`: a copy of the directory says who exists, kept in the store, renewed now and then.

The last good copy counts, also across restarts and outages; a copy that lacks too many is held until a person agrees.
Knows no wire: `fetch` reads the directory whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from gateway.config.schema import RecipientVerification
from gateway.core.directoryentry import Listed
from gateway.core.envelope import Recipient
from gateway.core.event import DependencyChanged, Publish
from gateway.core.recipientfact import Source
from gateway.net.clock import Clock
from gateway.net.ldap import LdapError
from gateway.recipients.base import Existence, Verification
from gateway.recipients.known import Known, base_of
from gateway.recipients.learned import REMOVED, known_by_us, nobody
from gateway.store.errors import StoreError

Fetch = Callable[[], Awaitable[tuple[Listed, ...]]]
State = Literal["untested", "verifying", "directory-away", "directory-held", "unavailable"]

# A directory that lost more than a fifth at once was rather misread than emptied (backends.md §4.3).
SHRINK_SHARE = 0.2
RETRY_SECONDS = 60.0
# An address that the copy lacks may be new: the directory is read again, though not for each word of an attack.
FRESH_SECONDS = 300.0
MISS_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Synced:
    """What a reading of the directory came to. `outcome`: adopted, held (`removed` are too many) or failed."""

    outcome: Literal["adopted", "held", "failed"]
    known: int
    added: int = 0
    removed: int = 0
    cause: str = ""


class DirectoryCopy:
    """One domain's copy. `run` keeps it fresh."""

    def __init__(
        self, domain: str, fetch: Fetch, known: Known, clock: Clock, publish: Publish, interval_seconds: float
    ) -> None:
        self.domain = domain
        self.cause = ""
        self._fetch = fetch
        self._known = known
        self._clock = clock
        self._publish = publish
        self._interval = interval_seconds
        self._held: Mapping[str, bool] | None = None
        self._is_read = False
        self._tried_at: float | None = None
        self._failures = 0
        self._one_at_a_time = asyncio.Lock()
        self._wake = asyncio.Event()
        # Set at the end of the reading that goes on or comes next; then another takes its place.
        self._round = asyncio.Event()
        self._told = ""

    @property
    def is_there(self) -> bool:
        """True when the last reading succeeded: then who is not in it does not exist."""
        return self._is_read and not self._failures

    def state(self) -> State:
        """How well it verifies."""
        if not self._known.domain(self.domain).synced_at and not self.keys():
            return "unavailable" if self._failures else "untested"
        if self._failures:
            return "directory-away"
        return "verifying" if self._held is None else "directory-held"

    def keys(self) -> frozenset[str]:
        """The addresses of the copy that counts."""
        return self._known.keys(self.domain, Source.DIRECTORY)

    def find(self, key: str) -> Verification | None:
        """Known by the copy that counts, or by the one that is held for what it lacks."""
        fact = self._known.facts(key).get(Source.DIRECTORY)
        if fact is not None:
            return Verification(Existence.KNOWN, "directory", inside_only=fact.inside_only)
        if self._held is not None and key in self._held:
            return Verification(Existence.KNOWN, "directory", inside_only=self._held[key])
        return None

    async def run(self) -> None:
        """Read it at the start and every interval, sooner after a failure. Ends only by cancellation."""
        while True:
            await self.sync()
            wait = min(self._interval, RETRY_SECONDS * 2.0 ** min(self._failures - 1, 20))
            await self._pause(wait if self._failures else self._interval)

    async def sync(self, *, accepts_loss: bool = False) -> Synced:
        """Read it now. `accepts_loss`: a person agrees to whatever it lacks."""
        async with self._one_at_a_time:
            self._tried_at = self._clock.monotonic()
            try:
                found = _of_domain(await self._fetch(), self.domain)
                return await self._weighed(found, accepts_loss)
            except (LdapError, StoreError) as error:
                return self._failed(str(error))
            finally:
                done, self._round = self._round, asyncio.Event()
                done.set()

    async def freshen(self) -> None:
        """Somebody was not found: have it read again unless that was just done, and wait for it a moment."""
        is_coming = self._one_at_a_time.locked() or self._wake.is_set()
        if not is_coming:
            last, now = self._tried_at, self._clock.monotonic()
            if last is not None and now - last < FRESH_SECONDS:
                return
            self._tried_at = now
            self._wake.set()
        try:
            async with asyncio.timeout(MISS_SECONDS):
                await self._round.wait()
        except TimeoutError:
            return

    async def _weighed(self, found: Mapping[str, bool], accepts_loss: bool) -> Synced:
        """Adopt it, unless it lacks too many."""
        before = self.keys()
        lost, new = len(before - found.keys()), len(found.keys() - before)
        if not found and not (before and accepts_loss):
            return self._empty(before)
        if before and lost > 1 and lost > len(before) * SHRINK_SHARE and not accepts_loss:
            return self._hold(found, before, lost, new)
        swapped = await self._known.swap(self.domain, found)
        self._held, self._is_read, self._failures, self.cause = None, True, 0, ""
        self._tell("up", "")
        return Synced("adopted", len(found), swapped.added, swapped.removed)

    def _hold(self, found: Mapping[str, bool], before: frozenset[str], lost: int, new: int) -> Synced:
        self._held, self._is_read, self._failures = found, True, 0
        self.cause = f"it lacks {lost} of {len(before)} addresses; they still count"
        self._tell("down", self.cause)
        return Synced("held", len(before), new, lost, self.cause)

    def _empty(self, before: frozenset[str]) -> Synced:
        """Nobody at all: rather a wrong base or filter than an office without people."""
        if not before:
            return self._failed(f"it names no address of {self.domain}: see base, filter and attributes")
        return self._hold({}, before, len(before), 0)

    def _failed(self, cause: str) -> Synced:
        self._failures += 1
        self.cause = cause
        self._tell("down", cause)
        return Synced("failed", len(self.keys()), cause=cause)

    def _tell(self, state: str, cause: str) -> None:
        """Only what is news: a directory is away, or back."""
        if (state != "up" or self._told) and self._told != state:
            self._publish(DependencyChanged(f"directory of {self.domain}", state, cause))
        self._told = state

    async def _pause(self, seconds: float) -> None:
        """Until then, or until somebody wants it fresh."""
        async with asyncio.TaskGroup() as group:
            nap = group.create_task(self._nap(seconds))
            await self._wake.wait()
            nap.cancel()
        self._wake.clear()

    async def _nap(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._wake.set()


class AskedByLdap:
    """One domain's verifier. `delimiter` is the backend's subaddress delimiter, "" for none."""

    def __init__(self, copy: DirectoryCopy, known: Known, how: RecipientVerification, delimiter: str) -> None:
        self.copy = copy
        self._known = known
        self._how = how
        self._delimiter = delimiter

    def state(self) -> str:
        """As DirectoryCopy."""
        return self.copy.state()

    async def verify(self, recipient: Recipient) -> Verification:
        """Known by the directory's copy or a person. While the directory is away nobody is refused for it (D1)."""
        found = self._find(recipient.key)
        if found is None:
            await self.copy.freshen()
            found = self._find(recipient.key)
        if found is not None:
            return found
        if not self.copy.is_there:
            cause = self.copy.cause or "it was not read yet"
            return Verification(Existence.UNDECIDED, "directory", cause=f"the directory is away: {cause}")
        return nobody(recipient, self._how.unknown, "directory")

    def _find(self, key: str) -> Verification | None:
        for each in dict.fromkeys((key, base_of(key, self._delimiter))):
            if (found := self.copy.find(each)) is not None:
                return found
        by_us = known_by_us(self._known, key, self._delimiter, learned=False)
        # Whoever was taken off by hand may be new in the directory.
        return None if by_us is REMOVED else by_us


def _of_domain(found: tuple[Listed, ...], domain: str) -> dict[str, bool]:
    """Folded address to inside_only; of two entries with one address the open one counts."""
    keys: dict[str, bool] = {}
    for each in found:
        if each.mailbox.ascii_domain == domain:
            keys[each.mailbox.key] = each.inside_only and keys.get(each.mailbox.key, True)
    return keys
