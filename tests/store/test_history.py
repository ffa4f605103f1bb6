from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.core.event import DependencyChanged
from gateway.core.followup import follow_up, moved
from gateway.core.record import Disposition
from gateway.store.errors import DiskFull
from gateway.store.history import FLUSH_ROWS, FLUSH_SECONDS, WAITING_MAXIMUM, History, new_id
from tests.support.clock import settle
from tests.support.storage import RECEIVED_AT, Opened, named, opened, record


def commits(it: Opened) -> int:
    return it.store.history._database.commits


async def all_codes(history: History, limit: int = 7, search: str = "") -> list[str]:
    codes, after = [], None
    while True:
        page = await history.list(after, limit, search)
        codes += [each.code for each in page.items]
        if page.next is None:
            return codes
        after = page.next


async def test_the_newest_are_listed_at_once_and_the_disk_is_not_touched(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        for index in range(10):
            it.store.history.append(record(f"C{index}", time=RECEIVED_AT + index))
        assert await all_codes(it.store.history) == [f"C{index}" for index in reversed(range(10))]
        assert commits(it) == 0


async def test_memory_and_disk_are_one_list_without_gaps_or_doubles(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        for index in range(40):
            # Some arrive with an older time than what is on disk already.
            it.store.history.append(record(f"C{index:02}", time=RECEIVED_AT + (index * 7) % 40))
            if index % 10 == 9 and index < 39:
                await it.store.history.flush()
        expected = [f"C{index:02}" for index in sorted(range(40), key=lambda n: -(n * 7 % 40))]
        assert await all_codes(it.store.history) == expected
        assert commits(it) == 3


async def test_a_flush_while_somebody_reads_hides_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        for index in range(50):
            it.store.history.append(record(f"C{index:02}", time=RECEIVED_AT + index))
        async with asyncio.TaskGroup() as tasks:
            reading = [tasks.create_task(it.store.history.list(limit=100)) for _ in range(10)]
            tasks.create_task(it.store.history.flush())
            reading += [tasks.create_task(it.store.history.list(limit=100)) for _ in range(10)]
        assert {len(each.result().items) for each in reading} == {50}


async def test_rows_are_written_after_a_minute_or_when_there_are_two_hundred(tmp_path: Path) -> None:
    async with opened(tmp_path) as it, asyncio.TaskGroup() as tasks:
        runner = tasks.create_task(it.store.history.run())
        it.store.history.append(record())
        await it.clock.turn(FLUSH_SECONDS - 1)
        assert commits(it) == 0
        it.clock.advance(2)
        await _until(lambda: commits(it) == 1 and not it.store.history._waiting)
        for _ in range(FLUSH_ROWS - 1):
            it.store.history.append(record())
        await settle()
        assert commits(it) == 1
        it.store.history.append(record())
        await _until(lambda: commits(it) == 2)
        runner.cancel()


async def _until(holds) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.to_thread(settle_thread)


def settle_thread() -> None:
    """A turn through another thread, so that the writer gets its time."""


async def test_a_full_disk_is_told_once_and_rows_wait_in_memory(tmp_path: Path) -> None:
    async with opened(tmp_path) as it, asyncio.TaskGroup() as tasks:
        real = it.store.history._database.write

        async def full(job):
            raise DiskFull("database: full")

        it.store.history._database.write = full
        runner = tasks.create_task(it.store.history.run())
        it.store.history.append(record())
        await it.clock.turn(3 * FLUSH_SECONDS)
        assert it.events == [DependencyChanged("history", "down", "database: full")]
        assert await all_codes(it.store.history) == ["F7K2Q"]
        it.store.history._database.write = real
        await it.clock.turn(FLUSH_SECONDS)
        await _until(lambda: len(it.events) == 2)
        assert it.events[1] == DependencyChanged("history", "up", "")
        assert await all_codes(it.store.history) == ["F7K2Q"]
        runner.cancel()


async def test_memory_is_bounded_while_the_disk_is_full(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        for index in range(WAITING_MAXIMUM + 3):
            it.store.history.append(record(f"C{index}", time=RECEIVED_AT + index))
        codes = await all_codes(it.store.history, 10_000)
        assert len(codes) == WAITING_MAXIMUM
        assert codes[-1] == "C3"


async def test_a_code_finds_its_records_wherever_they_are(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        it.store.history.append(record(reply="first"))
        await it.store.history.flush()
        it.store.history.append(record(reply="second", time=RECEIVED_AT + 1))
        assert [each.reply for each in await it.store.history.find("F7K2Q")] == ["second", "first"]
        assert await it.store.history.find("OTHER") == ()


@pytest.mark.parametrize("flushed", [True, False])
async def test_a_search_minds_neither_accents_nor_case(tmp_path: Path, flushed: bool) -> None:
    async with opened(tmp_path) as it:
        it.store.history.append(record("A", subject="Réunion"))
        it.store.history.append(record("B", subject="Other"))
        if flushed:
            await it.store.history.flush()
        assert await all_codes(it.store.history, search="REUNION") == ["A"]


async def test_todays_messages_are_counted_by_action_in_memory_and_on_disk(tmp_path: Path) -> None:
    rejected = (Disposition("bob@office.example", "reject", "rejected"),)
    async with opened(tmp_path) as it:
        it.store.history.append(record("A", time=RECEIVED_AT - 1))
        it.store.history.append(record("B"))
        await it.store.history.flush()
        it.store.history.append(record("C"))
        it.store.history.append(record("D", dispositions=rejected))
        it.store.history.append(record("E", kind="client-refused", dispositions=()))
        assert await it.store.history.counts(RECEIVED_AT) == {"accept": 2, "reject": 1, "client-refused": 1}


async def test_what_is_old_expires_but_never_while_the_clock_may_be_wrong(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        for index in range(1_200):
            it.store.history.append(record(f"C{index}", time=RECEIVED_AT + (0 if index < 1_199 else 86_400)))
        await it.store.history.flush()
        it.clock.set_now(it.clock.now() + timedelta(days=30, hours=1))
        it.clock.synchronised = False
        assert await it.store.history.expire() == 0
        it.clock.synchronised = True
        assert await it.store.history.expire() == 1_199
        assert await all_codes(it.store.history) == ["C1199"]


async def test_a_person_is_forgotten_in_memory_on_disk_and_in_every_file(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        it.store.history.append(record("A"))
        it.store.history.append(record("B", reverse_path="joann@sender.example", from_field=""))
        await it.store.history.flush()
        it.store.history.append(record("C"))
        assert await it.store.history.forget(" ") == 0
        assert await it.store.history.forget("Ann@Sender.example") == 2
        page = await it.store.history.list()
        assert [(each.code, each.reverse_path) for each in page.items if each.code != "B"] == [
            (each.code, "forgotten") for each in page.items if each.code != "B"
        ]
        assert await all_codes(it.store.history, search="ann@sender.example") == ["B"]
        files = named(tmp_path, "history.sqlite3")
        assert files
        assert all(b'"ann@sender.example' not in each.read_bytes() for each in files)


async def test_a_damaged_history_is_set_aside_and_begun_anew(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        it.store.history.append(record())
    (tmp_path / "history.sqlite3").write_bytes(b"foreign" * 1_000)
    async with opened(tmp_path) as again:
        assert await all_codes(again.store.history) == []
        again.store.history.append(record())
        await again.store.history.flush()
        assert "history.sqlite3 was damaged" in again.events[0].text
    assert len(named(tmp_path, "history.sqlite3.damaged-")) == 1


async def test_the_last_rows_are_written_when_the_store_closes(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        it.store.history.append(record())
    async with opened(tmp_path) as again:
        assert await all_codes(again.store.history) == ["F7K2Q"]


async def test_a_follow_up_is_found_with_its_message_and_neither_listed_nor_counted(tmp_path: Path) -> None:
    later = follow_up("C1", RECEIVED_AT + 5, moved(["bob@office.example"], "dead"))
    async with opened(tmp_path) as it:
        history = it.store.history
        history.append(record("C1", time=RECEIVED_AT))
        counted = await history.counts(RECEIVED_AT)
        for _ in ("in memory", "on disk"):
            history.append(later)
            assert await all_codes(history, search="bob@office") == ["C1"]
            assert await history.counts(RECEIVED_AT) == counted
            assert (await history.find("C1"))[0].kind == "follow-up"
            assert {each.kind for each in await history.follow_ups({"C1"})} == {"follow-up"}
            assert await history.follow_ups({"C2"}) == ()
            await history.flush()


async def test_ids_are_in_the_order_of_their_time_and_none_is_given_twice() -> None:
    ids = [new_id(RECEIVED_AT + second) for second in range(100)]
    assert ids == sorted(ids)
    assert len({new_id(RECEIVED_AT) for _ in range(1_000)}) == 1_000
    assert new_id(-1.0) < new_id(0.5)


async def test_a_row_on_disk_is_less_than_a_thousand_octets(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        for index in range(1_000):
            it.store.history.append(record(f"C{index}", time=RECEIVED_AT + index))
        await it.store.history.flush()
        await it.store.history._database.clear_log()
        assert (tmp_path / "history.sqlite3").stat().st_size < 1_000 * 1_000
