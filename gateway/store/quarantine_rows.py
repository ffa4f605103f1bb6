"""The rows of the quarantine: each function is one step inside somebody's transaction. Knows no file and no time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from gateway.core.fold import fold
from gateway.core.held import HeldKind, HeldMessage
from gateway.core.page import Cursor
from gateway.store.text import like_pattern, storable

# Stands among the reasons of an item whose row could not be read.
ROW_DAMAGED = "row-damaged"


@dataclass(frozen=True, slots=True)
class Kept:
    """A row's file, size and kind: what removing it takes."""

    code: str
    file: str
    size_octets: int


@dataclass(frozen=True, slots=True)
class Question:
    """What a list shall show: `search` already folded, `kind` None for both, from behind `after`."""

    limit: int
    after: Cursor | None = None
    search: str = ""
    kind: HeldKind | None = None


def insert(connection: sqlite3.Connection, file: str, about: HeldMessage) -> bool:
    """A new row; False when the code is taken, which leaves the old row as it is."""
    done = connection.execute(
        """INSERT INTO quarantine (code, file, held_at, kind, size_octets, is_released, folded, about)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (code) DO NOTHING""",
        (
            about.code, file, about.held_at, about.kind, about.size_octets,
            int(about.is_released), _folded(about), _encode(about),
        ),
    )  # fmt: skip
    return bool(done.rowcount)


def get(connection: sqlite3.Connection, code: str) -> tuple[str, HeldMessage] | None:
    """The file's name and the item."""
    row = connection.execute(
        "SELECT file, code, held_at, kind, size_octets, about FROM quarantine WHERE code = ?", (code,)
    ).fetchone()
    return (row["file"], _item(row)) if row else None


def replace(connection: sqlite3.Connection, about: HeldMessage) -> None:
    """Write an item anew."""
    connection.execute(
        "UPDATE quarantine SET about = ?, is_released = ? WHERE code = ?",
        (_encode(about), int(about.is_released), about.code),
    )


def remove(connection: sqlite3.Connection, codes: Iterable[str]) -> None:
    """Forget rows."""
    connection.executemany("DELETE FROM quarantine WHERE code = ?", [(code,) for code in codes])


def page(connection: sqlite3.Connection, question: Question) -> tuple[HeldMessage, ...]:
    """Items newest first."""
    after = question.after or Cursor(float("inf"), "")
    rows = connection.execute(
        r"""SELECT code, held_at, kind, size_octets, about FROM quarantine
            WHERE (held_at, code) < (?, ?) AND (? IS NULL OR kind = ?)
            AND folded LIKE ? ESCAPE '\' ORDER BY held_at DESC, code DESC LIMIT ?""",
        (after.time, after.id, question.kind, question.kind, like_pattern(question.search), question.limit),
    )
    return tuple(_item(row) for row in rows)


def files(connection: sqlite3.Connection) -> dict[str, str]:
    """The code of each file that has a row."""
    return {row["file"]: row["code"] for row in connection.execute("SELECT file, code FROM quarantine")}


def waiting(connection: sqlite3.Connection) -> frozenset[str]:
    """The codes of what is held for somebody who has not got it: that was promised. Copies are not."""
    rows = connection.execute("SELECT code FROM quarantine WHERE kind = 'held' AND is_released = 0")
    return frozenset(row["code"] for row in rows)


def total_octets(connection: sqlite3.Connection, kind: HeldKind | None = None) -> int:
    """What all items take, or those of one kind."""
    row = connection.execute(
        "SELECT coalesce(sum(size_octets), 0) FROM quarantine WHERE ? IS NULL OR kind = ?", (kind, kind)
    ).fetchone()
    return int(row[0])


def older_than(connection: sqlite3.Connection, time: float) -> tuple[Kept, ...]:
    """Items held before `time`."""
    rows = connection.execute("SELECT code, file, size_octets FROM quarantine WHERE held_at < ?", (time,))
    return tuple(Kept(*row) for row in rows)


def to_shed(connection: sqlite3.Connection, octets: int, kind: HeldKind | None = None) -> tuple[Kept, ...]:
    """The items whose removal frees at least `octets`, in the order in which they are dispensable.

    First copies of rejected mail (nothing was promised), then held mail that everybody got, then the rest of the
    held mail; the oldest first in each. With `kind`, of that kind only.
    """
    chosen: list[Kept] = []
    freed = 0
    rows = connection.execute(
        """SELECT code, file, size_octets FROM quarantine WHERE ? IS NULL OR kind = ?
           ORDER BY kind = 'held', is_released = 0, held_at, code""",
        (kind, kind),
    )
    for row in rows:
        if freed >= octets:
            break
        chosen.append(Kept(*row))
        freed += row["size_octets"]
    return tuple(chosen)


def dispensable(connection: sqlite3.Connection, octets: int) -> tuple[Kept, ...]:
    """As `to_shed`, but never what is `waiting`."""
    held = waiting(connection)
    return tuple(each for each in to_shed(connection, octets) if each.code not in held)


def _folded(about: HeldMessage) -> str:
    return storable(fold(about.searched_text))


def _encode(about: HeldMessage) -> str:
    return json.dumps(msgspec.to_builtins(about), ensure_ascii=True)


def _item(row: sqlite3.Row) -> HeldMessage:
    """A row that can't be read is listed all the same, with what its columns say."""
    try:
        return msgspec.convert(json.loads(row["about"]), type=HeldMessage)
    except (ValueError, RecursionError, msgspec.MsgspecError):
        kind: HeldKind = "held" if row["kind"] == "held" else "rejected-copy"
        return HeldMessage(row["code"], row["held_at"], kind, "", (), "", "", (ROW_DAMAGED,), None, row["size_octets"])
