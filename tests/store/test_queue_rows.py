from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core.outcome import Result
from gateway.core.queued import LaneLoad, QueueState
from gateway.store import queue_rows as rows
from gateway.store.format import FileHeader
from gateway.store.sqlite import QUEUE, connect, migrate
from tests.support.storage import LANE, RECEIVED_AT, envelope, outcome


@pytest.fixture
def connection(tmp_path: Path):
    made = connect(tmp_path / "db", QUEUE)
    migrate(made, QUEUE)
    yield made
    made.close()


def header(code: str = "F7K2Q", *recipients: str, **changes: object) -> FileHeader:
    return replace(FileHeader(code, "queue", RECEIVED_AT, envelope(*recipients), lane=LANE), **changes)


def test_a_row_says_what_the_file_says(connection: sqlite3.Connection) -> None:
    rows.insert(connection, "F7K2Q-1", header("F7K2Q", "bob@office.example", "eve@office.example"), 85)
    entry = rows.get(connection, "F7K2Q-1")
    assert entry is not None
    assert (entry.code, entry.lane, entry.state, entry.since) == ("F7K2Q", LANE, QueueState.QUEUED, RECEIVED_AT)
    assert (entry.reverse_path, entry.size_octets, entry.attempts) == ("ann@sender.example", 85, 0)
    assert [each.address for each in entry.open_recipients] == ["bob@office.example", "eve@office.example"]
    assert rows.get(connection, "other") is None


def test_a_row_that_exists_is_not_made_anew(connection: sqlite3.Connection) -> None:
    rows.insert(connection, "F7K2Q-1", header(), 85)
    rows.move(connection, "F7K2Q-1", QueueState.HELD)
    rows.insert(connection, "F7K2Q-1", header(), 85)
    entry = rows.get(connection, "F7K2Q-1")
    assert entry is not None
    assert entry.state is QueueState.HELD
    assert len(entry.recipients) == 1


def test_a_file_in_doubt_makes_a_row_in_doubt(connection: sqlite3.Connection) -> None:
    rows.insert(connection, "F7K2Q-1", header(in_doubt_since=5.0), 85)
    assert rows.states(connection) == {"F7K2Q-1": (QueueState.IN_DOUBT, 5.0)}


def test_due_is_what_has_its_time_the_oldest_first(connection: sqlite3.Connection) -> None:
    for name, since in (("b", 2.0), ("a", 1.0), ("later", 0.0), ("held", 0.0), ("wrong-clock", 3.0), ("doubt", 4.0)):
        rows.insert(connection, name, header(received_at=since), 85)
    rows.insert(connection, "other-lane", header(lane="mx:x.example"), 85)
    rows.move(connection, "later", QueueState.QUEUED, next_attempt=11.0)
    rows.move(connection, "held", QueueState.HELD)
    rows.move(connection, "wrong-clock", QueueState.QUEUED, next_attempt=1e9)
    rows.move(connection, "doubt", QueueState.IN_DOUBT, next_attempt=600.0)
    assert rows.due(connection, LANE, 10.0, 1_000.0) == ("a", "b", "wrong-clock", "doubt")
    assert rows.due(connection, LANE, 11.0, 1_000.0)[0] == "later"


def test_a_final_outcome_closes_its_recipient_and_is_never_overwritten(connection: sqlite3.Connection) -> None:
    rows.insert(connection, "F7K2Q-1", header("F7K2Q", "bob@office.example", "eve@office.example"), 85)
    rows.note(connection, "F7K2Q-1", [outcome(), outcome(Result.DEFERRED, "EVE@office.example")])
    rows.note(connection, "F7K2Q-1", [outcome(Result.HOP_AWAY)])
    entry = rows.get(connection, "F7K2Q-1")
    assert entry is not None
    assert [(each.is_open, each.result) for each in entry.recipients] == [(False, "delivered"), (True, "deferred")]
    assert entry.recipients[0].reply == "250 2.0.0 Queued"
    assert entry.attempts == 2


def test_what_a_peer_wrote_never_makes_a_row_fail(connection: sqlite3.Connection) -> None:
    rows.insert(connection, "F7K2Q-1", header("F7K2Q", "b\udce9b@office.example"), 85)
    rows.note(connection, "F7K2Q-1", [replace(outcome(address="b\udce9b@office.example"), detail="\x00\udce9" * 9_000)])
    entry = rows.get(connection, "F7K2Q-1")
    assert entry is not None
    assert entry.open_recipients == ()
    assert len(entry.recipients[0].detail) == 2_000


def test_a_done_entry_stays_done_and_counts_no_more(connection: sqlite3.Connection) -> None:
    rows.insert(connection, "F7K2Q-1", header(), 85)
    assert rows.total_octets(connection) == 85
    rows.move(connection, "F7K2Q-1", QueueState.DONE)
    entry = rows.move(connection, "F7K2Q-1", QueueState.QUEUED)
    assert entry is not None
    assert entry.state is QueueState.DONE
    assert rows.total_octets(connection) == 0
    assert rows.of_code(connection, "F7K2Q") == ()
    rows.forget(connection, ["F7K2Q-1"])
    assert rows.states(connection) == {}
    assert connection.execute("SELECT count(*) FROM queue_recipient").fetchone()[0] == 0


def test_pages_go_from_the_newest_to_the_oldest(connection: sqlite3.Connection) -> None:
    for name in ("a", "b", "c"):
        rows.insert(connection, name, header(received_at=5.0), 85)
    first = rows.page(connection, None, 2, [QueueState.QUEUED])
    assert [each.id for each in first] == ["c", "b"]
    assert [each.id for each in rows.page(connection, (5.0, "b"), 2, [QueueState.QUEUED])] == ["a"]
    assert rows.page(connection, None, 2, [QueueState.DEAD]) == ()


def test_the_load_of_each_lane_is_counted_by_state(connection: sqlite3.Connection) -> None:
    for name, since in (("a", 1.0), ("b", 2.0)):
        rows.insert(connection, name, header(received_at=since), 85)
    rows.insert(connection, "c", header(lane="mx:x.example", received_at=3.0), 85)
    assert rows.loads(connection) == (
        LaneLoad(LANE, QueueState.QUEUED, 2, 1.0, 1.0),
        LaneLoad("mx:x.example", QueueState.QUEUED, 1, 3.0, 3.0),
    )
