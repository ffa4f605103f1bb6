from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from gateway.core.event import Fault
from gateway.core.queued import QueueState
from gateway.store.queue_desk import DEAD, WAITING
from gateway.store.recovery import MENDED, MISSING
from tests.support.storage import LANE, envelope, held, named, opened, outcome, put, record, spool
from tests.support.values import ORDINARY

# What a card makes of a file: none of these may stop the rest.
DAMAGES = {
    "empty": lambda good: b"",
    "cut": lambda good: good[: len(good) // 2],
    "cut at the end": lambda good: good[:-1],
    "zeros": lambda good: bytes(len(good)),
    "foreign": lambda good: b"From: x\r\n\r\nForeign\r\n",
}


async def test_fifty_damaged_files_among_five_hundred_good_ones_are_set_aside_and_the_rest_is_there(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as it:
        entries = await it.store.queue.put([spool(f"C{index}") for index in range(550)])
    damages = list(DAMAGES.values())
    for index, entry in enumerate(entries[::11]):
        path = tmp_path / "messages" / entry.id
        bad = damages[index % len(damages)](path.read_bytes())
        path.unlink()
        path.mkdir() if index % 10 == 9 else path.write_bytes(bad)
    began = time.perf_counter()
    async with opened(tmp_path) as again:
        assert time.perf_counter() - began < 5
        claimed = await again.store.queue.claim(LANE, 1_000)
        opened_all = [await again.store.queue.open(each.id) for each in claimed]
        assert len([each for each in opened_all if each]) == 500
        assert len(await again.store.damaged()) == 50
        dead = await again.store.queue_desk.list(limit=100, states=DEAD)
        assert {each.id for each in dead.items} == {each.id for each in entries[::11]}
        assert all(each.cause for each in dead.items)
        assert any(isinstance(each, Fault) and each.text.startswith("50 damaged") for each in again.events)
    assert len([each for each in (tmp_path / "damaged").iterdir() if each.suffix != ".why"]) == 50


@pytest.mark.parametrize("lost", ["removed", "emptied", "overwritten"])
async def test_a_lost_database_is_rebuilt_from_the_files(tmp_path: Path, lost: str) -> None:
    async with opened(tmp_path) as it:
        await it.store.queue.put([spool(f"C{index}") for index in range(5)])
        await put(it.store, "DOUBT", in_doubt=True)
        dropped = await put(it.store, "DEAD")
        await it.store.queue_desk.drop(dropped.id)
    for each in named(tmp_path, "queue.sqlite3"):
        each.unlink()
    if lost != "removed":
        (tmp_path / "queue.sqlite3").write_bytes(b"" if lost == "emptied" else b"foreign" * 1_000)
    async with opened(tmp_path) as again:
        claimed = await again.store.queue.claim(LANE, 10)
        assert {each.code for each in claimed} == {f"C{index}" for index in range(5)}
        assert all([await again.store.queue.open(each.id) for each in claimed])
        (doubt,) = await again.store.queue_desk.of_code("DOUBT")
        assert doubt.state is QueueState.IN_DOUBT
        (dead,) = await again.store.queue_desk.of_code("DEAD")
        assert dead.state is QueueState.DEAD
        again.clock.advance(601)
        assert [each.code for each in await again.store.queue.claim(LANE)] == ["DOUBT"]


async def test_a_rebuild_of_a_live_queue_changes_nothing_that_is_there(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store)
        await it.store.queue_desk.hold(entry.id)
        dropped = await put(it.store, "DEAD")
        await it.store.queue_desk.drop(dropped.id, "dropped by anna")
        before = (await it.store.queue_desk.list(states=(*WAITING, *DEAD))).items
        await it.store.rebuild()
        assert (await it.store.queue_desk.list(states=(*WAITING, *DEAD))).items == before
        assert it.store.queue_desk.octets == entry.size_octets + dropped.size_octets


async def test_a_rebuild_of_a_live_queue_says_of_a_damaged_message_that_it_is_dead_and_why(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store)
        (tmp_path / "messages" / entry.id).write_bytes(b"")
        await it.store.rebuild()
        (listed,) = (await it.store.queue_desk.list(states=(*WAITING, *DEAD))).items
        (damaged,) = await it.store.damaged()
        assert (listed.id, listed.state, listed.cause) == (entry.id, QueueState.DEAD, damaged.why)
        (told,) = await it.store.history.find(entry.code)
        assert [(each.state, each.hop_reply) for each in told.dispositions] == [("dead", damaged.why)]


async def test_a_file_without_a_row_is_not_delivered_but_kept_for_a_week(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store)
    stray = tmp_path / "messages" / "STRAY-00000000"
    stray.write_bytes((tmp_path / "messages" / entry.id).read_bytes())
    async with opened(tmp_path) as again:
        assert [each.id for each in await again.store.queue.claim(LANE, 10)] == [entry.id]
        assert [each.name for each in (tmp_path / "orphaned").iterdir()] == [stray.name]


async def test_a_row_without_a_file_is_dead_and_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        lost, kept = await put(it.store, "LOST"), await put(it.store, "KEPT")
    (tmp_path / "messages" / lost.id).unlink()
    async with opened(tmp_path) as again:
        assert [each.id for each in await again.store.queue.claim(LANE, 10)] == [kept.id]
        (entry,) = await again.store.queue_desk.of_code("LOST")
        assert (entry.state, entry.cause) == (QueueState.DEAD, MISSING)
        (told,) = await again.store.history.find("LOST")
        assert (told.code, [each.state for each in told.dispositions]) == ("LOST", ["dead"])


async def test_what_was_settled_before_the_stop_is_not_there_after_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store)
        octets = (tmp_path / "messages" / entry.id).read_bytes()
        await it.store.queue.settle(entry.id, [outcome()], 0.0)
    # The removal of the file did not reach the card.
    (tmp_path / "messages" / entry.id).write_bytes(octets)
    async with opened(tmp_path) as again:
        assert await again.store.queue.claim(LANE) == ()
        assert list((tmp_path / "messages").iterdir()) == []
        assert list((tmp_path / "orphaned").iterdir()) == []


# --- rows that cannot be right ---------------------------------------------------------------------------


async def _spoilt(folder: Path, sql: str) -> str:
    """One entry whose row was changed by nobody of ours."""
    async with opened(folder) as it:
        entry = await put(it.store, "F7K2Q", "bob@office.example", "eve@office.example")
    with closing(sqlite3.connect(folder / "queue.sqlite3")) as connection:
        connection.execute(sql)
        connection.commit()
    return entry.id


@pytest.mark.parametrize("sql", ["UPDATE queue_entry SET state = 'nonsense'", "DELETE FROM queue_recipient"])
async def test_a_row_that_cannot_be_right_is_made_anew_from_its_file_and_waits_for_a_person(
    tmp_path: Path, sql: str
) -> None:
    name = await _spoilt(tmp_path, sql)
    async with opened(tmp_path) as it:
        await put(it.store, "OTHER")
        (other,) = await it.store.queue.claim(LANE, 10)
        assert other.code == "OTHER"
        (entry,) = (each for each in (await it.store.queue_desk.list()).items if each.id == name)
        assert entry.state is QueueState.HELD
        assert entry.cause == MENDED
        assert [each.address for each in entry.open_recipients] == ["bob@office.example", "eve@office.example"]
        assert Fault("store", f"1 with a damaged row, on hold: {name}") in it.events
        await it.store.queue_desk.retry(name)
        assert [each.id for each in await it.store.queue.claim(LANE, 10)] == [name]


async def test_a_quarantine_or_history_whose_rows_cannot_be_read_lists_them_all_the_same(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        for code in ("HELD1", "HELD2"):
            await it.store.quarantine.hold(held(code), envelope(), [ORDINARY])
            it.store.history.append(record(code))
    for name, sql in (
        ("queue", "UPDATE quarantine SET about = '{' WHERE code = 'HELD1'"),
        ("history", "UPDATE message SET record = '[]' WHERE code = 'HELD1'"),
    ):
        with closing(sqlite3.connect(tmp_path / f"{name}.sqlite3")) as connection:
            connection.execute(sql)
            connection.commit()
    async with opened(tmp_path) as it:
        items = {each.code: each for each in (await it.store.quarantine.list()).items}
        assert set(items) == {"HELD1", "HELD2"}
        assert items["HELD1"].reasons == ("row-damaged",)
        assert await it.store.quarantine.open("HELD1") is not None
        assert {each.code for each in (await it.store.history.list()).items} == {"HELD1", "HELD2"}
