"""A database as the rest of the store uses it: opened once, then asked to write and to read. No table is known here."""

from __future__ import annotations

import asyncio
import sqlite3
from functools import partial
from pathlib import Path
from typing import TypeVar

from gateway.store.base import Clock
from gateway.store.sqlite import DatabaseKind, Opened, connect, open_sound, truncate_log
from gateway.store.writer import Job, Reader, Writer

T = TypeVar("T")


class Database:
    """`opened` says whether it is new and whether a damaged one was set aside. Build it with `Database.open`."""

    def __init__(self, path: Path, kind: DatabaseKind, opened: Opened) -> None:
        self.opened = opened
        self._path = path
        self._kind = kind
        self._writer = Writer(partial(connect, path, kind), f"{kind.name}-writer")
        self._reader = Reader(partial(connect, path, kind, read_only=True), f"{kind.name}-reader")

    @classmethod
    async def open(cls, path: Path, kind: DatabaseKind, clock: Clock) -> Database:
        """Check, migrate or set aside, then start the threads. Raises StoreError."""
        stamp = clock.now().strftime("%Y%m%dT%H%M%SZ")
        database = cls(path, kind, await asyncio.to_thread(open_sound, path, kind, stamp))
        try:
            # As long as this connection is open, the index of the log exists: no later reader needs room for it, so
            # that a full disk can be looked at.
            await database.read(_look)
        except BaseException:
            await database.close()
            raise
        return database

    @property
    def commits(self) -> int:
        """How many transactions were committed."""
        return self._writer.commits

    @property
    def octets(self) -> int:
        """What its file and its log take. Asks the kernel, no device."""
        return sum(_octets(each) for each in (self._path, self._path.with_name(f"{self._path.name}-wal")))

    async def write(self, job: Job[T]) -> T:
        """Run `job` in a transaction shared with others; returns after the commit. Raises StoreError."""
        return await self._writer.run(job)

    async def read(self, job: Job[T]) -> T:
        """Run `job` on a connection that cannot write. Raises StoreError."""
        return await self._reader.run(job)

    async def clear_log(self) -> None:
        """Bring everything into the main file and empty the write-ahead log, so that what was erased is nowhere.

        Raises StoreError.
        """
        await asyncio.to_thread(truncate_log, self._path, self._kind)

    async def close(self) -> None:
        """Finish what waits and close. A second call does nothing."""
        await self._reader.close()
        await self._writer.close()


def _look(connection: sqlite3.Connection) -> None:
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()


def _octets(path: Path) -> int:
    """A log that is not there takes none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
