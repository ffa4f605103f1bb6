from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gateway.store import sqlite
from gateway.store.errors import StoreError
from gateway.store.sqlite import HISTORY, QUEUE, DatabaseKind, connect, migrate, migrations, open_sound, truncate_log

_INSERT = "INSERT INTO message (id, time, code, action, folded, record) VALUES (?, ?, 'F7K2Q', 'accept', ?, ?)"


@pytest.mark.parametrize(("kind", "synchronous"), [(QUEUE, 2), (HISTORY, 1)])
def test_a_database_is_set_up_as_it_promises(tmp_path: Path, kind: DatabaseKind, synchronous: int) -> None:
    open_sound(tmp_path / "a", kind, "now")
    with closing(connect(tmp_path / "a", kind)) as connection:
        values = [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        ]
        strict = connection.execute(
            "SELECT min(strict) FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite%'"
        )
        assert strict.fetchone()[0] == 1
    assert values == ["wal", synchronous, 1, 1, 5_000]


def test_a_new_database_says_so_once(tmp_path: Path) -> None:
    assert open_sound(tmp_path / "a", QUEUE, "now").is_new
    assert not open_sound(tmp_path / "a", QUEUE, "now").is_new


def test_an_emptied_file_counts_as_new(tmp_path: Path) -> None:
    open_sound(tmp_path / "a", QUEUE, "now")
    (tmp_path / "a").write_bytes(b"")
    assert open_sound(tmp_path / "a", QUEUE, "now").is_new


@pytest.mark.parametrize("kind", [QUEUE, HISTORY])
def test_migrations_are_numbered_without_gaps_and_only_add(kind: DatabaseKind) -> None:
    numbers = [number for number, _ in migrations(kind)]
    assert numbers == list(range(1, len(numbers) + 1))
    for _, sql in migrations(kind):
        assert not any(word in sql.upper() for word in ("DROP ", "RENAME ", "DELETE FROM", "UPDATE "))


def test_the_previous_release_reads_a_database_of_a_newer_one(tmp_path: Path) -> None:
    open_sound(tmp_path / "a", QUEUE, "now")
    with closing(connect(tmp_path / "a", QUEUE)) as connection:
        connection.execute("ALTER TABLE queue_entry ADD COLUMN colour TEXT NOT NULL DEFAULT ''")
        connection.execute("PRAGMA user_version = 99")
    assert open_sound(tmp_path / "a", QUEUE, "now").set_aside is None


def test_a_migration_that_fails_leaves_nothing_half_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = ((1, "CREATE TABLE one (x INTEGER) STRICT;\nCREATE TABLE one (x INTEGER) STRICT;"),)
    monkeypatch.setattr("gateway.store.sqlite.migrations", lambda kind: bad)
    with closing(connect(tmp_path / "a", QUEUE)) as connection:
        with pytest.raises(sqlite3.Error):
            migrate(connection, QUEUE)
        assert connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 0


def filled(path: Path) -> bytes:
    """A database with some pages of rows."""
    open_sound(path, HISTORY, "now")
    with closing(connect(path, HISTORY)) as connection:
        rows = [(str(n), n, "", "x" * 500) for n in range(200)]
        connection.executemany(_INSERT, rows)
    return path.read_bytes()


@pytest.mark.parametrize(
    "damage",
    [
        lambda good: b"From: x\r\n\r\nForeign\r\n" * 100,
        lambda good: bytes(len(good)),
        lambda good: good[: len(good) // 2 + 100],
        lambda good: good[:8_192] + bytes(range(256)) * 64 + good[8_192 + 16_384 :],
    ],
    ids=["foreign", "zeros", "cut", "overwritten"],
)
def test_a_damaged_database_is_set_aside_and_begun_anew(tmp_path: Path, damage) -> None:
    path = tmp_path / "history.sqlite3"
    bad = damage(filled(path))
    path.write_bytes(bad)
    result = open_sound(path, HISTORY, "20261124T120000Z")
    assert result.is_new
    assert result.set_aside == tmp_path / "history.sqlite3.damaged-20261124T120000Z"
    assert result.set_aside.read_bytes()[:4_096] == bad[:4_096]
    with closing(connect(path, HISTORY)) as connection:
        assert connection.execute("SELECT count(*) FROM message").fetchone()[0] == 0


def test_a_second_damaged_database_does_not_replace_the_first(tmp_path: Path) -> None:
    path = tmp_path / "a"
    for text in (b"one" * 400, b"two" * 400):
        path.write_bytes(text)
        open_sound(path, HISTORY, "now")
    assert (tmp_path / "a.damaged-now").read_bytes() == b"one" * 400
    assert (tmp_path / "a.damaged-now-1").read_bytes() == b"two" * 400


def test_a_folder_in_its_place_is_set_aside_too(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert open_sound(tmp_path / "a", QUEUE, "now").set_aside == tmp_path / "a.damaged-now"


def test_a_place_that_does_not_exist_is_an_error_not_damage(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        open_sound(tmp_path / "no" / "a", QUEUE, "now")


def test_a_reading_connection_cannot_write(tmp_path: Path) -> None:
    open_sound(tmp_path / "a", HISTORY, "now")
    with closing(connect(tmp_path / "a", HISTORY, read_only=True)) as connection, pytest.raises(sqlite3.Error):
        connection.execute("DELETE FROM message")


def test_erased_text_is_in_no_file_after_the_log_is_emptied(tmp_path: Path) -> None:
    path = tmp_path / "a"
    open_sound(path, HISTORY, "now")
    with closing(connect(path, HISTORY)) as connection:
        connection.execute(_INSERT, ("1", 1, "ann the secret", ""))
        connection.execute("DELETE FROM message")
        truncate_log(path, HISTORY)
        assert all(b"ann the secret" not in each.read_bytes() for each in tmp_path.iterdir())


@pytest.mark.parametrize("code", [sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_READ])
@pytest.mark.parametrize("free_octets", [0, 1 << 30])
def test_a_full_disk_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, free_octets: int) -> None:
    path = tmp_path / "a"
    open_sound(path, QUEUE, "then")
    failing = [True]

    def connect(*arguments: object, **options: object) -> sqlite3.Connection:
        if failing.pop() if failing else False:
            error = sqlite3.OperationalError("no")
            error.sqlite_errorcode = code
            raise error
        return real(*arguments, **options)

    real = sqlite.connect
    monkeypatch.setattr(sqlite, "connect", connect)
    size = os.statvfs(tmp_path)
    full = os.statvfs_result([1, 1, size[2], free_octets, free_octets, *size[5:]])
    monkeypatch.setattr(os, "statvfs", lambda _: full)
    if free_octets:
        assert open_sound(path, QUEUE, "now").set_aside is not None
    else:
        with pytest.raises(StoreError):
            open_sound(path, QUEUE, "now")
        assert path.exists()
