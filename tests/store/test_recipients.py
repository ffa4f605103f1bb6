from __future__ import annotations

from pathlib import Path

import pytest

from gateway.core.recipientfact import DomainFact, Fact, PersonsChange, Source
from gateway.store.database import Database
from gateway.store.recipients import KEEP_CHANGES, Batch, RecipientRows
from gateway.store.sqlite import QUEUE
from tests.support.clock import HandClock

ANNA = Fact("office.example", "anna@office.example", Source.PERSON, 5.0, 6.0, "it", True)
BOB = Fact("office.example", "bob@office.example", Source.DELIVERY, 7.0, 8.0)
DOMAIN = DomainFact("office.example", 1.0, 2.0, "time", 3.0)


@pytest.fixture
async def rows(tmp_path: Path) -> RecipientRows:
    database = await Database.open(tmp_path / "queue.sqlite3", QUEUE, HandClock())
    return RecipientRows(database)


async def test_what_was_written_is_read_again(rows: RecipientRows) -> None:
    await rows.write(Batch(facts=(ANNA, BOB), domains=(DOMAIN,)))
    facts, domains = await rows.all()
    assert set(facts) == {ANNA, BOB}
    assert domains == (DOMAIN,)


async def test_rows_go_and_change_in_one_commit(rows: RecipientRows) -> None:
    await rows.write(Batch(facts=(ANNA, BOB)))
    later = Fact("office.example", "anna@office.example", Source.PERSON, 5.0, 99.0)
    await rows.write(Batch(gone=(("office.example", "bob@office.example", Source.DELIVERY),), facts=(later,)))
    assert (await rows.all())[0] == (later,)


async def test_the_last_change_comes_back_with_what_was_before(rows: RecipientRows) -> None:
    change = PersonsChange(0, 9.0, "it", "remove", ("anna@office.example",), (ANNA,), (DOMAIN,))
    await rows.write(Batch(change=change))
    found = await rows.last_change()
    assert found == PersonsChange(1, 9.0, "it", "remove", ("anna@office.example",), (ANNA,), (DOMAIN,))
    await rows.write(Batch(undone=1))
    assert await rows.last_change() is None


async def test_old_changes_go(rows: RecipientRows) -> None:
    for number in range(KEEP_CHANGES + 3):
        await rows.write(Batch(change=PersonsChange(0, float(number), "it", "add", (), ())))
    kept = 0
    while (change := await rows.last_change()) is not None:
        await rows.write(Batch(undone=change.number))
        kept += 1
    assert kept == KEEP_CHANGES


async def test_a_source_of_a_newer_release_is_left_alone(rows: RecipientRows) -> None:
    await rows._database.write(
        lambda connection: connection.execute("INSERT INTO recipient VALUES ('a', 'b@a', 'oracle', 0, 0, '', 0)")
    )
    assert (await rows.all())[0] == ()
    await rows.write(Batch(facts=(ANNA,)))
    assert (await rows.all())[0] == (ANNA,)


async def test_an_address_that_is_no_utf8_fails_no_batch(rows: RecipientRows) -> None:
    await rows.write(Batch(facts=(Fact("a.example", "\udce9@a.example", Source.DELIVERY, 0, 0),)))
    assert (await rows.all())[0][0].key == "?@a.example"
