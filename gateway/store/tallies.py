"""SQL of the tallies: what history counts by the hour, added as rows are written, and the questions charts ask."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable

from gateway.core.record import MessageRecord
from gateway.core.tally import DELAY, RECIPIENT, SCORE, SENDER, VERDICT, Place, Tally, bounded, tally
from gateway.store.text import storable

_NAMES = (SENDER, RECIPIENT)


def add(connection: sqlite3.Connection, records: Iterable[MessageRecord]) -> None:
    """Count these records, in the transaction that writes them."""
    counted = tally(records)
    wanted = {(place.hour, place.kind) for place in counted if place.kind in _NAMES}
    kept = bounded(counted, {each: _known(connection, *each) for each in wanted})
    connection.executemany(
        """INSERT INTO tally (hour, kind, name, number) VALUES (?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET number = number + excluded.number""",
        [(place.hour, place.kind, storable(place.name), number) for place, number in sorted(kept.items())],
    )


def _known(connection: sqlite3.Connection, hour: int, kind: str) -> frozenset[str]:
    found = connection.execute("SELECT name FROM tally WHERE hour = ? AND kind = ?", (hour, kind))
    return frozenset(row["name"] for row in found)


def by_hour(connection: sqlite3.Connection, since: int) -> Tally:
    """Verdicts from this hour on, each hour by itself."""
    return _sums(connection, "SELECT hour, kind, name, number FROM tally WHERE kind = ? AND hour >= ?", VERDICT, since)


def delays(connection: sqlite3.Connection, since: int) -> Tally:
    """Classes of delay from this hour on, each hour by itself."""
    return _sums(connection, "SELECT hour, kind, name, number FROM tally WHERE kind = ? AND hour >= ?", DELAY, since)


def scores(connection: sqlite3.Connection, since: int) -> Tally:
    """Whole points from this hour on; all under one hour."""
    return _sums(
        connection,
        "SELECT 0 AS hour, kind, name, sum(number) AS number FROM tally WHERE kind = ? AND hour >= ? GROUP BY name",
        SCORE,
        since,
    )


def names(connection: sqlite3.Connection, kind: str, recent: int, since: int, limit: int) -> dict[str, tuple[int, int]]:
    """Those who wrote (or were written to) from the hour `recent` on: how often since then, and from `since` on."""
    found = connection.execute(
        """SELECT name, sum(CASE WHEN hour >= ? THEN number ELSE 0 END) AS now, sum(number) AS number FROM tally
           WHERE kind = ? AND hour >= ? GROUP BY name HAVING now > 0 ORDER BY now DESC, name LIMIT ?""",
        (recent, kind, since, limit),
    )
    return {row["name"]: (row["now"], row["number"]) for row in found}


def remove_older(connection: sqlite3.Connection, hour: int) -> None:
    """Forget the hours before this one."""
    connection.execute("DELETE FROM tally WHERE hour < ?", (hour,))


def forget(connection: sqlite3.Connection, address: str) -> None:
    """Nobody is counted under this address any more."""
    connection.execute("DELETE FROM tally WHERE kind IN (?, ?) AND name = ?", (*_NAMES, address.lower()))


def _sums(connection: sqlite3.Connection, question: str, kind: str, since: int) -> Tally:
    found = connection.execute(question, (kind, since))
    return Counter({Place(row["hour"], row["kind"], row["name"]): row["number"] for row in found})
