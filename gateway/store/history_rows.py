"""The rows of the history: a record as JSON and the columns that questions need. Knows no time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from gateway.core.fold import fold
from gateway.core.followup import KIND as FOLLOW_UP
from gateway.core.page import Cursor
from gateway.core.record import Disposition, MessageRecord
from gateway.store.packing import pack, unpack
from gateway.store.text import like_pattern, storable


@dataclass(frozen=True, slots=True)
class Row:
    """One record with its random id. `folded` is what a search looks at."""

    id: str
    record: MessageRecord
    folded: str

    @classmethod
    def of(cls, id: str, record: MessageRecord) -> Row:
        """The row of a record."""
        recipients = (each.recipient for each in record.dispositions)
        texts = (
            record.code, record.client_ip, record.client_name, record.reverse_path, record.from_field,
            record.subject, record.message_id, *recipients,
        )  # fmt: skip
        return cls(id, record, storable(fold("\n".join(texts))))

    @property
    def cursor(self) -> Cursor:
        """Its place in the list."""
        return Cursor(self.record.time, self.id)

    @property
    def action(self) -> str:
        """As of its record; of a follow-up its kind."""
        return FOLLOW_UP if self.is_follow_up else self.record.action

    @property
    def is_follow_up(self) -> bool:
        """True for a row that is no message of its own: neither listed nor counted."""
        return self.record.kind == FOLLOW_UP

    def matches(self, folded: str) -> bool:
        """True when a search for this (already folded) text finds it."""
        return folded in self.folded


def encode(record: MessageRecord) -> bytes:
    """JSON. Text that is no Unicode (lone surrogates) is kept too: then all of it is escaped."""
    try:
        return msgspec.json.encode(record)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(record), ensure_ascii=True, separators=(",", ":")).encode()


def decode(text: str | bytes) -> MessageRecord:
    """What `encode` wrote; a newer release's extra fields are passed over (D20)."""
    return msgspec.convert(json.loads(text), type=MessageRecord)


def insert(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Add rows, each once."""
    connection.executemany(
        """INSERT INTO message (id, time, code, action, folded, record, packed) VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT DO NOTHING""",
        [
            (
                row.id,
                row.record.time,
                storable(row.record.code),
                storable(row.action),
                row.folded,
                _short(row.record),
                _packed(row.record),
            )
            for row in rows
        ],
    )


def page(connection: sqlite3.Connection, after: Cursor | None, limit: int, folded: str) -> tuple[Row, ...]:
    """Rows newest first, from behind `after`."""
    place = after or Cursor(float("inf"), "")
    found = connection.execute(
        r"""SELECT id, time, code, action, folded, record, packed FROM message
            WHERE (time, id) < (?, ?) AND folded LIKE ? ESCAPE '\'
            AND action <> ? ORDER BY time DESC, id DESC LIMIT ?""",
        (place.time, place.id, like_pattern(folded), FOLLOW_UP, limit),
    )
    return tuple(_row(each) for each in found)


def follow_ups(connection: sqlite3.Connection, codes: Iterable[str]) -> tuple[Row, ...]:
    """The follow-ups of these messages, newest first."""
    found = connection.execute(
        """SELECT id, time, code, action, folded, record, packed FROM message
           WHERE code IN (SELECT value FROM json_each(?)) AND action = ?
           ORDER BY time DESC, id DESC""",
        (json.dumps(list(codes)), FOLLOW_UP),
    )
    return tuple(_row(each) for each in found)


def newest_codes(connection: sqlite3.Connection) -> frozenset[str]:
    """Of the rows that were written last."""
    found = connection.execute("SELECT code FROM message ORDER BY time DESC, id DESC LIMIT 1000")
    return frozenset(row["code"] for row in found)


def of_code(connection: sqlite3.Connection, code: str) -> tuple[Row, ...]:
    """The rows of one code, newest first."""
    found = connection.execute(
        """SELECT id, time, code, action, folded, record, packed FROM message
           WHERE code = ? ORDER BY time DESC, id DESC""",
        (code,),
    )
    return tuple(_row(each) for each in found)


def counts(connection: sqlite3.Connection, since: float, without: Iterable[str]) -> dict[str, int]:
    """Rows from `since` on by action, those of the ids `without` left out."""
    found = connection.execute(
        """SELECT action, count(*) AS rows FROM message WHERE time >= ? AND action <> ?
           AND id NOT IN (SELECT value FROM json_each(?)) GROUP BY action""",
        (since, FOLLOW_UP, json.dumps(list(without))),
    )
    return {row["action"]: row["rows"] for row in found}


def newest(connection: sqlite3.Connection) -> float:
    """The time of the newest row; 0 when there is none."""
    return connection.execute("SELECT max(time) FROM message").fetchone()[0] or 0.0


def remove_older(connection: sqlite3.Connection, time: float, limit: int) -> int:
    """Remove up to `limit` rows from before `time`; how many went."""
    done = connection.execute(
        "DELETE FROM message WHERE id IN (SELECT id FROM message WHERE time < ? ORDER BY time LIMIT ?)", (time, limit)
    )
    return done.rowcount


def mentioning(connection: sqlite3.Connection, address: str) -> tuple[Row, ...]:
    """Rows that may mention an address, in any letter case; whoever asks looks closer. Reads every row."""
    escaped = json.dumps(address, ensure_ascii=True)[1:-1]
    needles = (address.lower(), json.dumps(address, ensure_ascii=False)[1:-1].lower(), escaped.lower())

    def mentions(packed: bytes | None) -> bool:
        text = _text(packed).lower() if packed is not None else ""
        return any(each in text for each in needles)

    connection.create_function("mentions", 1, mentions, deterministic=True)
    found = connection.execute(
        r"""SELECT id, time, code, action, folded, record, packed FROM message
             WHERE folded LIKE ? ESCAPE '\' OR record LIKE ? ESCAPE '\' OR mentions(packed)""",
        (like_pattern(fold(address)), like_pattern(escaped)),
    )
    return tuple(_row(each) for each in found)


def rewrite(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Put changed records in the place of their former selves."""
    connection.executemany(
        "UPDATE message SET folded = ?, record = ?, packed = ? WHERE id = ?",
        [(row.folded, _short(row.record), _packed(row.record), row.id) for row in rows],
    )


def _short(record: MessageRecord) -> str:
    """What became of the mail, without evidence: a release that can't unpack shows this after a rollback (D20)."""
    said = {
        "code": record.code,
        "time": record.time,
        "kind": record.kind,
        **dict.fromkeys(("client_ip", "client_name", "helo", "listener"), ""),
        "reverse_path": record.reverse_path,
        "dispositions": [
            {"recipient": each.recipient, "action": each.action, "state": each.state} for each in record.dispositions
        ],
        "reply": "",
        "subject": record.subject,
        "from_field": record.from_field,
    }
    return json.dumps(said, ensure_ascii=True, separators=(",", ":"))


def _packed(record: MessageRecord) -> bytes:
    return pack(encode(record))


def _text(packed: bytes) -> str:
    """What was packed; "" when nobody can read it any more."""
    try:
        return unpack(packed).decode("utf-8", "replace")
    except ValueError:
        return ""


def _row(row: sqlite3.Row) -> Row:
    """A record that can't be read is listed all the same, with what its columns say."""
    try:
        record = decode(row["record"] if row["packed"] is None else unpack(row["packed"]))
    except (ValueError, msgspec.MsgspecError):
        nobody = Disposition("", row["action"], "")
        record = MessageRecord(row["code"], row["time"], "message", "", "", "", "", "", (nobody,), "")
    return Row(row["id"], record, row["folded"])
