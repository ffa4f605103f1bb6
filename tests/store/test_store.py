from __future__ import annotations

import asyncio
import errno
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.core.event import DependencyChanged, Fault
from gateway.core.space import Space
from gateway.store.errors import StoreError
from gateway.store.store import Store, StoreLimits
from tests.support.clock import HandClock
from tests.support.failingdisk import FailingDisk
from tests.support.storage import envelope, held, named, opened, put, record, spool
from tests.support.values import ORDINARY


async def test_the_folder_holds_what_the_design_says_for_us_alone(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with opened(state) as it:
        await put(it.store)
        assert {"queue.sqlite3", "history.sqlite3", "messages", "quarantine", "dead"} <= set(os.listdir(state))
        assert state.stat().st_mode & 0o777 == 0o700
        assert (state / "messages").stat().st_mode & 0o777 == 0o700
        assert it.events == []


async def test_everything_survives_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store)
        await it.store.quarantine.hold(held(), envelope(), [ORDINARY])
        await it.store.quarantine.keep_copy(held("COPY"), envelope(), [ORDINARY])
        it.store.history.append(record())
    async with opened(tmp_path) as again:
        assert (await again.store.queue_desk.list()).items == (entry,)
        assert {each.code for each in (await again.store.quarantine.list()).items} == {"F7K2Q", "COPY"}
        assert (await again.store.history.list()).items == (record(),)
        assert again.events == []


async def test_a_place_that_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(b"a file")
    with pytest.raises(StoreError):
        await Store.open(tmp_path / "state", HandClock(), print)


async def test_orphaned_files_go_after_a_week_of_believable_time(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        orphan = tmp_path / "orphaned" / "F7K2Q-00000000"
        orphan.write_bytes(b"x")
        written = datetime.fromtimestamp(orphan.stat().st_ctime, UTC)
        it.clock.set_now(written + timedelta(days=8))
        it.clock.synchronised = False
        await it.store.expire()
        assert orphan.exists()
        it.clock.synchronised = True
        it.clock.set_now(written + timedelta(days=6))
        await it.store.expire()
        assert orphan.exists()
        it.clock.set_now(written + timedelta(days=8))
        await it.store.expire()
        assert not orphan.exists()


async def test_a_disk_that_fails_at_the_end_is_reported_and_everything_is_closed(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await it.store.database.write(lambda connection: connection.execute("DROP TABLE quarantine") and None)
        await it.store.quarantine.keep_copy(held(), envelope(), [ORDINARY])
        await it.store.close()
        assert isinstance(it.events[-1], Fault)
        with pytest.raises(StoreError):
            await it.store.queue_desk.loads()


async def test_both_databases_may_be_damaged_at_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store)
    for name in ("queue.sqlite3", "history.sqlite3"):
        (tmp_path / name).write_bytes(bytes(5_000))
    async with opened(tmp_path) as again:
        assert [each.id for each in (await again.store.queue_desk.list()).items] == [entry.id]
        assert len([each for each in again.events if isinstance(each, Fault)]) == 2
    assert len(named(tmp_path, "queue.sqlite3.damaged-")) == 1


async def test_syncs_of_a_kept_message_are_one_of_the_file_and_one_of_the_folder(tmp_path: Path) -> None:
    disk = FailingDisk()
    async with opened(tmp_path, disk) as it:
        disk.calls.clear()
        await put(it.store)
        assert (disk.calls["fsync"], disk.calls["sync_folder"]) == (1, 1)


async def test_what_was_orphaned_comes_back_only_when_a_person_asks(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        queued = await put(it.store, "AAAAA")
        await it.store.quarantine.hold(held("BBBBB"), envelope(), [ORDINARY])
        (kept,) = named(tmp_path / "quarantine", "BBBBB")
        (tmp_path / "messages" / queued.id).rename(tmp_path / "orphaned" / queued.id)
        kept.rename(tmp_path / "orphaned" / kept.name)
        (tmp_path / "orphaned" / "CCCCC-00000000").write_bytes(b"cut off")
        assert await it.store.bring_back() == 2
        assert named(tmp_path / "orphaned", "") == [tmp_path / "orphaned" / "CCCCC-00000000"]
        assert (tmp_path / "messages" / queued.id).exists()
        assert kept.exists()


# --- room ------------------------------------------------------------------------------------------------

MIB = 1_048_576
FULL = Space(MIB, 1_000 * MIB)


async def test_a_rebuild_keeps_copies_whose_rows_are_still_to_come(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await it.store.quarantine.keep_copy(held("COPY"), envelope(), [ORDINARY])
        await it.store.rebuild()
        await it.store.flush()
        kept = await it.store.quarantine.open("COPY")
        assert kept is not None
        assert bytes(kept.octets) == ORDINARY


async def test_new_mail_may_use_the_disk_without_its_reserve_and_nothing_when_the_spool_is_full(tmp_path: Path) -> None:
    disk = FailingDisk()
    async with opened(tmp_path, disk) as it:
        disk.is_as_large_as = Space(100 * MIB, 1_000 * MIB)
        assert it.store.usable_octets() == 36 * MIB
        entry = await put(it.store)
        it.store.adopt(StoreLimits(spool_octets=entry.size_octets + 1))
        assert it.store.usable_octets() == 36 * MIB
        it.store.adopt(StoreLimits(spool_octets=entry.size_octets))
        assert it.store.usable_octets() == 0
        it.store.adopt(StoreLimits())
        disk.fail("space", errno.EIO)
        assert it.store.usable_octets() <= 0


async def test_the_real_disk_says_how_large_it_is(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        assert it.store.usable_octets() <= os.statvfs(tmp_path).f_bavail * os.statvfs(tmp_path).f_frsize


async def test_while_the_reserve_is_in_use_what_nobody_was_promised_is_not_written(tmp_path: Path) -> None:
    disk = FailingDisk()
    async with opened(tmp_path, disk) as it:
        disk.is_as_large_as = FULL
        assert not await it.store.quarantine.keep_copy(held(), envelope(), [ORDINARY])
        it.store.history.append(record())
        run = asyncio.ensure_future(it.store.history.run())
        await it.clock.turn(61)
        assert [each for each in it.events if isinstance(each, DependencyChanged)] == [
            DependencyChanged("history", "down", "what is left of the disk is kept for mail")
        ]
        # What was promised has its reserve.
        await it.store.quarantine.hold(held(), envelope(), [ORDINARY])
        await put(it.store, "AAAAA")
        disk.is_as_large_as = None
        assert await it.store.quarantine.keep_copy(held("BBBBB"), envelope(), [ORDINARY])
        run.cancel()


async def test_a_disk_that_runs_full_gives_up_copies_then_what_everybody_got_and_never_what_waits(
    tmp_path: Path,
) -> None:
    disk = FailingDisk()
    async with opened(tmp_path, disk) as it:
        quarantine = it.store.quarantine
        for code in ("HELD1", "HELD2"):
            await quarantine.hold(held(code), envelope(), [ORDINARY])
        await quarantine.mark_released("HELD2", ["bob@office.example"])
        await quarantine.keep_copy(held("COPY1"), envelope(), [ORDINARY])
        await put(it.store, "QUEUE")
        size = (await quarantine.totals())[1] // 3
        free = 128 * MIB
        disk.is_as_large_as = Space(free, 1_000 * MIB)
        assert await it.store.relieve() == ()
        disk.is_as_large_as = Space(free - size, 1_000 * MIB)
        assert await it.store.relieve() == ("COPY1",)
        assert await it.store.relieve() == ("HELD2",)
        disk.is_as_large_as = FULL
        assert await it.store.relieve() == ()
        assert [each.code for each in (await quarantine.list()).items] == ["HELD1"]
        assert [each.code for each in (await it.store.queue_desk.list()).items] == ["QUEUE"]


async def test_the_newest_time_that_was_written_is_known_at_the_next_start(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        assert await it.store.newest() == 0.0
        entry = await put(it.store)
        assert await it.store.newest() == entry.since
        it.store.history.append(replace(record(), time=entry.since + 9))
        await it.store.flush()
    async with opened(tmp_path) as again:
        assert await again.store.newest() == entry.since + 9


async def test_the_codes_that_were_written_last_are_known_at_the_next_start(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        assert await it.store.newest_codes() == frozenset()
        await put(it.store, "QUEUE")
        it.store.history.append(record("SEEN"))
        await it.store.flush()
    async with opened(tmp_path) as again:
        assert await again.store.newest_codes() == {"QUEUE", "SEEN"}


async def test_when_our_time_moves_what_waits_waits_as_long_and_only_what_came_by_the_wrong_time_is_dated_anew(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as it:
        old = await put(it.store, "OLD")
        it.clock.advance(3_600)
    async with opened(tmp_path, clock=it.clock) as again:
        now = again.clock.now().timestamp()
        (new,) = await again.store.queue.put([replace(spool("NEW"), received_at=now)])
        await again.store.queue.settle(old.id, [], now + 60)
        again.clock.set_now(again.clock.now() + timedelta(days=3))
        await again.store.move_time(3 * 86_400)
        found = {each.code: each for each in (await again.store.queue_desk.list()).items}
        assert found["OLD"].since == old.since
        assert found["NEW"].since == new.since + 3 * 86_400
        assert found["OLD"].next_attempt == pytest.approx(now + 60 + 3 * 86_400)


async def test_what_seems_to_come_from_the_future_begins_its_age_anew(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        later = it.clock.now().timestamp() + 3_652 * 86_400
        await it.store.queue.put([replace(spool("FUTURE"), received_at=later)])
        await it.store.move_time()
        (entry,) = (await it.store.queue_desk.list()).items
        assert entry.since == it.clock.now().timestamp()
