"""Opening a database file: how it is set up, brought up to date, checked, and set aside when it is damaged.

Synchronous; runs in threads. Knows no table. Which release wrote the file does not matter: migrations
only add (D20), so a file of a newer release is used as it is.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from gateway.store.errors import StoreError, of_sqlite, of_writing

# A second process (a rebuild from the command line) may hold the lock for one commit on a slow card.
BUSY_SECONDS = 5.0
# What remains of the write-ahead log after a checkpoint; bursts may make it larger for a while.
WAL_OCTETS = 4_194_304
_NAME = re.compile(r"\A(?P<kind>[a-z]+)-(?P<number>\d{4})-[a-z-]+\.sql\Z")
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
# The file is to blame for these too, unless it is the disk that is full: opening needs some room for log and index.
_DAMAGE_WITH_ROOM = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR})
_ROOM_OCTETS = 262_144


@dataclass(frozen=True, slots=True)
class DatabaseKind:
    """`name` chooses the migrations. `synchronous` is FULL where 250 promises something, NORMAL elsewhere (D5)."""

    name: str
    synchronous: str


QUEUE = DatabaseKind("queue", "FULL")
HISTORY = DatabaseKind("history", "NORMAL")


@dataclass(frozen=True, slots=True)
class Opened:
    """`is_new`: it had no tables before, so that what it knew is to be found again. `set_aside`: the damaged one."""

    is_new: bool
    set_aside: Path | None = None


def connect(path: Path, kind: DatabaseKind, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection for the calling thread. Transactions are ours (`BEGIN IMMEDIATE`). Raises sqlite3.Error."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {kind.synchronous}")
        connection.execute(f"PRAGMA journal_size_limit = {WAL_OCTETS}")
        connection.execute("PRAGMA foreign_keys = ON")
        # What is deleted (history forget, a quarantined letter) shall not be readable in free pages.
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute(f"PRAGMA query_only = {int(read_only)}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def migrations(kind: DatabaseKind) -> tuple[tuple[int, str], ...]:
    """Number and SQL of each migration, in order."""
    found: list[tuple[int, str]] = []
    for each in resources.files("gateway.store.migrations").iterdir():
        match = _NAME.match(each.name)
        if match and match["kind"] == kind.name:
            found.append((int(match["number"]), each.read_text("utf-8")))
    return tuple(sorted(found))


def migrate(connection: sqlite3.Connection, kind: DatabaseKind) -> bool:
    """Apply what is missing, each in one transaction. True when the database was new. Raises sqlite3.Error."""
    version = _version(connection)
    for number, sql in migrations(kind):
        if number <= version:
            continue
        try:
            connection.executescript(f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version = {number};\nCOMMIT;")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return version == 0


def open_sound(path: Path, kind: DatabaseKind, stamp: str) -> Opened:
    """Check and migrate the file, once, before anybody uses it; set it aside when it is damaged.

    `stamp` becomes part of the name of a set-aside file. Raises StoreError when there is no room or no access.
    """
    try:
        return Opened(_check_and_migrate(path, kind))
    except sqlite3.Error as error:
        if not (_is_damage(error, path) and path.exists()):
            raise of_sqlite(error) from error
    aside = set_aside(path, stamp)
    try:
        return Opened(_check_and_migrate(path, kind), aside)
    except sqlite3.Error as error:
        raise of_sqlite(error) from error


def set_aside(path: Path, stamp: str) -> Path:
    """Rename a damaged database with its log files; nothing is deleted. Raises StoreError."""
    target = path.with_name(f"{path.name}.damaged-{stamp}")
    count = 0
    while target.exists():
        count += 1
        target = path.with_name(f"{path.name}.damaged-{stamp}-{count}")
    try:
        for suffix in ("-wal", "-shm", ""):
            each = path.with_name(path.name + suffix)
            if each.exists():
                each.rename(target.with_name(target.name + suffix))
    except OSError as error:
        raise of_writing(error) from error
    return target


def truncate_log(path: Path, kind: DatabaseKind) -> None:
    """Write the log back and empty it, as far as readers let us within the busy time. Raises StoreError."""
    try:
        with closing(connect(path, kind)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise of_sqlite(error) from error


def _check_and_migrate(path: Path, kind: DatabaseKind) -> bool:
    """True when the database was new."""
    with closing(connect(path, kind)) as connection:
        complaint = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if complaint != "ok":
            error = sqlite3.DatabaseError(complaint)
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise error
        return migrate(connection, kind)


def _version(connection: sqlite3.Connection) -> int:
    """The number of the last migration applied, 0 for a new database."""
    row = connection.execute("PRAGMA user_version").fetchone()
    if not isinstance(row[0], int):
        raise StoreError("user_version is no number")
    return row[0]


def _is_damage(error: sqlite3.Error, path: Path) -> bool:
    """True when the file is to blame. The primary code stands in the low octet of an extended one."""
    code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
    return code in _DAMAGE or (code in _DAMAGE_WITH_ROOM and _has_room(path.parent))


def _has_room(folder: Path) -> bool:
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    return found.f_bavail * found.f_frsize >= _ROOM_OCTETS
