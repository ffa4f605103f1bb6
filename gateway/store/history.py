"""What happened to each message and each refusal: the newest in memory, the rest on disk, shown as one list.

Nothing here is promised to anybody (D5): a power cut may take the last minute, a damaged file is begun anew.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections import Counter
from collections.abc import Collection

from gateway.core.event import DependencyChanged, Publish
from gateway.core.fold import fold
from gateway.core.forget import forget
from gateway.core.page import Cursor, Page
from gateway.core.record import MessageRecord
from gateway.core.statistics import NAMES_SHOWN, Statistics
from gateway.core.tally import RECIPIENT, SENDER, hour_of, tally
from gateway.store import history_rows as rows
from gateway.store import tallies
from gateway.store.base import Clock, HasRoom, always
from gateway.store.database import Database
from gateway.store.errors import DiskFull, StoreError
from gateway.store.history_rows import Row

# D5: how much a power cut may take, against how often the card is written.
FLUSH_ROWS = 200
FLUSH_SECONDS = 60.0
# While the disk is full, rows wait in memory; 2 KB each, so this is some 10 MB. Then the oldest go.
WAITING_MAXIMUM = 5_000
# One transaction of an expiry; more would keep the writer from others for long on a slow card.
_EXPIRE_ROWS = 500
_DAY_SECONDS = 86_400.0


class History:
    """`append` never waits and never fails. Questions raise StoreError."""

    def __init__(
        self, database: Database, clock: Clock, publish: Publish, keep_days: int = 30, has_room: HasRoom = always
    ) -> None:
        self._database = database
        self._clock = clock
        self._publish = publish
        self._has_room = has_room
        self.keep_days = keep_days
        self._waiting: dict[str, Row] = {}
        self._enough = asyncio.Event()
        self._flushing = asyncio.Lock()
        self._is_down = False

    @property
    def octets(self) -> int:
        """What it takes of the disk."""
        return self._database.octets

    def append(self, record: MessageRecord) -> None:
        """Remember a record; it can be listed at once."""
        row = Row.of(new_id(record.time), record)
        self._waiting[row.id] = row
        if len(self._waiting) > WAITING_MAXIMUM:
            del self._waiting[next(iter(self._waiting))]
        if len(self._waiting) >= FLUSH_ROWS:
            self._enough.set()

    async def run(self) -> None:
        """Flush every minute or 200 rows, until cancelled; the owner flushes once more when it stops."""
        while True:
            await self._until_due()
            try:
                await self._flush_if_room()
            except StoreError as error:
                self._tell("down", str(error))
            else:
                self._tell("up", "")

    async def flush(self) -> None:
        """Write what waits, in one transaction. Raises StoreError: then it waits on."""
        async with self._flushing:
            self._enough.clear()
            batch = tuple(self._waiting.values())
            if batch:
                await self._database.write(lambda connection: _write(connection, batch))
            for row in batch:
                self._waiting.pop(row.id, None)

    async def list(self, after: Cursor | None = None, limit: int = 100, search: str = "") -> Page[MessageRecord]:
        """Messages and refusals newest first, from behind `after`, without their follow-ups.

        `search` looks at code, client, addresses, subject, Message-ID.
        """
        folded = fold(search)
        fresh = [row for row in self._waiting.values() if row.matches(folded) and not row.is_follow_up]
        stored = await self._database.read(lambda connection: rows.page(connection, after, limit + 1, folded))
        # What was flushed between the two looks is in both.
        merged = {row.id: row for row in (*stored, *fresh) if after is None or row.cursor < after}
        found = sorted(merged.values(), key=lambda row: row.cursor, reverse=True)
        shown = found[:limit]
        return Page(tuple(row.record for row in shown), shown[-1].cursor if len(found) > limit else None)

    async def find(self, code: str) -> tuple[MessageRecord, ...]:
        """All records of a code, newest first; none when it is unknown."""
        fresh = [row for row in self._waiting.values() if row.record.code == code]
        stored = await self._database.read(lambda connection: rows.of_code(connection, code))
        merged = {row.id: row for row in (*stored, *fresh)}
        return tuple(row.record for row in sorted(merged.values(), key=lambda row: row.cursor, reverse=True))

    async def follow_ups(self, codes: Collection[str]) -> tuple[MessageRecord, ...]:
        """What became of these messages later, newest first."""
        fresh = [row for row in self._waiting.values() if row.is_follow_up and row.record.code in codes]
        stored = await self._database.read(lambda connection: rows.follow_ups(connection, codes))
        merged = {row.id: row for row in (*stored, *fresh)}
        return tuple(row.record for row in sorted(merged.values(), key=lambda row: row.cursor, reverse=True))

    async def counts(self, since: float) -> dict[str, int]:
        """How many records there are from `since` on (seconds since the epoch), by action, or kind for refusals."""
        waiting = [row for row in self._waiting.values() if row.record.time >= since and not row.is_follow_up]
        fresh = {row.id: row.action for row in waiting}
        stored = await self._database.read(lambda connection: rows.counts(connection, since, fresh))
        return dict(Counter(stored) + Counter(fresh.values()))

    async def statistics(self, recent: int, since: int) -> Statistics:
        """What was counted from the hour `since` on; scores and names from `recent` on, beside the whole of it."""
        stored = await self._database.read(lambda connection: _statistics(connection, recent, since))
        waiting = tally(row.record for row in tuple(self._waiting.values()) if hour_of(row.record.time) >= since)
        return stored.with_(waiting, recent)

    async def forget(self, address: str) -> int:
        """Take a person's address out of every record, and what else names the person; how many were changed."""
        if not address.strip():
            return 0
        async with self._flushing:
            changed = 0
            for row in tuple(self._waiting.values()):
                cleaned = _forgetting(row, address)
                if cleaned is not row:
                    self._waiting[row.id] = cleaned
                    changed += 1
            stored = await self._database.write(lambda connection: _forget_stored(connection, address))
        await self._database.clear_log()
        return changed + stored

    async def expire(self) -> int:
        """Remove what is older than `keep_days`; nothing while the clock may be wrong (D17). How many went."""
        if not self._clock.is_synchronised():
            return 0
        oldest = self._clock.now().timestamp() - self.keep_days * _DAY_SECONDS
        total = 0
        while went := await self._database.write(lambda c: rows.remove_older(c, oldest, _EXPIRE_ROWS)):
            total += went
        await self._database.write(lambda c: tallies.remove_older(c, hour_of(oldest)))
        return total

    async def _flush_if_room(self) -> None:
        if not self._has_room():
            raise DiskFull("what is left of the disk is kept for mail")
        await self.flush()

    async def _until_due(self) -> None:
        """Return after a minute, or as soon as there are enough rows."""
        if self._is_down:
            # Rows that cannot be written are enough at once; trying in a circle would only heat the card.
            await self._clock.sleep(FLUSH_SECONDS)
            return
        async with asyncio.TaskGroup() as group:
            timer = group.create_task(self._clock.sleep(FLUSH_SECONDS))
            enough = group.create_task(self._wait_enough())
            await asyncio.wait((timer, enough), return_when=asyncio.FIRST_COMPLETED)
            timer.cancel()
            enough.cancel()

    async def _wait_enough(self) -> None:
        await self._enough.wait()

    def _tell(self, state: str, cause: str) -> None:
        """Publish a change of state, once."""
        if (state == "down") != self._is_down:
            self._is_down = state == "down"
            self._publish(DependencyChanged("history", state, cause))


def new_id(time: float) -> str:
    """An id like no other. It begins with the time, so that the rows of one flush lie side by side in the index.

    With ids that are random from the start, a flush would write as many pages of it again as there are rows.
    """
    return f"{max(0, int(time * 1_000)):012x}{secrets.token_hex(4)}"


def _write(connection: sqlite3.Connection, batch: Collection[Row]) -> None:
    """The rows, and what they add to the tallies."""
    rows.insert(connection, batch)
    tallies.add(connection, (row.record for row in batch))


def _statistics(connection: sqlite3.Connection, recent: int, since: int) -> Statistics:
    senders, recipients = (tallies.names(connection, kind, recent, since, NAMES_SHOWN) for kind in (SENDER, RECIPIENT))
    return Statistics(
        tallies.by_hour(connection, since),
        tallies.delays(connection, recent),
        tallies.scores(connection, recent),
        senders,
        recipients,
    )


def _forgetting(row: Row, address: str) -> Row:
    """The row without the address; the same row when it does not mention it."""
    record = forget(row.record, address)
    return row if record is row.record else Row.of(row.id, record)


def _forget_stored(connection: sqlite3.Connection, address: str) -> int:
    tallies.forget(connection, address)
    before = rows.mentioning(connection, address)
    after = [_forgetting(row, address) for row in before]
    changed = [new for old, new in zip(before, after, strict=True) if new is not old]
    rows.rewrite(connection, changed)
    return len(changed)
