"""Entries and changes as rows: what is written is read, and what can't be read harms nobody."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.listentry import ListChange
from gateway.store import list_rows as rows
from gateway.store.sqlite import QUEUE, connect, migrate
from tests.support.lists import NOW, entry


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect(tmp_path / "queue.sqlite3", QUEUE)
    migrate(connection, QUEUE)
    yield connection
    connection.close()


def test_an_entry_comes_back_as_it_was(database: sqlite3.Connection) -> None:
    one = replace(entry("allow", ".sender.example", "bob@office.example", NOW + 60), id=0, hits=3, last_hit=NOW)
    kept = rows.insert(database, one)
    assert kept == replace(one, id=1)
    assert rows.entries(database) == ((kept,), 0)


def test_an_entry_gets_its_old_number_back_and_no_other_gets_it(database: sqlite3.Connection) -> None:
    first = rows.insert(database, replace(entry("block", "a.example"), id=0))
    rows.delete(database, [first.id])
    assert rows.insert(database, replace(entry("block", "b.example"), id=0)).id == 2
    assert rows.insert(database, first).id == 1


def test_a_row_that_can_not_be_read_is_counted_and_kept(database: sqlite3.Connection) -> None:
    for text in ("{", "[]", '{"draft": {"kind": "praise"}}', '{"draft": 3, "by": "x", "created": 1}'):
        database.execute("INSERT INTO list_entry (entry) VALUES (?)", (text,))
    good = rows.insert(database, replace(entry("block", "b.example"), id=0))
    assert rows.entries(database) == ((good,), 4)
    assert database.execute("SELECT count(*) FROM list_entry").fetchone()[0] == 5


def test_a_newer_release_s_fields_are_passed_over(database: sqlite3.Connection) -> None:
    good = rows.insert(database, replace(entry("block", "b.example"), id=0))
    database.execute("UPDATE list_entry SET entry = json_set(entry, '$.mood', 1, '$.draft.mood', 2)")
    assert rows.entries(database) == ((good,), 0)


def test_the_journal_keeps_before_and_after_and_marks_what_was_taken_back(database: sqlite3.Connection) -> None:
    one = entry("allow", "a.example")
    made = rows.note(database, ListChange(0, NOW, "anna", None, one))
    back = rows.note(database, ListChange(0, NOW + 1, "bob", one, None, undoes=made.number))
    assert rows.changes(database, 2**62, 10) == (back, replace(made, is_undone=True))
    assert rows.change(database, made.number) == replace(made, is_undone=True)
    assert rows.change(database, 99) is None


def test_the_last_change_to_take_back_is_no_undoing_and_not_undone(database: sqlite3.Connection) -> None:
    first = rows.note(database, ListChange(0, NOW, "anna", None, entry("allow", "a.example")))
    second = rows.note(database, ListChange(0, NOW, "anna", None, entry("allow", "b.example", id=2)))
    assert rows.change(database, 0) == second
    rows.note(database, ListChange(0, NOW, "anna", second.after, None, undoes=second.number))
    assert rows.change(database, 0) == first


def test_the_journal_has_an_end(database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "KEEP_CHANGES", 3)
    for _ in range(5):
        rows.note(database, ListChange(0, NOW, "anna", None, entry("allow", "a.example")))
    assert [each.number for each in rows.changes(database, 2**62, 10)] == [5, 4, 3]
