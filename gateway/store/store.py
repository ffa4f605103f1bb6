"""The store as a whole: opened from one folder, repaired where the last run was cut off, closed in order."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from gateway.core.event import Fault, Publish
from gateway.core.followup import follow_up, moved
from gateway.core.space import Space
from gateway.store import history_rows, quarantine_recovery, queue_rows, recovery
from gateway.store.base import Clock
from gateway.store.correspondents import Correspondents
from gateway.store.damaged import DamagedFile, DamagedPlace
from gateway.store.database import Database
from gateway.store.disk import Disk
from gateway.store.errors import StoreError, of_writing
from gateway.store.history import History
from gateway.store.inflight import SPOOL_OCTETS, InFlight
from gateway.store.lists import Lists
from gateway.store.messages import MessageFiles
from gateway.store.quarantine import Quarantine, QuarantineLimits
from gateway.store.queue import Queue, QueueFolders
from gateway.store.queue_desk import QueueDesk
from gateway.store.recovery import Recovered
from gateway.store.sqlite import HISTORY, QUEUE

# So many files are synced side by side: the device merges what comes together. More would only take memory.
DISK_THREADS = 8
# A file without a row was promised to nobody, or its row was lost with the database's log. A week to notice the latter.
ORPHAN_KEEP_SECONDS = 7 * 86_400.0
# So many names stand in one line of the journal.
_NAMED_MAXIMUM = 20


@dataclass(frozen=True, slots=True)
class StoreLimits:
    """From the settings: room of the spool, `[quarantine]`, days of the history and of correspondents (0: none)."""

    spool_octets: int = SPOOL_OCTETS
    quarantine: QuarantineLimits = field(default_factory=QuarantineLimits)
    history_keep_days: int = 30
    correspondents_keep_days: int = 180


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of message files below `state_directory`."""

    waiting: MessageFiles
    dead: MessageFiles
    quarantine: MessageFiles
    orphaned: MessageFiles

    @classmethod
    def below(cls, state: Path, disk: Disk, pool: ThreadPoolExecutor) -> Folders:
        """Name them; nothing is made yet."""
        damaged = DamagedPlace(state / "damaged", disk)
        names = ("messages", "dead", "quarantine", "orphaned")
        return cls(*(MessageFiles(state / name, damaged, disk, pool) for name in names))


@dataclass(frozen=True, slots=True)
class _Tools:
    """What every part is given."""

    clock: Clock
    publish: Publish
    pool: ThreadPoolExecutor
    disk: Disk
    state: Path


class Store:
    """`queue` is for delivery, `queue_desk` for people. Build it with `Store.open`.

    `database` is queue.sqlite3, for others who keep settings versions and lists in it.
    """

    def __init__(
        self, folders: Folders, databases: tuple[Database, Database], tools: _Tools, limits: StoreLimits
    ) -> None:
        self.database, self._history_database = databases
        self._folders = folders
        self._tools = tools
        self._queue_folders = QueueFolders(folders.waiting, folders.dead)
        self._inflight = InFlight(tools.clock, limits.spool_octets)
        self._opened_at = tools.clock.now().timestamp()
        parts = (self.database, self._queue_folders, self._inflight, tools.clock)
        self.queue = Queue(*parts)
        self.queue_desk = QueueDesk(*parts)
        clock, publish, has_room = tools.clock, tools.publish, self._has_room
        self.quarantine = Quarantine(self.database, folders.quarantine, clock, publish, limits.quarantine, has_room)
        self.history = History(self._history_database, clock, publish, limits.history_keep_days, has_room)
        self.correspondents = Correspondents(self.database, clock, limits.correspondents_keep_days)
        self.lists = Lists(self.database, clock, self.correspondents)

    @classmethod
    async def open(
        cls, state: Path, clock: Clock, publish: Publish, limits: StoreLimits | None = None, disk: Disk | None = None
    ) -> Store:
        """Open or begin everything below `state`, and repair it. Raises StoreError when the place cannot be used."""
        disk = disk or Disk()
        async with AsyncExitStack() as undo:
            pool = undo.enter_context(ThreadPoolExecutor(max_workers=DISK_THREADS, thread_name_prefix="disk"))
            folders = await _prepared(state, disk, pool)
            queue = await Database.open(state / "queue.sqlite3", QUEUE, clock)
            undo.push_async_callback(queue.close)
            history = await Database.open(state / "history.sqlite3", HISTORY, clock)
            undo.push_async_callback(history.close)
            store = cls(folders, (queue, history), _Tools(clock, publish, pool, disk, state), limits or StoreLimits())
            await store._repair()
            await store._learn_again()
            undo.pop_all()
        return store

    def adopt(self, limits: StoreLimits) -> None:
        """Other settings hold from now on."""
        self._inflight.limit_octets = limits.spool_octets
        self.quarantine.limits = limits.quarantine
        self.history.keep_days = limits.history_keep_days
        self.correspondents.keep_days = limits.correspondents_keep_days

    async def newest(self) -> float:
        """The latest time that was ever written down here, seconds since the epoch; 0 for none. Raises StoreError."""
        queued = await self.database.read(queue_rows.newest)
        return max(queued, await self._history_database.read(history_rows.newest))

    async def newest_codes(self) -> frozenset[str]:
        """The codes that were written down last, of each kind of row. Raises StoreError."""
        queued = await self.database.read(queue_rows.newest_codes)
        return queued | await self._history_database.read(history_rows.newest_codes)

    async def move_time(self, seconds: float = 0.0) -> None:
        """Our time of day was wrong by so much until now: the ages and waits of the queue stay. Raises StoreError."""
        since, now = self._opened_at, self._tools.clock.now().timestamp()
        self._opened_at += seconds
        await self.database.write(lambda connection: queue_rows.move_time(connection, seconds, since, now))

    def usable_octets(self) -> int:
        """What new mail may take of the disk, without its reserve. Asks the kernel, no device.

        0 or less: nothing new is begun. So it is for a spool that is full by its own limit, and for a disk that can't
        say how full it is.
        """
        return self.space().usable_octets if self._inflight.free_octets > 0 else 0

    async def relieve(self) -> tuple[str, ...]:
        """Where the disk's reserve is nearly in use, give up of the quarantine what nobody was promised; the codes.

        The order of everything that is given up stands in `README.md`. Raises StoreError.
        """
        space = self.space()
        missing = space.reserve_octets - space.usable_octets
        return await self.quarantine.relieve(missing) if missing > 0 else ()

    def _has_room(self) -> bool:
        """The copies of refused mail and the history must not use the reserve."""
        return self.space().usable_octets > 0

    def space(self) -> Space:
        """What is free of the disk and all of it; 0 of 0 when it can't say. Asks the kernel, no device."""
        try:
            return self._tools.disk.space(self._tools.state)
        except OSError:
            return Space(0, 0)

    async def bring_back(self) -> int:
        """Move what lies in `orphaned/` back among queue and quarantine, for a rebuild to make rows for it; how many.

        Only for a person to decide: nobody can know whether such a file was promised (M2), or was delivered long
        ago and only its row was lost. Raises StoreError.
        """
        homes = {"queue": self._folders.waiting, "quarantine": self._folders.quarantine}
        names = await self._folders.orphaned.names()
        sound = [each for each in await self._folders.orphaned.scan(names, prove=True) if each.header is not None]
        for each in sound:
            if each.header is not None:
                await self._folders.orphaned.move_to(homes[each.header.kind], each.name)
        return len(sound)

    async def rebuild(self) -> tuple[Recovered, Recovered]:
        """Make rows for all sound files that have none, of the queue and of the quarantine. Raises StoreError."""
        # Copies whose rows still wait in memory have them first, or their files would be found and taken for lost.
        await self.quarantine.flush()
        queued = await recovery.rebuild_queue(self.database, self._queue_folders, self._inflight)
        await self._remember_dead(queued)
        return queued, await quarantine_recovery.rebuild_quarantine(self.database, self._folders.quarantine)

    async def damaged(self) -> tuple[DamagedFile, ...]:
        """The files that were set aside, with the reason."""
        return await self._folders.waiting.damaged()

    async def flush(self) -> None:
        """Write what waits in memory. Raises StoreError."""
        await self.quarantine.flush()
        await self.history.flush()
        await self.flush_facts()

    async def flush_facts(self) -> None:
        """Write the hits of the lists and new correspondents; a power cut may take some minutes. Raises StoreError."""
        if self._has_room():
            await self.lists.flush()
            await self.correspondents.flush()

    async def expire(self) -> None:
        """Remove what has been kept long enough; once an hour is plenty. Nothing while the clock may be wrong (D17)."""
        if not self._tools.clock.is_synchronised():
            return
        await self.quarantine.expire()
        await self.history.expire()
        await self.lists.expire()
        await self.correspondents.expire()
        await self._folders.orphaned.remove_older(self._tools.clock.now().timestamp() - ORPHAN_KEEP_SECONDS)

    async def close(self) -> None:
        """Write what waits, as far as the disk lets us, then close; the databases even when that fails."""
        try:
            await self.flush()
        except StoreError as error:
            self._tools.publish(Fault("store", f"at the end: {error}"))
        await self.database.close()
        await self._history_database.close()
        self._tools.pool.shutdown(wait=False)

    async def _repair(self) -> None:
        """After a stop at any point: bring files and rows together, or make the rows anew from the files."""
        for name, database in (("queue", self.database), ("history", self._history_database)):
            if database.opened.set_aside is not None:
                self._tell(f"{name}.sqlite3 was damaged and is set aside as {database.opened.set_aside.name}")
        if self.database.opened.is_new:
            for each in await self.rebuild():
                self._report(each)
        folders, inflight = self._folders, self._inflight
        queued = await recovery.recover_queue(self.database, self._queue_folders, folders.orphaned, inflight)
        await self._remember_dead(queued)
        self._report(queued)
        self._report(await quarantine_recovery.recover_quarantine(self.database, folders.quarantine, folders.orphaned))

    async def _learn_again(self) -> None:
        """Read the lists and whom the office has written to."""
        await self.correspondents.load()
        await self.lists.load()
        if self.lists.unreadable:
            self._tell(f"{self.lists.unreadable} entries of the allow and block lists can't be read; they do not count")

    async def _remember_dead(self, found: Recovered) -> None:
        """Let the history say of what can't be delivered any more that it does not wait."""
        now = self._tools.clock.now().timestamp()
        for name in (*found.damaged, *found.missing):
            for entry in await self.queue_desk.find(name):
                dispositions = moved((each.address for each in entry.open_recipients), "dead", entry.cause)
                self.history.append(follow_up(entry.code, now, dispositions))

    def _report(self, found: Recovered) -> None:
        """Say what an admin must know: what could not be kept, and what lies about."""
        for what, names in (
            ("damaged and set aside", found.damaged),
            ("without their file", found.missing),
            ("with a damaged row, on hold", found.mended),
            ("without a row, moved to orphaned/", found.orphaned),
        ):
            if names:
                self._tell(f"{len(names)} {what}: {', '.join(names[:_NAMED_MAXIMUM])}")

    def _tell(self, text: str) -> None:
        self._tools.publish(Fault("store", text))


async def _prepared(state: Path, disk: Disk, pool: ThreadPoolExecutor) -> Folders:
    """Make every folder and clear what was being written. Raises StoreError."""
    try:
        await asyncio.to_thread(disk.make_folder, state)
    except OSError as error:
        raise of_writing(error) from error
    folders = Folders.below(state, disk, pool)
    for each in (folders.waiting, folders.dead, folders.quarantine, folders.orphaned):
        await each.prepare()
    return folders
