"""What a start does with the quarantine's files and rows, and the rebuild of the rows from the files."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from gateway.store import quarantine_rows as rows
from gateway.store.database import Database
from gateway.store.messages import MessageFiles
from gateway.store.recovery import Recovered, set_aside, try_move


async def recover_quarantine(database: Database, files: MessageFiles, orphaned: MessageFiles) -> Recovered:
    """A file without a row was promised to nobody; a row without a file shows nothing and goes. Raises StoreError."""
    known = await database.read(rows.files)
    present = set(await files.names())
    strays = sorted(present - set(known))
    for name in strays:
        await try_move(files, orphaned, name)
    missing = tuple(code for file, code in known.items() if file not in present)
    if missing:
        await database.write(lambda connection: rows.remove(connection, missing))
    return Recovered(len(known) - len(missing), missing=missing, orphaned=tuple(strays))


async def rebuild_quarantine(database: Database, files: MessageFiles) -> Recovered:
    """Make a row for every sound file that has none; to whom it was released is lost. Raises StoreError."""
    known = await database.read(rows.files)
    looked = await files.scan([name for name in await files.names() if name not in known], prove=False)
    damaged = await set_aside(files, looked)

    def job(connection: sqlite3.Connection) -> None:
        for each in looked:
            if each.header is not None and each.header.held is not None:
                rows.insert(connection, each.name, replace(each.header.held, size_octets=each.size_octets))

    await database.write(job)
    return Recovered(len(looked) - len(damaged), tuple(each.name for each in damaged))
