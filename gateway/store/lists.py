"""The allow and block lists: all entries in memory, every change durable and in a journal, hits written by and by.

Knows nothing of messages; `core.facts` is made anew with each change, for whoever judges.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from gateway.core.facts import NOTHING, Facts
from gateway.core.fold import fold
from gateway.core.listentry import Kind, ListChange, ListDraft, ListEntry
from gateway.core.page import Cursor, Page
from gateway.store import list_rows as rows
from gateway.store.base import Clock
from gateway.store.database import Database

# What nobody reads through; an office has some hundred.
ENTRIES_MAXIMUM = 20_000
# An entry that has expired is shown as such for so long.
EXPIRED_KEEP_SECONDS = 30 * 86_400.0
# Who made a change that nobody made.
CLOCK = "the clock"


@dataclass(frozen=True, slots=True)
class CantChange:
    """Why not: the other list names the same (`entry`), the lists are full, no such change, undone, changed since."""

    why: Literal["other-list", "full", "no-change", "undone", "changed-since"]
    entry: ListEntry | None = None


class Lists:
    """`facts` is what counts now. Changes raise StoreError; then nothing has changed."""

    def __init__(self, database: Database, clock: Clock, known: Collection[str]) -> None:
        self._database = database
        self._clock = clock
        self._known = known
        self._entries: dict[int, ListEntry] = {}
        self._hit: set[int] = set()
        self._changing = asyncio.Lock()
        self.facts = NOTHING
        self.unreadable = 0

    @property
    def entries(self) -> tuple[ListEntry, ...]:
        """All of them, expired ones too."""
        return tuple(self._entries.values())

    async def load(self) -> None:
        """Read all entries, once. Raises StoreError."""
        found, self.unreadable = await self._database.read(rows.entries)
        self._entries = {each.id: each for each in found}
        self._renew()

    def list(
        self, after: Cursor | None = None, limit: int = 100, search: str = "", kind: Kind | None = None
    ) -> Page[ListEntry]:
        """Newest first, from behind `after`; `search` looks at subject, recipient, author and reason."""
        wanted = fold(search)
        fitting = [
            each
            for each in self._entries.values()
            if kind in (None, each.draft.kind) and (not wanted or wanted in _folded(each))
        ]
        ordered = sorted(fitting, key=_cursor, reverse=True)
        behind = [each for each in ordered if after is None or _cursor(each) < after]
        shown = behind[:limit]
        return Page(tuple(shown), _cursor(shown[-1]) if len(behind) > limit else None)

    def get(self, number: int) -> ListEntry | None:
        """One entry."""
        return self._entries.get(number)

    def mentioning(self, address: str) -> int:
        """How many entries name this (folded) address."""
        named = (each.draft for each in self._entries.values())
        return sum(1 for each in named if address in (each.subject.value, each.recipient))

    async def add(self, draft: ListDraft, by: str) -> ListChange | CantChange:
        """Make the entry, or renew the one that names the same for the same recipients."""
        async with self._changing:
            before = self._same(draft, draft.kind)
            if before is None:
                if other := self._same(draft, "block" if draft.kind == "allow" else "allow"):
                    return CantChange("other-list", other)
                if len(self._entries) >= ENTRIES_MAXIMUM:
                    return CantChange("full")
                after = ListEntry(0, draft, by, self._now())
            else:
                after = replace(before, draft=draft, by=by, created=self._now())
            return await self._change(before, after, by)

    async def remove(self, number: int, by: str) -> ListChange | None:
        """Take an entry out. None: there is none."""
        async with self._changing:
            before = self._entries.get(number)
            return None if before is None else await self._change(before, None, by)

    async def undo(self, number: int, by: str) -> ListChange | CantChange:
        """Take a change back, for 0 the last one: the entry is what it was before."""
        async with self._changing:
            change = await self._database.read(lambda connection: rows.change(connection, number))
            if change is None:
                return CantChange("no-change")
            if change.is_undone:
                return CantChange("undone", change.entry)
            now = self._entries.get(change.entry.id)
            same = self._same(change.before.draft, change.before.draft.kind) if change.before and not now else None
            if _content(now) != _content(change.after) or same is not None:
                return CantChange("changed-since", change.entry)
            return await self._change(now, _with_hits(change.before, now), by, change.number)

    async def changes(self, after: Cursor | None = None, limit: int = 50) -> Page[ListChange]:
        """The journal, newest first. Raises StoreError."""
        before = int(after.id) if after else 2**62
        found = await self._database.read(lambda connection: rows.changes(connection, before, limit + 1))
        shown = found[:limit]
        more = len(found) > limit
        return Page(shown, Cursor(shown[-1].time, str(shown[-1].number)) if more else None)

    def hit(self, number: int, time: float) -> None:
        """A message was judged by this entry. Counted in memory; written by `flush`."""
        entry = self._entries.get(number)
        if entry is not None:
            self._entries[number] = replace(entry, hits=entry.hits + 1, last_hit=max(time, entry.last_hit or 0.0))
            self._hit.add(number)

    async def flush(self) -> None:
        """Write the hits. Raises StoreError: then they wait on."""
        numbers = tuple(self._hit)
        if not numbers:
            return
        counted = [(each.id, each.hits, each.last_hit or 0.0) for number in numbers if (each := self.get(number))]
        await self._database.write(lambda connection: rows.count(connection, counted))
        self._hit.difference_update(numbers)

    async def expire(self) -> int:
        """Remove what expired long ago; nothing while the clock may be wrong (D17). How many went."""
        if not self._clock.is_synchronised():
            return 0
        oldest = self._now() - EXPIRED_KEEP_SECONDS
        gone = [each for each in self._entries.values() if each.draft.expires and each.draft.expires < oldest]
        async with self._changing:
            for each in gone:
                await self._change(each, None, CLOCK)
        return len(gone)

    async def _change(self, before: ListEntry | None, after: ListEntry | None, by: str, undoes: int = 0) -> ListChange:
        wanted = ListChange(0, self._now(), by, before, after, undoes)
        change = await self._database.write(lambda connection: _write(connection, wanted))
        if before is not None:
            del self._entries[before.id]
        if change.after is not None:
            self._entries[change.after.id] = change.after
        self._renew()
        return change

    def _same(self, draft: ListDraft, kind: Kind) -> ListEntry | None:
        wanted = (kind, draft.subject, draft.recipient)
        found = (each for each in self._entries.values() if each.holds(self._now()) or each.draft.kind == draft.kind)
        return next((each for each in found if _key(each.draft) == wanted), None)

    def _renew(self) -> None:
        self.facts = Facts(self._entries.values(), self._known)

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _write(connection: sqlite3.Connection, change: ListChange) -> ListChange:
    if change.after is None:
        rows.delete(connection, [change.entry.id])
        return rows.note(connection, change)
    if change.before is None:
        return rows.note(connection, replace(change, after=rows.insert(connection, change.after)))
    rows.update(connection, change.after)
    return rows.note(connection, change)


def _key(draft: ListDraft) -> tuple[object, ...]:
    return (draft.kind, draft.subject, draft.recipient)


def _content(entry: ListEntry | None) -> tuple[object, ...] | None:
    """What a person made of it; hits come by themselves."""
    return None if entry is None else (entry.draft, entry.by, entry.created)


def _with_hits(entry: ListEntry | None, now: ListEntry | None) -> ListEntry | None:
    """The former entry, with what was counted since."""
    return replace(entry, hits=now.hits, last_hit=now.last_hit) if entry is not None and now is not None else entry


def _folded(entry: ListEntry) -> str:
    draft = entry.draft
    return fold("\n".join((str(draft.subject), draft.recipient, entry.by, draft.reason)))


def _cursor(entry: ListEntry) -> Cursor:
    # Numbers of the same width, so that they are ordered as texts.
    return Cursor(entry.created, f"{entry.id:012d}")
