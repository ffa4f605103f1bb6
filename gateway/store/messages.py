"""Message files in one folder: written so that they survive a power cut, read with proof, never deleted when damaged.

Knows no database: whose row a file belongs to is the owner's business.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from gateway.store import files
from gateway.store.damaged import DamagedFile, DamagedPlace
from gateway.store.disk import Disk
from gateway.store.errors import DamagedMessage, MissingMessage, of_reading, of_writing
from gateway.store.files import Pieces, Scanned
from gateway.store.format import FileHeader, StoredMessage, decode
from gateway.store.groupsync import GroupSync

T = TypeVar("T")

_CODE = re.compile(r"\A[A-Za-z0-9]{1,32}\Z")
_TEMPORARY = re.compile(r"\A\.[A-Za-z0-9-]+\.tmp\Z")


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is there: its name and the size of the message in it."""

    name: str
    size_octets: int


class MessageFiles:
    """The files of one folder. Calls that touch the disk run in `pool`; `damaged` is where damaged files go."""

    def __init__(self, folder: Path, damaged: DamagedPlace, disk: Disk, pool: Executor) -> None:
        self.folder = folder
        self._damaged = damaged
        self._disk = disk
        self._pool = pool
        self._folder_sync = GroupSync(self._sync_folder, pool)

    async def prepare(self) -> None:
        """Make the folders, and remove what was being written when the last run ended: nobody was promised that."""
        await self._in_pool(self._prepare)

    async def write(self, header: FileHeader, pieces: Pieces, *, synced: bool = True) -> Written:
        """Write a message under a new name; with `synced`, it survives a power cut once this returns.

        Temporary name, fsync, rename, fsync of the folder (STYLE 13). Raises StoreError: then nothing is left behind.
        """
        if not _CODE.match(header.code):
            raise ValueError(f"{header.code!r} is no short code")
        name = f"{header.code}-{secrets.token_hex(4)}"
        future = self._pool.submit(files.write, self._disk, self.folder / name, header, pieces, synced=synced)
        try:
            size = await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            future.add_done_callback(lambda _: self._remove_later(name))
            raise
        if synced:
            try:
                await self._folder_sync()
            except BaseException:
                self._remove_later(name)
                raise
        return Written(name, size)

    async def read(self, name: str) -> StoredMessage:
        """The whole file, proven. Raises MissingMessage, StoreError, or DamagedMessage once the file is set aside."""
        try:
            return await self._in_pool(lambda: decode(files.load(self.folder / name)))
        except DamagedMessage as damage:
            await self.set_aside(name, str(damage))
            raise

    async def remove(self, *names: str) -> None:
        """Remove files; those that are gone already are no error. Raises StoreError."""
        await self._in_pool(lambda: self._remove(names))

    async def move_to(self, other: MessageFiles, name: str) -> None:
        """Move a file to another folder, for good on both sides. Raises StoreError."""
        await self._in_pool(lambda: self._move(other.folder, name))

    async def set_aside(self, name: str, why: str) -> None:
        """Move a damaged file out of the way and note why beside it. Raises StoreError."""
        await self._in_pool(lambda: self._damaged.take(self.folder / name, why))

    async def names(self) -> tuple[str, ...]:
        """What lies in the folder, temporary files left out, in order."""
        return await self._in_pool(self._names)

    async def scan(self, names: Iterable[str], *, prove: bool) -> tuple[Scanned, ...]:
        """Look at each file: with `prove` its hash too, else only envelope and end. Never raises for one file."""
        wanted = tuple(names)
        return await self._in_pool(lambda: tuple(files.scan(self.folder / each, prove=prove) for each in wanted))

    async def damaged(self) -> tuple[DamagedFile, ...]:
        """What lies in the folder of damaged files, from all folders that share it. Raises StoreError."""
        return await self._in_pool(self._damaged.list)

    async def remove_older(self, time: float) -> None:
        """Remove what was last moved or written before `time` (seconds since the epoch). Raises StoreError."""
        await self._in_pool(lambda: self._remove_older(time))

    async def _in_pool(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, call)

    # From here on everything runs in a thread of the pool.

    def _prepare(self) -> None:
        try:
            self._disk.make_folder(self.folder)
            self._disk.make_folder(self._damaged.folder)
            for each in self.folder.iterdir():
                if _TEMPORARY.match(each.name):
                    self._disk.unlink(each)
            self._disk.sync_folder(self.folder.parent)
        except OSError as error:
            raise of_writing(error) from error

    def _names(self) -> tuple[str, ...]:
        try:
            return tuple(sorted(each.name for each in self.folder.iterdir() if not _TEMPORARY.match(each.name)))
        except OSError as error:
            raise of_reading(error) from error

    def _remove(self, names: Iterable[str]) -> None:
        try:
            for name in names:
                self._disk.unlink(self.folder / name)
        except OSError as error:
            raise of_writing(error) from error

    def _remove_older(self, time: float) -> None:
        try:
            for each in self.folder.iterdir():
                if each.stat().st_ctime < time:
                    self._disk.unlink(each)
        except OSError as error:
            raise of_writing(error) from error

    def _move(self, target: Path, name: str) -> None:
        try:
            self._disk.rename(self.folder / name, target / name)
            self._disk.sync_folder(target)
            self._disk.sync_folder(self.folder)
        except FileNotFoundError as error:
            raise MissingMessage("the message file is missing") from error
        except OSError as error:
            raise of_writing(error) from error

    def _sync_folder(self) -> None:
        try:
            self._disk.sync_folder(self.folder)
        except OSError as error:
            raise of_writing(error) from error

    def _remove_later(self, name: str) -> None:
        """In the loop or a callback: have the pool remove a file that nobody waits for any more."""
        with suppress(RuntimeError):
            self._pool.submit(files.discard, self._disk, self.folder / name)
