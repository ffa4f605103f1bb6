"""A `RulesDesk` that keeps its lists in memory, and answers a replay with what a test says."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from gateway.control.rulesdesk import CantList, Outcomes, Trial
from gateway.core.case import Policy
from gateway.core.listentry import Kind, ListChange, ListDraft, ListEntry
from gateway.core.page import Cursor, Page

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC).timestamp()
NOTHING_DIFFERS = Outcomes(NOON - 14 * 86_400, 412, 0, (), (), None)


@dataclass
class FakeRules:
    """`cant` is answered instead of the next changes. `tried` are the replays that were asked for."""

    entries: list[ListEntry] = field(default_factory=list)
    journal: list[ListChange] = field(default_factory=list)
    outcomes: Outcomes = NOTHING_DIFFERS
    cant: CantList | None = None
    tried: list[tuple[Trial, int, Cursor | None, int]] = field(default_factory=list)

    def list(self, after: Cursor | None, limit: int, search: str, kind: Kind | None) -> Page[ListEntry]:
        fitting = [
            each
            for each in reversed(self.entries)
            if search in f"{each.draft.subject} {each.draft.reason}" and kind in (None, each.draft.kind)
        ]
        rows = [each for each in fitting if after is None or each.id < int(after.id)]
        shown = tuple(rows[:limit])
        return Page(shown, Cursor(shown[-1].created, str(shown[-1].id)) if len(rows) > limit else None)

    def get(self, number: int) -> ListEntry | None:
        return next((each for each in self.entries if each.id == number), None)

    async def add(self, draft: ListDraft, by: str) -> ListChange | CantList:
        if self.cant:
            return self.cant
        entry = ListEntry(len(self.journal) + 1, draft, by, NOON)
        self.entries.append(entry)
        return self._note(ListChange(0, NOON, by, None, entry))

    async def remove(self, number: int, by: str) -> ListChange | None:
        entry = self.get(number)
        if entry is None:
            return None
        self.entries.remove(entry)
        return self._note(ListChange(0, NOON, by, entry, None))

    async def undo(self, number: int, by: str) -> ListChange | CantList:
        if self.cant or not self.journal:
            return self.cant or CantList("no-change")
        last = self.journal[number - 1] if number else self.journal[-1]
        if last.after is not None:
            self.entries.remove(last.after)
        if last.before is not None:
            self.entries.append(last.before)
        return self._note(ListChange(0, NOON, by, last.after, last.before, last.number))

    async def changes(self, after: Cursor | None, limit: int) -> Page[ListChange]:
        rows = [each for each in reversed(self.journal) if after is None or each.number < int(after.id)]
        shown = tuple(rows[:limit])
        return Page(shown, Cursor(shown[-1].time, str(shown[-1].number)) if len(rows) > limit else None)

    async def replay(self, trial: Trial, days: int, after: Cursor | None, limit: int) -> Outcomes:
        self.tried.append((trial, days, after, limit))
        return self.outcomes

    def policy_of(self, recipient: str) -> Policy:
        return Policy()

    def is_ours(self, domain: str) -> bool:
        return domain == "office.example"

    def now(self) -> float:
        return NOON

    def _note(self, change: ListChange) -> ListChange:
        self.journal.append(replace(change, number=len(self.journal) + 1))
        return self.journal[-1]
