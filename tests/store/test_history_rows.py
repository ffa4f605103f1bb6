from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.fold import fold
from gateway.core.page import Cursor
from gateway.core.record import Disposition, Evidence, MessageRecord, WeighedReason
from gateway.store import history_rows as rows
from gateway.store.history_rows import Row
from gateway.store.sqlite import HISTORY, connect, migrate
from tests.support.storage import record


@pytest.fixture
def connection(tmp_path: Path):
    made = connect(tmp_path / "db", HISTORY)
    migrate(made, HISTORY)
    yield made
    made.close()


_TEXT = st.text(st.characters(codec=None), max_size=8)
_NUMBER = st.floats(allow_nan=False, allow_infinity=False)
_REASON = st.builds(WeighedReason, _TEXT, _NUMBER, st.lists(st.tuples(_TEXT, _TEXT), max_size=2).map(tuple))
_DISPOSITION = st.builds(
    Disposition, _TEXT, _TEXT, _TEXT, _TEXT, _TEXT, st.tuples(_REASON), st.none() | _REASON, st.tuples(_TEXT)
)
_EVIDENCE = st.builds(Evidence, _TEXT, _TEXT, st.tuples(st.tuples(_TEXT, _TEXT)), _NUMBER)
_RECORD = st.builds(
    MessageRecord, code=_TEXT, time=_NUMBER, kind=_TEXT, client_ip=_TEXT, client_name=_TEXT, helo=_TEXT,
    listener=_TEXT, reverse_path=_TEXT, dispositions=st.lists(_DISPOSITION, max_size=2).map(tuple), reply=_TEXT,
    subject=_TEXT, from_field=_TEXT, message_id=_TEXT, size_octets=st.integers(0, 10**12), score=st.none() | _NUMBER,
    evidence=st.lists(_EVIDENCE, max_size=2).map(tuple),
    timings=st.lists(st.tuples(_TEXT, _NUMBER), max_size=2).map(tuple),
)  # fmt: skip


@given(_RECORD)
def test_a_record_survives_being_written_and_read(written: MessageRecord) -> None:
    assert rows.decode(rows.encode(written)) == written
    made = connect(Path(":memory:"), HISTORY)
    migrate(made, HISTORY)
    rows.insert(made, [Row.of("1", written)])
    (read,) = rows.page(made, None, 10, "")
    assert read == Row.of("1", written)
    made.close()


@given(_RECORD)
def test_a_release_that_can_not_unpack_sees_who_wrote_to_whom_and_what_became_of_it(written: MessageRecord) -> None:
    made = connect(Path(":memory:"), HISTORY)
    migrate(made, HISTORY)
    rows.insert(made, [Row.of("1", written)])
    seen = rows.decode(made.execute("SELECT record FROM message").fetchone()[0])
    made.close()
    assert [(each.recipient, each.action, each.state) for each in seen.dispositions] == [
        (each.recipient, each.action, each.state) for each in written.dispositions
    ]
    for name in ("code", "time", "kind", "reverse_path", "subject", "from_field"):
        assert getattr(seen, name) == getattr(written, name)


def test_what_a_newer_release_added_is_passed_over() -> None:
    assert rows.decode(rows.encode(record()).replace(b'{"code"', b'{"colour":"green","code"')) == record()


@pytest.mark.parametrize(
    ("actions", "named"),
    [
        (("accept",), "accept"),
        (("accept", "reject", "mark"), "reject"),
        (("quarantine", "accept"), "quarantine"),
        ((), "client-refused"),
        (("strange",), "strange"),
    ],
)
def test_the_strictest_action_names_the_row(actions: tuple[str, ...], named: str) -> None:
    dispositions = tuple(Disposition("bob@office.example", action, "x") for action in actions)
    assert Row.of("1", record(kind="client-refused", dispositions=dispositions)).action == named


def test_a_search_finds_the_same_on_disk_and_in_memory(connection: sqlite3.Connection) -> None:
    row = Row.of("1", record(subject="Réunion 100%", client_name="mail.sender.example"))
    rows.insert(connection, [row])
    for search, found in (
        ("REUNION", True),
        ("bob@OFFICE", True),
        ("192.0.2.7", True),
        ("100%", True),
        ("10_%", False),
    ):
        assert row.matches(fold(search)) is found
        assert bool(rows.page(connection, None, 10, fold(search))) is found


def test_pages_codes_counts_and_expiry_go_by_time(connection: sqlite3.Connection) -> None:
    rows.insert(connection, [Row.of(str(n), record(f"C{n % 2}", time=float(n // 2))) for n in range(6)])
    assert [each.id for each in rows.page(connection, None, 3, "")] == ["5", "4", "3"]
    assert [each.id for each in rows.page(connection, Cursor(1.0, "3"), 9, "")] == ["2", "1", "0"]
    assert [each.id for each in rows.of_code(connection, "C1")] == ["5", "3", "1"]
    assert rows.counts(connection, 1.0, []) == {"accept": 4}
    assert rows.counts(connection, 1.0, ["5", "4", "3", "2"]) == {}
    assert [rows.remove_older(connection, 2.0, 3) for _ in range(3)] == [3, 1, 0]
    assert [each.id for each in rows.page(connection, None, 9, "")] == ["5", "4"]


def test_the_same_row_twice_is_one(connection: sqlite3.Connection) -> None:
    rows.insert(connection, [Row.of("1", record())])
    rows.insert(connection, [Row.of("1", record())])
    assert len(rows.page(connection, None, 9, "")) == 1


def test_rows_that_mention_an_address_are_found_in_every_field_and_rewritten(connection: sqlite3.Connection) -> None:
    hidden = record(
        "B", reverse_path="", from_field="", evidence=(Evidence("spf", "pass", (("x", "Ann@Sender.example"),)),)
    )
    rows.insert(
        connection,
        [Row.of("1", record("A")), Row.of("2", hidden), Row.of("3", record("C", reverse_path="", from_field=""))],
    )
    assert {each.id for each in rows.mentioning(connection, "ann@sender.example")} == {"1", "2"}
    assert {each.id for each in rows.mentioning(connection, "ANN@sender.example")} == {"1", "2"}
    rows.rewrite(connection, [Row.of("1", record("A", subject="Other"))])
    assert [each.id for each in rows.page(connection, None, 9, "other")] == ["1"]


@pytest.mark.parametrize("address", ["zoé@sender.example", 'a"b\\c@sender.example', "100%_@sender.example"])
def test_an_address_of_any_letters_is_found_in_what_no_search_looks_at(
    connection: sqlite3.Connection, address: str
) -> None:
    for number, text in enumerate((address, f"{address} \udcff", "")):
        evidence = (Evidence("spf", "pass", (("x", f"about {text}"),)),)
        rows.insert(connection, [Row.of(str(number), record(reverse_path="", from_field="", evidence=evidence))])
    assert {each.id for each in rows.mentioning(connection, address)} == {"0", "1"}


def test_rows_of_before_they_were_packed_are_read_found_and_packed_when_they_change(
    connection: sqlite3.Connection,
) -> None:
    old = record("A", from_field="", evidence=(Evidence("spf", "pass", (("x", "zoe@sender.example"),)),))
    connection.execute(
        "INSERT INTO message (id, time, code, action, folded, record) VALUES ('1', 1.0, 'A', 'accept', '', ?)",
        (rows.encode(old).decode(),),
    )
    (read,) = rows.mentioning(connection, "Zoe@sender.example")
    assert read.record == old
    rows.rewrite(connection, [Row.of("1", record("A"))])
    assert rows.mentioning(connection, "zoe@sender.example") == ()
    assert [each.record for each in rows.of_code(connection, "A")] == [record("A")]


@pytest.mark.parametrize("packed", [b"", b"\x01garbage", b"\x09later"])
def test_a_row_that_can_not_be_read_is_listed_all_the_same(connection: sqlite3.Connection, packed: bytes) -> None:
    rows.insert(connection, [Row.of("1", record())])
    connection.execute("UPDATE message SET packed = ?", (packed,))
    (row,) = rows.page(connection, None, 9, "")
    assert (row.record.code, row.record.dispositions[0].action) == ("F7K2Q", "accept")
    assert rows.mentioning(connection, "nobody@sender.example") == ()
