"""What a start does with the queue's files and rows, state by state, as `README.md` says; and the rebuild from files.

One bad file or row never stops the rest: it is set aside and listed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.core.queued import QueueState
from gateway.store import queue_rows as rows
from gateway.store.database import Database
from gateway.store.errors import StoreError
from gateway.store.files import Scanned
from gateway.store.inflight import InFlight
from gateway.store.messages import MessageFiles
from gateway.store.queue import QueueFolders

MISSING = "its message file is missing"
MENDED = "its row was damaged and is made anew from its file: some recipients may have it already"


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a start or a rebuild found. `damaged` and `missing` name entries; `orphaned` files without a row.

    `mended` are entries whose rows were damaged; a person decides about them.
    """

    entries: int = 0
    damaged: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    orphaned: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()


async def recover_queue(
    database: Database, folders: QueueFolders, orphaned: MessageFiles, inflight: InFlight
) -> Recovered:
    """Bring files and rows together after a stop at any point. Raises StoreError when the disk can't be read at all."""
    known = await database.read(rows.states)
    waiting, dead = set(await folders.waiting.names()), set(await folders.dead.names())
    await _finish_done(database, folders, [n for n, (state, _) in known.items() if state is QueueState.DONE])
    for name in (n for n, (state, _) in known.items() if state is QueueState.DEAD and n in waiting - dead):
        await try_move(folders.waiting, folders.dead, name)
    live = [n for n, (state, _) in known.items() if state not in (QueueState.DONE, QueueState.DEAD)]
    missing = [name for name in live if name not in waiting]
    looked = await folders.waiting.scan([name for name in live if name in waiting], prove=False)
    damaged = await set_aside(folders.waiting, looked)
    await _bury(database, missing, damaged)
    mended = await _mend(database, looked)
    strays = sorted(waiting - set(known))
    for name in strays:
        await try_move(folders.waiting, orphaned, name)
    await resume(database, inflight)
    return Recovered(len(live), tuple(each.name for each in damaged), tuple(missing), tuple(strays), mended)


async def rebuild_queue(database: Database, folders: QueueFolders, inflight: InFlight) -> Recovered:
    """Make a row for every sound file that has none; rows that exist stay, dead where their file is damaged.

    What lost rows knew of attempts is lost, and recipients that were settled already are tried again: the file does not
    know. Only envelope and end are looked at, so that a start is quick; changed octets show when the message is opened.
    Raises StoreError.
    """
    waiting = await folders.waiting.scan(await folders.waiting.names(), prove=False)
    dead = await folders.dead.scan(await folders.dead.names(), prove=False)
    damaged = [*await set_aside(folders.waiting, waiting), *await set_aside(folders.dead, dead)]
    known = await database.read(rows.states)

    def job(connection: sqlite3.Connection) -> None:
        for each in (*waiting, *dead):
            if each.header is not None and each.header.kind == "queue":
                rows.insert(connection, each.name, each.header, each.size_octets)
        for each in (each for each in dead if each.name not in known):
            rows.move(connection, each.name, QueueState.DEAD, cause="found by a rebuild")

    await database.write(job)
    await _bury(database, (), damaged)
    await resume(database, inflight)
    return Recovered(len(waiting) + len(dead) - len(damaged), tuple(each.name for each in damaged))


async def resume(database: Database, inflight: InFlight) -> None:
    """Take the size and the waits of entries in doubt from the rows."""
    inflight.octets = await database.read(rows.total_octets)
    for name, (state, dot_at) in (await database.read(rows.states)).items():
        if state is QueueState.IN_DOUBT:
            inflight.wait_from_dot(name, dot_at)


async def _finish_done(database: Database, folders: QueueFolders, names: Sequence[str]) -> None:
    """Every recipient was settled: the file goes, then the row."""
    try:
        await folders.waiting.remove(*names)
        await folders.dead.remove(*names)
    except StoreError:
        return
    if names:
        await database.write(lambda connection: rows.forget(connection, names))


async def set_aside(folder: MessageFiles, looked: Sequence[Scanned]) -> list[Scanned]:
    """Move each damaged file away; one that cannot be moved is still not delivered."""
    damaged = [each for each in looked if each.header is None]
    for each in damaged:
        try:
            await folder.set_aside(each.name, each.damage)
        except StoreError:
            continue
    return damaged


async def _bury(database: Database, missing: Sequence[str], damaged: Sequence[Scanned]) -> None:
    """Entries that cannot be delivered are dead and say why."""
    causes = {**dict.fromkeys(missing, MISSING), **{each.name: each.damage for each in damaged}}

    def job(connection: sqlite3.Connection) -> None:
        for name, cause in causes.items():
            rows.move(connection, name, QueueState.DEAD, cause=cause)

    if causes:
        await database.write(job)


async def _mend(database: Database, looked: Sequence[Scanned]) -> tuple[str, ...]:
    """Rows that cannot be right get what their sound files say, and wait for a person: who has it, nobody knows."""
    names = set(await database.read(rows.damaged))
    headers = {each.name: each.header for each in looked if each.header is not None and each.name in names}

    def job(connection: sqlite3.Connection) -> None:
        for name, header in headers.items():
            rows.refill(connection, name, header)
            rows.move(connection, name, QueueState.HELD, cause=MENDED)

    if headers:
        await database.write(job)
    return tuple(sorted(headers))


async def try_move(source: MessageFiles, target: MessageFiles, name: str) -> None:
    """Move a file where it belongs; if that fails, the next start tries again."""
    try:
        await source.move_to(target, name)
    except StoreError:
        return
