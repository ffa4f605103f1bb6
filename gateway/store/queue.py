"""The durable queue: what waits, for which lane, what happened so far. `README.md` has the state machine.

Who is tried when, and what a failure means, is decided elsewhere; here nothing gets lost.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.core.consignment import Consignment
from gateway.core.message import Edits, Message, MessageError
from gateway.core.origin import Origin
from gateway.core.outcome import Outcome, Result
from gateway.core.queued import QueueEntry, QueueState
from gateway.store import queue_rows as rows
from gateway.store.base import Clock
from gateway.store.database import Database
from gateway.store.errors import DamagedMessage, DiskFull, MissingMessage, StoreError
from gateway.store.format import FileHeader
from gateway.store.inflight import IN_DOUBT_SECONDS, InFlight
from gateway.store.messages import MessageFiles, Written
from gateway.store.text import storable

# No schedule of ours waits longer (features.md §6.3: 2 h); what lies further ahead came from a wrong clock.
LONGEST_WAIT_SECONDS = 14_400.0


@dataclass(frozen=True, slots=True)
class Spool:
    """One consignment to keep. `received_at` is seconds since the epoch, UTC.

    `in_doubt`: our final dot went out just now and nobody answered. `verdict` is a word for people.
    `hold`: why nobody shall try it until a person says so, "" when it is to be tried.
    """

    consignment: Consignment
    received_at: float
    in_doubt: bool = False
    door: str = "smtp"
    verdict: str = ""
    hold: str = ""


@dataclass(frozen=True, slots=True)
class _Owed:
    """What happened to an entry, until it is on disk."""

    outcomes: tuple[Outcome, ...]
    next_attempt: float
    cause: str


@dataclass(frozen=True, slots=True)
class QueueFolders:
    """Where the files lie: `waiting` for everything that may still be delivered, `dead` for what was given up."""

    waiting: MessageFiles
    dead: MessageFiles


class Queue:
    """One entry for each consignment. An entry that somebody has claimed is nobody else's until it is settled."""

    def __init__(self, database: Database, folders: QueueFolders, inflight: InFlight, clock: Clock) -> None:
        self._database = database
        self._folders = folders
        self._inflight = inflight
        self._clock = clock
        self._gone: list[str] = []
        self._owed: dict[str, _Owed] = {}

    async def put(self, spools: Sequence[Spool]) -> tuple[QueueEntry, ...]:
        """Keep all of them or none: on return each file and row survives a power cut.

        Raises DiskFull beyond the limit or without room, StoreError for any other failure: then nothing is promised.
        """
        written: list[tuple[Written, FileHeader]] = []
        try:
            for spool in spools:
                header = self._header(spool)
                written.append((await self._write(header, spool.consignment), header))
        except BaseException:
            await self._take_back(written)
            raise
        for file, header in written:
            if header.in_doubt_since is not None:
                self._inflight.wait_from_dot(file.name)
        try:
            return await self._database.write(lambda connection: _insert_all(connection, written))
        except Exception:  # but not when we are cancelled: then the rows are committed all the same
            await self._take_back(written)
            raise

    async def claim(self, lane: str, limit: int = 1) -> tuple[QueueEntry, ...]:
        """Up to `limit` due entries of a lane, oldest first; they are the caller's until `settle` or `release`."""
        await self._pay()
        now = self._clock.now().timestamp()
        due = await self._database.read(lambda connection: rows.due(connection, lane, now, LONGEST_WAIT_SECONDS))
        names = self._inflight.claim(due, limit)
        try:
            found = await self._database.read(lambda connection: [rows.get(connection, name) for name in names])
        except BaseException:
            self._inflight.release(*names)
            raise
        entries = tuple(each for each in found if each and each.state in (QueueState.QUEUED, QueueState.IN_DOUBT))
        self._inflight.release(*(set(names) - {each.id for each in entries}))
        return entries

    def release(self, name: str) -> None:
        """Give a claimed entry back untried; one whose settlement could not be written stays claimed."""
        if name not in self._owed:
            self._inflight.release(name)

    async def open(self, name: str) -> Consignment | None:
        """The message of an entry for its open recipients, ready to go out; None when it is not there any more.

        A damaged or missing file makes the entry dead, with the cause; the others are not touched. Raises StoreError.
        """
        entry = await self._database.read(lambda connection: rows.get(connection, name))
        if entry is None or entry.state is QueueState.DONE:
            return None
        folder = self._folders.dead if entry.state is QueueState.DEAD else self._folders.waiting
        try:
            stored = await folder.read(name)
        except (DamagedMessage, MissingMessage) as error:
            cause = str(error)
            await self._database.write(lambda connection: rows.move(connection, name, QueueState.DEAD, cause=cause))
            self._inflight.release(name)
            return None
        still_open = {each.address for each in entry.open_recipients}
        recipients = tuple(each for each in stored.header.envelope.recipients if storable(str(each)) in still_open)
        envelope = replace(stored.header.envelope, recipients=recipients)
        return Consignment(entry.code, entry.lane, envelope, _message(stored.octets), Edits(), _origin(stored.header))

    async def overdue(self, before: float, limit: int) -> tuple[QueueEntry, ...]:
        """What waits since `before` (seconds since the epoch) and of which nobody was told yet, oldest first."""
        return await self._database.read(lambda connection: rows.overdue(connection, before, limit))

    async def note_told(self, name: str) -> None:
        """The sender was told of the delay, or nobody ever will be; once is enough. Raises StoreError."""
        now = self._clock.now().timestamp()
        await self._database.write(lambda connection: rows.note_told(connection, name, now))

    async def doubt(self, name: str) -> None:
        """Note that our final dot goes out now: until it is settled, and after a crash, the hop may have it."""
        now = self._clock.now().timestamp()
        self._inflight.wait_from_dot(name)
        await self._database.write(lambda connection: _in_doubt(connection, name, now))

    async def settle(
        self, name: str, outcomes: Sequence[Outcome], next_attempt: float, cause: str = ""
    ) -> QueueEntry | None:
        """Note what happened, for good; then, when every recipient is settled, remove the file.

        `next_attempt` (seconds since the epoch) and `cause` are for those still open. Returns the entry as it is now,
        with the last outcome of each recipient; None when there is none. Whoever owes the sender a notice puts it
        before it settles the refusal: a crash in between doubles the notice instead of losing it.
        Raises StoreError: then nothing is noted, and the entry stays claimed until a later `claim` has noted it, so
        that a disk that takes nothing doubles nothing.
        """
        owed = _Owed(tuple(outcomes), next_attempt, cause)
        try:
            return await self._settle(name, owed)
        except StoreError:
            self._owed[name] = owed
            raise

    async def _pay(self) -> None:
        """Note what could not be noted before, as far as the disk takes it now."""
        owed, self._owed = self._owed, {}
        for name, each in owed.items():
            try:
                await self._settle(name, each)
            except StoreError:
                self._owed[name] = each

    async def _settle(self, name: str, owed: _Owed) -> QueueEntry | None:
        try:
            entry = await self._note(name, owed)
        except DiskFull:
            await self._make_room(name, owed)
            entry = await self._note(name, owed)
        self._inflight.release(name)
        if entry is not None and entry.state is QueueState.IN_DOUBT:
            self._inflight.wait_from_dot(name)
        else:
            self._inflight.end_wait(name)
        if entry is not None and entry.state is QueueState.DONE:
            await self._finish(entry)
        return entry

    async def _note(self, name: str, owed: _Owed) -> QueueEntry | None:
        """One commit, which takes rows with it whose files are gone."""
        now, gone = self._clock.now().timestamp(), tuple(self._gone)

        def job(connection: sqlite3.Connection) -> QueueEntry | None:
            rows.forget(connection, gone)
            settled = _settle(connection, name, owed.outcomes, now)
            return settled or _wait(connection, name, owed.next_attempt, owed.cause)

        entry = await self._database.write(job)
        self._gone = [each for each in self._gone if each not in gone]
        return entry

    async def _make_room(self, name: str, owed: _Owed) -> None:
        """Even an outcome needs room in the log. Where it is the last one, the file makes it.

        A crash now leaves a row without a file (M13): an alarm, but no second copy.
        """
        entry = await self._database.read(lambda connection: rows.get(connection, name))
        closed = {storable(str(each.recipient)) for each in owed.outcomes if each.is_final}
        if entry is not None and all(each.address in closed for each in entry.open_recipients):
            await self._folders.waiting.remove(name)

    async def _write(self, header: FileHeader, consignment: Consignment) -> Written:
        size = sum(len(piece) for piece in consignment.octets())
        self._inflight.reserve(size)
        try:
            return await self._folders.waiting.write(header, consignment.octets())
        except BaseException:
            self._inflight.free(size)
            raise

    async def _take_back(self, written: Sequence[tuple[Written, FileHeader]]) -> None:
        """Remove files that were not promised; what the disk does not let go, the next start sets aside."""
        for each, _ in written:
            self._inflight.free(each.size_octets)
            self._inflight.end_wait(each.name)
        try:
            await self._folders.waiting.remove(*(each.name for each, _ in written))
        except StoreError:
            return

    async def _finish(self, entry: QueueEntry) -> None:
        """The outcome is committed: the file may go; if it can't, the next start finds the row done and removes it."""
        self._inflight.free(entry.size_octets)
        try:
            await self._folders.waiting.remove(entry.id)
        except StoreError:
            return
        # The row goes with a later commit; one of its own would double the syncs of a delivery.
        self._gone.append(entry.id)

    def _header(self, spool: Spool) -> FileHeader:
        return FileHeader(
            code=spool.consignment.code,
            kind="queue",
            received_at=spool.received_at,
            envelope=spool.consignment.envelope,
            door=spool.door,
            lane=spool.consignment.lane,
            verdict=spool.verdict,
            in_doubt_since=self._clock.now().timestamp() if spool.in_doubt else None,
            relay_client=spool.consignment.origin.relay_client,
            is_proven=spool.consignment.origin.is_proven,
            hold=spool.hold,
        )


def _insert_all(
    connection: sqlite3.Connection, written: Sequence[tuple[Written, FileHeader]]
) -> tuple[QueueEntry, ...]:
    """A row for each file."""
    for file, header in written:
        rows.insert(connection, file.name, header, file.size_octets)
    entries = [rows.get(connection, file.name) for file, _ in written]
    return tuple(each for each in entries if each is not None)


def _settle(connection: sqlite3.Connection, name: str, outcomes: Sequence[Outcome], now: float) -> QueueEntry | None:
    """Note the outcomes; the entry when that made it done or doubtful, None when it has to wait or is gone."""
    entry = rows.get(connection, name)
    if entry is None or entry.state is QueueState.DONE:
        return None
    rows.note(connection, name, outcomes)
    entry = rows.get(connection, name)
    if entry is not None and not entry.open_recipients:
        return rows.move(connection, name, QueueState.DONE)
    if any(each.result is Result.IN_DOUBT for each in outcomes):
        return _in_doubt(connection, name, now)
    return None


def _in_doubt(connection: sqlite3.Connection, name: str, now: float) -> QueueEntry | None:
    """The hop may have it since `now`."""
    when = now + IN_DOUBT_SECONDS
    return rows.move(connection, name, QueueState.IN_DOUBT, next_attempt=when, cause="in doubt", dot_at=now)


def _wait(connection: sqlite3.Connection, name: str, next_attempt: float, cause: str) -> QueueEntry | None:
    """Try again at `next_attempt`, unless a person decided otherwise meanwhile."""
    entry = rows.get(connection, name)
    if entry is None or entry.state in (QueueState.DONE, QueueState.HELD, QueueState.DEAD):
        return entry if entry and entry.state is not QueueState.DONE else None
    return rows.move(connection, name, QueueState.QUEUED, next_attempt=next_attempt, cause=cause)


def _origin(header: FileHeader) -> Origin:
    return Origin(header.door, header.relay_client, header.is_proven, header.verdict)


def _message(octets: memoryview) -> Message:
    """The finished octets as a message; our own fields on top may have taken it beyond the limits, which is no harm."""
    try:
        return Message.of(octets)
    except MessageError:
        return Message(octets, 0, ())
