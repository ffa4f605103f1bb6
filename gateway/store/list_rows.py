"""The rows of the lists and of their journal: an entry as JSON, what counts its hits beside it. Knows no time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import replace

import msgspec

from gateway.core.listentry import ListChange, ListEntry
from gateway.store.text import storable

# An office changes its lists some times a week; whoever asks who did it asks about the last year at most.
KEEP_CHANGES = 5_000


def entries(connection: sqlite3.Connection) -> tuple[tuple[ListEntry, ...], int]:
    """All entries, and how many rows can't be read: a newer release's, or damaged ones. Those stay where they are."""
    found = connection.execute("SELECT id, entry, hits, last_hit FROM list_entry ORDER BY id").fetchall()
    read = [_counted(row) for row in found]
    return tuple(each for each in read if each is not None), sum(1 for each in read if each is None)


def insert(connection: sqlite3.Connection, entry: ListEntry) -> ListEntry:
    """Add it; the same with its number. An entry that has a number gets that one back."""
    row = connection.execute(
        "INSERT INTO list_entry (id, entry, hits, last_hit) VALUES (?, ?, ?, ?) RETURNING id",
        (entry.id or None, _encode(entry), entry.hits, entry.last_hit),
    ).fetchone()
    return replace(entry, id=int(row["id"]))


def update(connection: sqlite3.Connection, entry: ListEntry) -> None:
    """Put it in the place of its former self."""
    connection.execute("UPDATE list_entry SET entry = ? WHERE id = ?", (_encode(entry), entry.id))


def delete(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Take them out."""
    connection.executemany("DELETE FROM list_entry WHERE id = ?", [(each,) for each in numbers])


def count(connection: sqlite3.Connection, hits: Iterable[tuple[int, int, float]]) -> None:
    """Write how often entries were hit: number of the entry, hits in all, time of the last."""
    connection.executemany(
        "UPDATE list_entry SET hits = ?, last_hit = ? WHERE id = ?", [(hits, last, id) for id, hits, last in hits]
    )


def note(connection: sqlite3.Connection, change: ListChange) -> ListChange:
    """Add to the journal; the same with its number. What it takes back is marked. The oldest go."""
    row = connection.execute(
        """INSERT INTO list_change (time, by, undoes, before_entry, after_entry) VALUES (?, ?, ?, ?, ?)
           RETURNING number""",
        (change.time, storable(change.by), change.undoes, _whole(change.before), _whole(change.after)),
    ).fetchone()
    number = int(row["number"])
    if change.undoes:
        connection.execute("UPDATE list_change SET is_undone = 1 WHERE number = ?", (change.undoes,))
    connection.execute("DELETE FROM list_change WHERE number <= ?", (number - KEEP_CHANGES,))
    return replace(change, number=number)


def change(connection: sqlite3.Connection, number: int) -> ListChange | None:
    """One change; for 0 the last that is neither taken back nor takes one back itself."""
    if number:
        row = connection.execute(f"{_SELECT} WHERE number = ?", (number,)).fetchone()
    else:
        row = connection.execute(
            f"{_SELECT} WHERE is_undone = 0 AND undoes = 0 ORDER BY number DESC LIMIT 1"
        ).fetchone()
    return _change(row) if row is not None else None


def changes(connection: sqlite3.Connection, before: int, limit: int) -> tuple[ListChange, ...]:
    """Newest first, those older than `before`."""
    rows = connection.execute(f"{_SELECT} WHERE number < ? ORDER BY number DESC LIMIT ?", (before, limit))
    return tuple(each for row in rows if (each := _change(row)) is not None)


_SELECT = "SELECT number, time, by, undoes, is_undone, before_entry, after_entry FROM list_change"


def _encode(entry: ListEntry) -> str:
    """Without what has columns of its own."""
    fields = msgspec.to_builtins(entry)
    return json.dumps({name: fields[name] for name in ("draft", "by", "created")}, ensure_ascii=True)


def _whole(entry: ListEntry | None) -> str | None:
    return None if entry is None else json.dumps(msgspec.to_builtins(entry), ensure_ascii=True)


def _counted(row: sqlite3.Row) -> ListEntry | None:
    columns = {"id": row["id"], "hits": row["hits"], "last_hit": row["last_hit"]}
    return _decode(row["entry"], columns)


def _decode(text: str, columns: dict[str, object]) -> ListEntry | None:
    try:
        return msgspec.convert({**json.loads(text), **columns}, type=ListEntry)
    except (ValueError, TypeError, msgspec.MsgspecError):
        return None


def _change(row: sqlite3.Row) -> ListChange | None:
    before, after = (row[name] and _decode(row[name], {}) for name in ("before_entry", "after_entry"))
    if before is None and after is None:
        return None
    return ListChange(
        row["number"], row["time"], row["by"], before or None, after or None, row["undoes"], bool(row["is_undone"])
    )
