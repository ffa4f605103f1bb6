"""The versions of the settings in queue.sqlite3: what ran, who applied it, what changed, and the whole text.

Rows are added and their state changes; nothing else. Knows no settings.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from gateway.core.page import Cursor, Page
from gateway.core.settingsversion import Change, Version, VersionState
from gateway.store.database import Database
from gateway.store.text import storable

# An office changes its settings a few times a month. A file of 10 kB and 500 versions are 5 MB.
KEEP_VERSIONS = 500
# At the start only the newest matter: the last that was kept, and what was on trial behind it.
RECENT = 50

_SELECT = "SELECT number, time, by, via, release, state, ended, changes, text FROM settings_version"


class Versions:
    """Everything raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, version: Version) -> Version:
        """Keep it durably; the same with its number. The oldest beyond KEEP_VERSIONS go."""
        return await self._database.write(lambda connection: _insert(connection, version))

    async def set_state(self, number: int, state: VersionState, ended: str = "") -> None:
        """Note how it went on, durably."""
        await self._database.write(
            lambda connection: connection.execute(
                "UPDATE settings_version SET state = ?, ended = ? WHERE number = ?",
                (state.value, storable(ended), number),
            )
        )

    async def get(self, number: int) -> Version | None:
        """One version."""
        rows = await self._database.read(
            lambda connection: connection.execute(f"{_SELECT} WHERE number = ?", (number,)).fetchall()
        )
        return _version(rows[0]) if rows else None

    async def list(self, after: Cursor | None = None, limit: int = 50) -> Page[Version]:
        """Newest first, from behind `after`."""
        before = int(after.id) if after else 2**62
        found = await self._database.read(lambda connection: _newest(connection, before, limit + 1))
        shown = found[:limit]
        more = len(found) > limit
        return Page(shown, Cursor(shown[-1].time, str(shown[-1].number)) if more else None)

    async def kept_before(self, number: int) -> Version | None:
        """The last kept version older than this one."""
        rows = await self._database.read(
            lambda connection: connection.execute(
                f"{_SELECT} WHERE number < ? AND state = 'kept' ORDER BY number DESC LIMIT 1", (number,)
            ).fetchall()
        )
        return _version(rows[0]) if rows else None


def recent(path: Path) -> tuple[Version, ...]:
    """The newest versions in this queue.sqlite3, newest first, before anybody opens it; none when it can't be read.

    Synchronous: what they say decides with which settings the store is opened at all.
    """
    if not path.exists():
        return ()
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=5.0)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA query_only = ON")
            return _newest(connection, 2**62, RECENT)
    except (sqlite3.Error, ValueError):
        return ()


def _insert(connection: sqlite3.Connection, version: Version) -> Version:
    changes = json.dumps([[each.key, each.old, each.new] for each in version.changes])
    row = connection.execute(
        """INSERT INTO settings_version (time, by, via, release, state, ended, changes, text)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING number""",
        (
            version.time, storable(version.by), version.via, version.release, version.state.value,
            storable(version.ended), changes, version.text,
        ),
    ).fetchone()  # fmt: skip
    number = int(row["number"])
    connection.execute("DELETE FROM settings_version WHERE number <= ?", (number - KEEP_VERSIONS,))
    found = connection.execute(f"{_SELECT} WHERE number = ?", (number,)).fetchone()
    return _version(found)


def _newest(connection: sqlite3.Connection, before: int, limit: int) -> tuple[Version, ...]:
    rows = connection.execute(f"{_SELECT} WHERE number < ? ORDER BY number DESC LIMIT ?", (before, limit)).fetchall()
    return tuple(_version(row) for row in rows)


def _version(row: sqlite3.Row) -> Version:
    return Version(
        number=row["number"],
        time=row["time"],
        by=row["by"],
        via=row["via"],
        release=row["release"],
        state=VersionState(row["state"]),
        changes=tuple(Change(*each) for each in json.loads(row["changes"])),
        text=row["text"],
        ended=row["ended"],
    )
