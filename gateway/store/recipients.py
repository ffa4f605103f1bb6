"""Who exists, in queue.sqlite3: addresses with their sources, the state of each domain, and what people changed.

Rows in and out; nothing is decided here. The caller writes in batches.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gateway.core.recipientfact import DomainFact, Fact, PersonsChange, Source
from gateway.store.database import Database
from gateway.store.text import storable

# So many changes of people can be undone, one after the other.
KEEP_CHANGES = 20


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be written in one commit: rows that go first, then rows that come or change."""

    gone: tuple[tuple[str, str, Source], ...] = ()
    facts: tuple[Fact, ...] = ()
    domains: tuple[DomainFact, ...] = ()
    change: PersonsChange | None = None
    undone: int = 0

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to write."""
        return not (self.gone or self.facts or self.domains or self.change or self.undone)


class RecipientRows:
    """Everything raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> tuple[tuple[Fact, ...], tuple[DomainFact, ...]]:
        """Everything; once, at the start."""
        return await self._database.read(_all)

    async def write(self, batch: Batch) -> None:
        """Durable on return, all or nothing."""
        await self._database.write(lambda connection: _write(connection, batch))

    async def last_change(self) -> PersonsChange | None:
        """What a person did last and nobody undid."""
        return await self._database.read(_last_change)


def _all(connection: sqlite3.Connection) -> tuple[tuple[Fact, ...], tuple[DomainFact, ...]]:
    facts = connection.execute("SELECT domain, key, source, since, seen, by, inside_only FROM recipient")
    domains = connection.execute(
        "SELECT domain, learning_since, learning_ended, ended_by, synced_at FROM recipient_domain"
    )
    known = {each.value for each in Source}
    # A newer release may know more sources: they are left alone (D20).
    return (
        tuple(_fact(row) for row in facts if row["source"] in known),
        tuple(DomainFact(*row) for row in domains),
    )


def _write(connection: sqlite3.Connection, batch: Batch) -> None:
    connection.executemany(
        "DELETE FROM recipient WHERE domain = ? AND key = ? AND source = ?",
        [(storable(domain), storable(key), source.value) for domain, key, source in batch.gone],
    )
    connection.executemany(
        """INSERT INTO recipient (domain, key, source, since, seen, by, inside_only) VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (domain, key, source) DO UPDATE SET since = excluded.since, seen = excluded.seen,
           by = excluded.by, inside_only = excluded.inside_only""",
        [_row(each) for each in batch.facts],
    )
    connection.executemany(
        """INSERT INTO recipient_domain (domain, learning_since, learning_ended, ended_by, synced_at)
           VALUES (?, ?, ?, ?, ?) ON CONFLICT (domain) DO UPDATE SET learning_since = excluded.learning_since,
           learning_ended = excluded.learning_ended, ended_by = excluded.ended_by, synced_at = excluded.synced_at""",
        [
            (storable(each.domain), each.learning_since, each.learning_ended, storable(each.ended_by), each.synced_at)
            for each in batch.domains
        ],
    )
    if batch.undone:
        connection.execute("DELETE FROM recipient_change WHERE number = ?", (batch.undone,))
    if batch.change is not None:
        _note(connection, batch.change)


def _note(connection: sqlite3.Connection, change: PersonsChange) -> None:
    before = {
        "keys": change.keys,
        "facts": [{**asdict(each), "source": each.source.value} for each in change.before],
        "domains": [asdict(each) for each in change.domains_before],
    }
    row = connection.execute(
        "INSERT INTO recipient_change (time, by, what, before) VALUES (?, ?, ?, ?) RETURNING number",
        (change.time, storable(change.by), storable(change.what), json.dumps(before)),
    ).fetchone()
    connection.execute("DELETE FROM recipient_change WHERE number <= ?", (row["number"] - KEEP_CHANGES,))


def _last_change(connection: sqlite3.Connection) -> PersonsChange | None:
    row = connection.execute("SELECT * FROM recipient_change ORDER BY number DESC LIMIT 1").fetchone()
    if row is None:
        return None
    before = json.loads(row["before"])
    return PersonsChange(
        row["number"], row["time"], row["by"], row["what"], tuple(before["keys"]), _facts(before["facts"]),
        tuple(DomainFact(**each) for each in before["domains"]),
    )  # fmt: skip


def _facts(stored: Iterable[dict[str, Any]]) -> tuple[Fact, ...]:
    return tuple(Fact(**{**each, "source": Source(each["source"])}) for each in stored)


def _fact(row: sqlite3.Row) -> Fact:
    source = Source(row["source"])
    return Fact(row["domain"], row["key"], source, row["since"], row["seen"], row["by"], bool(row["inside_only"]))


def _row(fact: Fact) -> Sequence[object]:
    return (
        storable(fact.domain), storable(fact.key), fact.source.value, fact.since, fact.seen, storable(fact.by),
        int(fact.inside_only),
    )  # fmt: skip
