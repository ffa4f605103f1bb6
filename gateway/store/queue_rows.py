"""The rows of the queue: each function is one step inside somebody's transaction. Knows no file and no time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from gateway.core.outcome import Outcome
from gateway.core.queued import LaneCause, LaneLoad, QueuedRecipient, QueueEntry, QueueState
from gateway.store.format import FileHeader
from gateway.store.text import storable

_ENTRY = (
    "SELECT id, code, lane, state, since, next_attempt, attempts, reverse_path, size_octets, cause FROM queue_entry"
)
_RECIPIENTS = """SELECT key, address, is_open, result, stage, hop, reply, detail FROM queue_recipient
                 WHERE entry_id = ? ORDER BY position"""
# Room for a hop's reply of many lines; a hop that writes more than this writes to fill our disk.
_REPLY_MAXIMUM = 2_000


def insert(connection: sqlite3.Connection, name: str, header: FileHeader, size_octets: int) -> None:
    """The row of a file that has none; a row that exists stays as it is."""
    state = QueueState.QUEUED if header.in_doubt_since is None else QueueState.IN_DOUBT
    state = QueueState.HELD if header.hold else state
    row = connection.execute(
        """INSERT INTO queue_entry
           (id, code, lane, state, since, next_attempt, dot_at, reverse_path, size_octets, cause)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING""",
        (
            name, header.code, header.lane, state.value, header.received_at,
            header.received_at, header.in_doubt_since, storable(str(header.envelope.reverse_path)), size_octets,
            storable(header.hold),
        ),
    )  # fmt: skip
    if not row.rowcount:
        return
    _insert_recipients(connection, name, header)


def get(connection: sqlite3.Connection, name: str) -> QueueEntry | None:
    """One entry with its recipients."""
    row = connection.execute(f"{_ENTRY} WHERE id = ?", (name,)).fetchone()
    return _entry(connection, row) if row else None


def of_code(connection: sqlite3.Connection, code: str) -> tuple[QueueEntry, ...]:
    """The entries of one message, oldest first."""
    rows = connection.execute(f"{_ENTRY} WHERE code = ? AND state <> 'done' ORDER BY since, id", (code,)).fetchall()
    return tuple(_entry(connection, row) for row in rows)


def due(connection: sqlite3.Connection, lane: str, now: float, longest_wait: float) -> tuple[str, ...]:
    """What of a lane may be tried, oldest first; in-doubt entries are judged by whoever knows the monotonic clock.

    An entry whose time lies beyond any wait of ours was written under a wrong clock and is due.
    """
    rows = connection.execute(
        """SELECT id FROM queue_entry WHERE lane = ? AND
           (state = 'in-doubt' OR state = 'queued' AND (next_attempt <= ? OR next_attempt > ?)) ORDER BY since, id""",
        (lane, now, now + longest_wait),
    )
    return tuple(row["id"] for row in rows)


def overdue(connection: sqlite3.Connection, before: float, limit: int) -> tuple[QueueEntry, ...]:
    """What waits since `before` and of which nobody was told, oldest first; what a person holds is no delay."""
    rows = connection.execute(
        f"""{_ENTRY} WHERE state IN ('queued', 'in-doubt') AND since <= ? AND told_at IS NULL
            ORDER BY since, id LIMIT ?""",
        (before, limit),
    ).fetchall()
    return tuple(_entry(connection, row) for row in rows)


def note_told(connection: sqlite3.Connection, name: str, time: float) -> None:
    """Nobody needs to be told of this delay any more."""
    connection.execute("UPDATE queue_entry SET told_at = ? WHERE id = ?", (time, name))


def newest(connection: sqlite3.Connection) -> float:
    """The latest time at which a message came here, or one was held; 0 when there is none."""
    queries = ("SELECT max(since) FROM queue_entry", "SELECT max(held_at) FROM quarantine")
    return max(connection.execute(query).fetchone()[0] or 0.0 for query in queries)


def newest_codes(connection: sqlite3.Connection) -> frozenset[str]:
    """Of the messages that came last, and of those that were held last."""
    queries = (
        "SELECT code FROM queue_entry ORDER BY since DESC LIMIT 1000",
        "SELECT code FROM quarantine ORDER BY held_at DESC LIMIT 1000",
    )
    return frozenset(row[0] for query in queries for row in connection.execute(query))


def move_time(connection: sqlite3.Connection, seconds: float, since: float, now: float) -> None:
    """Our time moved: waits go on as they were, and what came `since` then has its true age.

    What seems to come from the future was written under a wrong clock, and begins its age anew.
    """
    connection.execute(
        "UPDATE queue_entry SET next_attempt = next_attempt + :by, since = since + (since >= :since) * :by",
        {"by": seconds, "since": since},
    )
    connection.execute("UPDATE queue_entry SET since = :now WHERE since > :now + 300", {"now": now})


def page(
    connection: sqlite3.Connection, after: tuple[float, str] | None, limit: int, states: Iterable[QueueState]
) -> tuple[QueueEntry, ...]:
    """Entries newest first, from behind `after`."""
    wanted = [state.value for state in states]
    time, name = after or (float("inf"), "")
    rows = connection.execute(
        f"""{_ENTRY} WHERE state IN ({",".join("?" * len(wanted))}) AND (since, id) < (?, ?)
            ORDER BY since DESC, id DESC LIMIT ?""",
        (*wanted, time, name, limit),
    ).fetchall()
    return tuple(_entry(connection, row) for row in rows)


def loads(connection: sqlite3.Connection) -> tuple[LaneLoad, ...]:
    """How much waits in each lane and state."""
    rows = connection.execute(
        """SELECT lane, state, count(*) AS entries, min(since) AS since, min(next_attempt) AS next_attempt
           FROM queue_entry WHERE state <> 'done' GROUP BY lane, state ORDER BY lane, state"""
    )
    return tuple(
        LaneLoad(row["lane"], _state(row["state"]), row["entries"], row["since"], row["next_attempt"]) for row in rows
    )


def causes(connection: sqlite3.Connection, limit: int) -> tuple[LaneCause, ...]:
    """What waits, by lane, state and cause, the most first; dead entries left out."""
    rows = connection.execute(
        """SELECT lane, state, cause, count(*) AS entries, min(since) AS since, min(next_attempt) AS next_attempt
           FROM queue_entry WHERE state NOT IN ('done', 'dead') GROUP BY lane, state, cause
           ORDER BY entries DESC, lane, state, cause LIMIT ?""",
        (limit,),
    )
    return tuple(
        LaneCause(row["lane"], _state(row["state"]), row["cause"], row["entries"], row["since"], row["next_attempt"])
        for row in rows
    )


def total_octets(connection: sqlite3.Connection) -> int:
    """What the messages of the queue take, dead ones included."""
    row = connection.execute("SELECT coalesce(sum(size_octets), 0) FROM queue_entry WHERE state <> 'done'").fetchone()
    return int(row[0])


def states(connection: sqlite3.Connection) -> dict[str, tuple[QueueState, float | None]]:
    """State and time of the final dot of every row."""
    rows = connection.execute("SELECT id, state, dot_at FROM queue_entry")
    return {row["id"]: (_state(row["state"]), row["dot_at"]) for row in rows}


def move(
    connection: sqlite3.Connection,
    name: str,
    state: QueueState,
    *,
    next_attempt: float = 0.0,
    cause: str = "",
    dot_at: float | None = None,
) -> QueueEntry | None:
    """Put one entry into a state; None when there is none, or it is done already."""
    connection.execute(
        "UPDATE queue_entry SET state = ?, next_attempt = ?, cause = ?, dot_at = ? WHERE id = ? AND state <> 'done'",
        (state.value, next_attempt, storable(cause), dot_at, name),
    )
    return get(connection, name)


def make_due(connection: sqlite3.Connection, lane: str, now: float) -> None:
    """Let everything of a lane be tried that only waits for its time."""
    connection.execute(
        "UPDATE queue_entry SET next_attempt = ? WHERE lane = ? AND state = 'queued' AND next_attempt > ?",
        (now, lane, now),
    )


def note(connection: sqlite3.Connection, name: str, outcomes: Sequence[Outcome]) -> None:
    """Keep the last outcome of each recipient; a final one closes it."""
    connection.execute("UPDATE queue_entry SET attempts = attempts + 1 WHERE id = ?", (name,))
    connection.executemany(
        """UPDATE queue_recipient SET is_open = ?, result = ?, stage = ?, hop = ?, reply = ?, detail = ?
           WHERE entry_id = ? AND key = ? AND is_open = 1""",
        [
            (
                int(not each.is_final), each.result.value, each.stage.value, storable(each.hop),
                storable(str(each.reply or ""))[:_REPLY_MAXIMUM], storable(each.detail)[:_REPLY_MAXIMUM],
                name, storable(each.recipient.key),
            )
            for each in outcomes
        ],
    )  # fmt: skip


def forget(connection: sqlite3.Connection, names: Iterable[str]) -> None:
    """Remove rows whose files are gone."""
    connection.executemany("DELETE FROM queue_entry WHERE id = ?", [(name,) for name in names])


def damaged(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Entries that no writer of ours leaves so: of an unknown state (a newer release's?), or without recipients."""
    rows = connection.execute(
        """SELECT id FROM queue_entry WHERE state NOT IN (SELECT value FROM json_each(?)) OR state <> 'done'
           AND NOT EXISTS (SELECT 1 FROM queue_recipient WHERE entry_id = id)""",
        (json.dumps([state.value for state in QueueState]),),
    )
    return tuple(row["id"] for row in rows)


def refill(connection: sqlite3.Connection, name: str, header: FileHeader) -> None:
    """The recipients of an entry that has none, from its file; those of others stay."""
    if connection.execute("SELECT 1 FROM queue_recipient WHERE entry_id = ?", (name,)).fetchone() is None:
        _insert_recipients(connection, name, header)


def _insert_recipients(connection: sqlite3.Connection, name: str, header: FileHeader) -> None:
    connection.executemany(
        "INSERT INTO queue_recipient (entry_id, position, key, address) VALUES (?, ?, ?, ?)",
        [(name, at, storable(r.key), storable(str(r))) for at, r in enumerate(header.envelope.recipients)],
    )


def _state(word: str) -> QueueState:
    """An entry of an unknown state is kept and not touched until a start has looked at it."""
    try:
        return QueueState(word)
    except ValueError:
        return QueueState.HELD


def _entry(connection: sqlite3.Connection, row: sqlite3.Row) -> QueueEntry:
    recipients = tuple(
        QueuedRecipient(each["address"], bool(each["is_open"]), *list(each)[3:])
        for each in connection.execute(_RECIPIENTS, (row["id"],))
    )
    return QueueEntry(
        id=row["id"],
        code=row["code"],
        lane=row["lane"],
        state=_state(row["state"]),
        since=row["since"],
        next_attempt=row["next_attempt"],
        attempts=row["attempts"],
        reverse_path=row["reverse_path"],
        size_octets=row["size_octets"],
        recipients=recipients,
        cause=row["cause"],
    )
