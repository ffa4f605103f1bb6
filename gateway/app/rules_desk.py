"""The allow and block lists as people see and change them, and what they would have done to the past.

Asks and relays; `core.replay` judges. Whoever changed something stands in the lists' own journal, and in the system's.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from gateway.app import translate
from gateway.config.schema import Settings
from gateway.control.rulesdesk import CantList, Outcomes, Trial
from gateway.core.case import Policy
from gateway.core.facts import Facts
from gateway.core.listentry import Kind, ListChange, ListDraft, ListEntry
from gateway.core.page import Cursor, Page
from gateway.core.record import MessageRecord
from gateway.core.replay import Fate, World, differences
from gateway.net.clock import Clock
from gateway.store.history import History
from gateway.store.lists import CantChange, Lists

_PAGE: Final = 100
_DAY_SECONDS: Final = 86_400.0
_STANDARD: Final = "standard"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GatewayRules:
    """`control.rulesdesk.RulesDesk` of the running gateway; `settings` gives those of now. Raises StoreError."""

    lists: Lists
    history: History
    settings: Callable[[], Settings]
    clock: Clock
    # One at a time: a replay reads the whole history of its days.
    _replaying: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def entries(self) -> tuple[ListEntry, ...]:
        """All of them."""
        return self.lists.entries

    def list(self, after: Cursor | None, limit: int, search: str, kind: Kind | None) -> Page[ListEntry]:
        """Entries, newest first."""
        return self.lists.list(after, limit, search, kind)

    def get(self, number: int) -> ListEntry | None:
        """One entry."""
        return self.lists.get(number)

    async def add(self, draft: ListDraft, by: str) -> ListChange | CantList:
        """Make or renew an entry."""
        return _told(await self.lists.add(draft, by), "listed")

    async def remove(self, number: int, by: str) -> ListChange | None:
        """Take an entry out."""
        change = await self.lists.remove(number, by)
        if change is not None:
            _told(change, "took out")
        return change

    async def undo(self, number: int, by: str) -> ListChange | CantList:
        """Take a change back."""
        return _told(await self.lists.undo(number, by), "took back a change of")

    async def changes(self, after: Cursor | None, limit: int) -> Page[ListChange]:
        """The journal."""
        return await self.lists.changes(after, limit)

    async def replay(self, trial: Trial, days: int, after: Cursor | None, limit: int) -> Outcomes:
        """Over every message of these days; behind a page (`after`), only until the next one is full."""
        before, tried = self._worlds(trial)
        since = self.now() - days * _DAY_SECONDS
        async with self._replaying:
            return await _replayed(self.history, _Question(before, tried, since, after, limit))

    def policy_of(self, recipient: str) -> Policy:
        """By the recipient's domain."""
        return _policy_of(self.settings(), {})(recipient)

    def is_ours(self, domain: str) -> bool:
        """One of the office's domains, or a name below it."""
        return any(domain == ours or domain.endswith(f".{ours}") for ours in self.settings().domain)

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        return self.clock.now().timestamp()

    def _worlds(self, trial: Trial) -> tuple[World, World]:
        settings, present = self.settings(), self.lists.facts
        before = World(present, _policy_of(settings, {}))
        if trial.thresholds is not None:
            return before, World(present, _policy_of(settings, {trial.policy: trial.thresholds}))
        entries = [each for each in self.lists.entries if each.id != trial.without]
        if trial.draft is not None:
            new = trial.draft
            same = (new.kind, new.subject, new.recipient)
            entries = [each for each in entries if (each.draft.kind, each.draft.subject, each.draft.recipient) != same]
            entries.append(ListEntry(0, new, "", self.now()))
        return before, replace(before, facts=Facts(entries))


@dataclass(frozen=True, slots=True)
class _Question:
    """What is compared, from when on, behind which message, and how many shall be shown."""

    before: World
    tried: World
    since: float
    after: Cursor | None
    limit: int


@dataclass(slots=True)
class _Tally:
    """What was found so far."""

    seen: int = 0
    differ: int = 0
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    items: list[tuple[MessageRecord, tuple[Fate, ...]]] = field(default_factory=list)
    next: Cursor | None = None


async def _replayed(history: History, asked: _Question) -> Outcomes:
    """Page by page, newest first; the loop is free between two pages."""
    tally, place = _Tally(), asked.after
    while True:
        page = await history.list(place, _PAGE)
        for record in page.items:
            if record.time < asked.since:
                return _outcomes(tally, asked)
            _weigh(tally, record, asked)
        # A page knows only where it ends: what is shown stops at one, so that no message is shown twice.
        full = len(tally.items) >= asked.limit
        if full and tally.next is None:
            tally.next = page.next
        if page.next is None or (full and asked.after is not None):
            return _outcomes(tally, asked)
        place = page.next


def _weigh(tally: _Tally, record: MessageRecord, asked: _Question) -> None:
    if record.kind != "message":
        return
    tally.seen += 1
    fates = differences(record, asked.before, asked.tried)
    if not fates:
        return
    tally.differ += 1
    gravest = max(fates, key=lambda fate: max(fate.was.severity, fate.would_be.severity))
    tally.counts[gravest.was.value, gravest.would_be.value] += 1
    if tally.next is None:
        tally.items.append((record, fates))


def _outcomes(tally: _Tally, asked: _Question) -> Outcomes:
    counts = tuple((was, would_be, number) for (was, would_be), number in tally.counts.most_common())
    return Outcomes(asked.since, tally.seen, tally.differ, counts, tuple(tally.items), tally.next)


def _policy_of(settings: Settings, thresholds: Mapping[str, tuple[float, float, float]]) -> Callable[[str], Policy]:
    """By recipient; `thresholds` stand in for those of the policies of these names."""
    policies = {}
    for name, each in settings.policy.items():
        policy = translate.policy(each, settings.failure.dns == "defer")
        if name in thresholds:
            mark_at, quarantine_at, reject_at = thresholds[name]
            policy = replace(policy, mark_at=mark_at, quarantine_at=quarantine_at, reject_at=reject_at)
        policies[name] = policy
    of_domain = {name: policies[each.policy] for name, each in settings.domain.items()}
    elsewhere = policies.get(_STANDARD, Policy())
    return lambda recipient: of_domain.get(recipient.rpartition("@")[2], elsewhere)


def _told(change: ListChange | CantChange, what: str) -> ListChange | CantList:
    if isinstance(change, CantChange):
        return CantList(change.why, change.entry)
    draft = change.entry.draft
    logger.info("%s %s %s (%s list, entry %d)", change.by, what, draft.subject, draft.kind, change.entry.id)
    return change
