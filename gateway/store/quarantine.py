"""Mail that is held back, and copies of mail that was refused: kept, listed, searched, released, expired.

Why something is held and how it is released is decided elsewhere; here it is kept safe.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.core.envelope import Envelope
from gateway.core.event import Publish, QuarantineChanged
from gateway.core.fold import fold
from gateway.core.held import HeldKind, HeldMessage
from gateway.core.page import Cursor, Page
from gateway.store import quarantine_rows as rows
from gateway.store.base import Clock, HasRoom, always
from gateway.store.database import Database
from gateway.store.errors import DamagedMessage, DiskFull, MissingMessage, StoreError
from gateway.store.files import Pieces
from gateway.store.format import FileHeader, StoredMessage
from gateway.store.messages import MessageFiles

# A copy of refused mail is a favour: beyond this size it is not kept.
COPY_MAXIMUM_OCTETS = 8_388_608
# So many copies wait for a commit at most; then the next one waits for it (a power cut loses no more than these).
COPIES_PENDING_MAXIMUM = 50
# Of the quarantine's room, copies get at most a quarter, so that a flood of spam cannot push held mail out.
COPIES_SHARE = 4
_DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class QuarantineLimits:
    """`keep_days` and `size_octets` as in the settings' `[quarantine]`."""

    keep_days: int = 30
    size_octets: int = 1_073_741_824


class Quarantine:
    """Items are named by their code. Methods raise StoreError when the disk or the database fails."""

    def __init__(
        self,
        database: Database,
        files: MessageFiles,
        clock: Clock,
        publish: Publish,
        limits: QuarantineLimits,
        has_room: HasRoom = always,
    ) -> None:
        self._database = database
        self._files = files
        self._clock = clock
        self._publish = publish
        self._has_room = has_room
        self.limits = limits
        self._pending: list[tuple[str, HeldMessage]] = []

    async def hold(self, about: HeldMessage, envelope: Envelope, pieces: Pieces) -> None:
        """Keep a message for which we answer 250: on return, file and row survive a power cut.

        Raises DiskFull or StoreError: then nothing is promised and nothing is left behind.
        """
        written = await self._files.write(self._header(about, envelope), pieces)
        about = replace(about, size_octets=written.size_octets)
        try:
            await self._database.write(lambda connection: _insert_or_fail(connection, written.name, about))
        except Exception:  # but not when we are cancelled: then the row is committed all the same
            await self._discard([written.name])
            raise
        self._publish(QuarantineChanged(about.code, "held"))

    async def keep_copy(self, about: HeldMessage, envelope: Envelope, pieces: Pieces) -> bool:
        """Keep a copy of refused mail if that is cheap: not synced, its row goes with a later commit.

        False when it was not kept (too large, no room): nobody was promised anything, so this is no error.
        """
        if about.size_octets > COPY_MAXIMUM_OCTETS or not self._has_room():
            return False
        about = replace(about, kind="rejected-copy")
        try:
            written = await self._files.write(self._header(about, envelope), pieces, synced=False)
            self._pending.append((written.name, replace(about, size_octets=written.size_octets)))
            if len(self._pending) >= COPIES_PENDING_MAXIMUM:
                await self.flush()
        except StoreError:
            return False
        return True

    async def flush(self) -> None:
        """Make rows for the copies that wait, and drop the oldest copies beyond their share of the room."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        share = self.limits.size_octets // COPIES_SHARE

        def job(connection: sqlite3.Connection) -> tuple[list[str], tuple[rows.Kept, ...]]:
            taken = [file for file, about in pending if not rows.insert(connection, file, about)]
            excess = rows.total_octets(connection, "rejected-copy") - share
            shed = rows.to_shed(connection, excess, "rejected-copy")
            rows.remove(connection, [each.code for each in shed])
            return taken, shed

        try:
            taken, shed = await self._database.write(job)
        except Exception:
            await self._discard([file for file, _ in pending])
            raise
        await self._discard([*taken, *(each.file for each in shed)])

    async def list(
        self, after: Cursor | None = None, limit: int = 100, search: str = "", kind: HeldKind | None = None
    ) -> Page[HeldMessage]:
        """Items newest first, from behind `after`; `search` looks at code, sender, recipients and subject."""
        await self._flush_if_possible()
        question = rows.Question(limit + 1, after, fold(search), kind)
        found = await self._database.read(lambda connection: rows.page(connection, question))
        shown = found[:limit]
        return Page(shown, Cursor(shown[-1].held_at, shown[-1].code) if len(found) > limit else None)

    async def totals(self) -> tuple[int, int]:
        """How many are held for somebody who has not got them, and the octets that all items take, copies included."""
        return await self._database.read(
            lambda connection: (len(rows.waiting(connection)), rows.total_octets(connection))
        )

    async def show(self, code: str) -> HeldMessage | None:
        """One item, None when there is none."""
        found = await self._find(code)
        return found[1] if found else None

    async def open(self, code: str) -> StoredMessage | None:
        """Envelope and octets of an item; None when there is none or its file is damaged (then it is set aside)."""
        found = await self._find(code)
        if found is None:
            return None
        try:
            return await self._files.read(found[0])
        except (DamagedMessage, MissingMessage):
            await self._database.write(lambda connection: rows.remove(connection, [code]))
            self._publish(QuarantineChanged(code, "damaged"))
            return None

    async def mark_released(self, code: str, recipients: Sequence[str]) -> HeldMessage | None:
        """Note who got it; it stays until it expires. None when there is none."""
        await self._flush_if_possible()

        def job(connection: sqlite3.Connection) -> HeldMessage | None:
            found = rows.get(connection, code)
            if found is None:
                return None
            about = replace(found[1], released_to=tuple(dict.fromkeys((*found[1].released_to, *recipients))))
            rows.replace(connection, about)
            return about

        about = await self._database.write(job)
        if about is not None:
            self._publish(QuarantineChanged(code, "released"))
        return about

    async def delete(self, code: str) -> bool:
        """Remove an item for good; False when there is none."""
        found = await self._find(code)
        if found is None:
            return False
        await self._remove([rows.Kept(code, found[0], 0)], "deleted")
        return True

    async def expire(self) -> tuple[str, ...]:
        """Remove what is older than `keep_days`, then what exceeds the room; nothing while the clock is wrong (D17).

        Returns the codes. The order of shedding is `quarantine_rows.to_shed`'s.
        """
        if not self._clock.is_synchronised():
            return ()
        await self._flush_if_possible()
        oldest = self._clock.now().timestamp() - self.limits.keep_days * _DAY_SECONDS
        old = await self._database.read(lambda connection: rows.older_than(connection, oldest))
        await self._remove(old, "expired")

        def excess(connection: sqlite3.Connection) -> tuple[rows.Kept, ...]:
            return rows.to_shed(connection, rows.total_octets(connection) - self.limits.size_octets)

        shed = await self._database.read(excess)
        await self._remove(shed, "expired")
        return tuple(each.code for each in (*old, *shed))

    async def relieve(self, octets: int) -> tuple[str, ...]:
        """Give up at least so many octets of what nobody was promised, as far as there is any; the codes."""
        await self._flush_if_possible()
        shed = await self._database.read(lambda connection: rows.dispensable(connection, octets))
        await self._remove(shed, "expired")
        return tuple(each.code for each in shed)

    async def _find(self, code: str) -> tuple[str, HeldMessage] | None:
        """File and item, among the copies that wait for their commit too."""
        await self._flush_if_possible()
        return await self._database.read(lambda connection: rows.get(connection, code))

    async def _flush_if_possible(self) -> None:
        """A full disk must not hide what is there: copies that find no room are given up."""
        try:
            await self.flush()
        except StoreError:
            return

    async def _remove(self, kept: Sequence[rows.Kept], change: str) -> None:
        """First the row, for good, then the file: a file without a row is nobody's."""
        if not kept:
            return
        codes, files = [each.code for each in kept], [each.file for each in kept]
        try:
            await self._database.write(lambda connection: rows.remove(connection, codes))
        except DiskFull:
            # Even forgetting needs room in the log. The files make it; a row whose file is gone is harmless.
            await self._discard(files)
            await self._database.write(lambda connection: rows.remove(connection, codes))
        await self._discard(files)
        for each in kept:
            self._publish(QuarantineChanged(each.code, change))

    async def _discard(self, files: Sequence[str]) -> None:
        """Remove files without a row; what stays is found at the next start."""
        try:
            await self._files.remove(*files)
        except StoreError:
            return

    def _header(self, about: HeldMessage, envelope: Envelope) -> FileHeader:
        return FileHeader(code=about.code, kind="quarantine", received_at=about.held_at, envelope=envelope, held=about)


def _insert_or_fail(connection: sqlite3.Connection, file: str, about: HeldMessage) -> None:
    if not rows.insert(connection, file, about):
        raise StoreError(f"the code {about.code} is in use")
