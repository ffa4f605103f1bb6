from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.held import HeldMessage
from gateway.core.page import Cursor
from gateway.store import quarantine_rows as rows
from gateway.store.quarantine_rows import Question
from gateway.store.sqlite import QUEUE, connect, migrate
from tests.support.storage import held


@pytest.fixture
def connection(tmp_path: Path):
    made = connect(tmp_path / "db", QUEUE)
    migrate(made, QUEUE)
    yield made
    made.close()


def put(connection: sqlite3.Connection, *items: HeldMessage) -> None:
    for each in items:
        assert rows.insert(connection, f"{each.code}-1", each)


_TEXT = st.text(st.characters(codec=None), max_size=10)


@given(st.builds(HeldMessage, code=st.just("F7K2Q"), held_at=st.floats(0, 1e12), kind=st.just("held"),
                 reverse_path=_TEXT, recipients=st.tuples(_TEXT), subject=_TEXT, from_field=_TEXT,
                 reasons=st.tuples(_TEXT), score=st.none() | st.floats(-99, 99), size_octets=st.integers(0, 10**9),
                 released_to=st.tuples(_TEXT), client_ip=_TEXT))  # fmt: skip
def test_an_item_survives_being_written_and_read(about: HeldMessage) -> None:
    made = connect(Path(":memory:"), QUEUE)
    migrate(made, QUEUE)
    rows.insert(made, "F7K2Q-1", about)
    assert rows.get(made, "F7K2Q") == ("F7K2Q-1", about)
    made.close()


def test_a_code_that_is_taken_is_not_taken_over(connection: sqlite3.Connection) -> None:
    put(connection, held())
    assert not rows.insert(connection, "F7K2Q-2", held(subject="Other"))
    assert rows.get(connection, "F7K2Q") == ("F7K2Q-1", held())


@pytest.mark.parametrize("search", ["ELODIE", "élodie", "facture_100%", "f7k2", "office.example"])
def test_a_search_minds_neither_accents_nor_case_nor_its_own_wildcards(
    connection: sqlite3.Connection, search: str
) -> None:
    put(connection, held(subject="Facture_100% pour Élodie"), held("ZZZZZ", recipients=("x@y.example",)))
    found = rows.page(connection, Question(10, search=rows.fold(search)))
    assert [each.code for each in found] == ["F7K2Q"]
    assert rows.page(connection, Question(10, search="f%q")) == ()


def test_pages_are_newest_first_and_may_be_of_one_kind(connection: sqlite3.Connection) -> None:
    put(connection, held("A", held_at=1.0), held("B", held_at=2.0), held("C", held_at=2.0, kind="rejected-copy"))
    assert [each.code for each in rows.page(connection, Question(2))] == ["C", "B"]
    assert [each.code for each in rows.page(connection, Question(2, Cursor(2.0, "B")))] == ["A"]
    assert [each.code for each in rows.page(connection, Question(9, kind="held"))] == ["B", "A"]


def test_what_is_shed_first_is_what_nobody_was_promised(connection: sqlite3.Connection) -> None:
    put(
        connection,
        held("HELDOLD", held_at=1.0, size_octets=10),
        held("RELEASED", held_at=2.0, size_octets=10, released_to=("bob@office.example",)),
        held("COPYNEW", held_at=9.0, size_octets=10, kind="rejected-copy"),
        held("COPYOLD", held_at=3.0, size_octets=10, kind="rejected-copy"),
        held("HELDNEW", held_at=5.0, size_octets=10),
    )
    order = ["COPYOLD", "COPYNEW", "RELEASED", "HELDOLD", "HELDNEW"]
    assert [each.code for each in rows.to_shed(connection, 50)] == order
    assert [each.code for each in rows.to_shed(connection, 11)] == order[:2]
    assert rows.to_shed(connection, 0) == ()
    assert [each.code for each in rows.to_shed(connection, 999, "rejected-copy")] == order[:2]
    assert (rows.total_octets(connection), rows.total_octets(connection, "rejected-copy")) == (50, 20)
    assert [each.code for each in rows.older_than(connection, 2.5)] == ["HELDOLD", "RELEASED"]


def test_a_release_is_noted_and_a_removal_forgets(connection: sqlite3.Connection) -> None:
    put(connection, held(), held("G7K2Q"))
    released = held(released_to=("bob@office.example",))
    rows.replace(connection, released)
    assert rows.get(connection, "F7K2Q") == ("F7K2Q-1", released)
    rows.remove(connection, ["F7K2Q"])
    assert rows.files(connection) == {"G7K2Q-1": "G7K2Q"}
