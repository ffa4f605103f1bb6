from __future__ import annotations

import errno
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.core.event import QuarantineChanged
from gateway.core.held import HeldMessage
from gateway.store.errors import DiskFull, StoreError
from gateway.store.quarantine import COPIES_PENDING_MAXIMUM, COPY_MAXIMUM_OCTETS, Quarantine, QuarantineLimits
from gateway.store.store import StoreLimits
from tests.support.failingdisk import FailingDisk
from tests.support.storage import RECEIVED_AT, envelope, held, opened
from tests.support.values import ORDINARY


async def hold(quarantine: Quarantine, about: HeldMessage, octets: bytes = ORDINARY) -> None:
    await quarantine.hold(about, envelope(*about.recipients), [octets])


async def copy(quarantine: Quarantine, about: HeldMessage, octets: bytes = ORDINARY) -> bool:
    return await quarantine.keep_copy(about, envelope(*about.recipients), [octets])


async def test_what_is_held_is_synced_listed_and_opened_again(tmp_path: Path) -> None:
    disk = FailingDisk()
    async with opened(tmp_path, disk) as it:
        disk.calls.clear()
        before = it.store.database.commits
        await hold(it.store.quarantine, held())
        assert (disk.calls["fsync"], disk.calls["sync_folder"], it.store.database.commits - before) == (1, 1, 1)
        assert (await it.store.quarantine.list()).items == (held(),)
        stored = await it.store.quarantine.open("F7K2Q")
        assert stored is not None
        assert bytes(stored.octets) == ORDINARY
        assert stored.header.envelope == envelope()
        assert it.events == [QuarantineChanged("F7K2Q", "held")]
    async with opened(tmp_path) as again:
        assert await again.store.quarantine.show("F7K2Q") == held()


@pytest.mark.parametrize("call", ["open_new", "write", "fsync", "rename", "sync_folder"])
async def test_what_could_not_be_kept_is_not_promised_and_leaves_nothing(tmp_path: Path, call: str) -> None:
    disk = FailingDisk()
    async with opened(tmp_path, disk) as it:
        disk.fail(call, errno.ENOSPC)
        with pytest.raises(DiskFull):
            await hold(it.store.quarantine, held())
        disk.heal()
        assert (await it.store.quarantine.list()).items == ()
        assert it.events == []
        await hold(it.store.quarantine, held())
    assert len(list((tmp_path / "quarantine").iterdir())) == 1


async def test_a_code_in_use_is_an_error_and_the_first_message_stays(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await hold(it.store.quarantine, held(), b"First\r\n")
        with pytest.raises(StoreError, match="in use"):
            await hold(it.store.quarantine, held(), b"Second\r\n")
        stored = await it.store.quarantine.open("F7K2Q")
        assert stored is not None
        assert bytes(stored.octets) == b"First\r\n"
        assert len(list((tmp_path / "quarantine").iterdir())) == 1


async def test_copies_of_refused_mail_cost_no_sync_and_one_commit_together(tmp_path: Path) -> None:
    disk = FailingDisk()
    async with opened(tmp_path, disk) as it:
        disk.calls.clear()
        before = it.store.database.commits
        for index in range(COPIES_PENDING_MAXIMUM - 1):
            assert await copy(it.store.quarantine, held(f"C{index}"))
        assert (disk.calls["fsync"], it.store.database.commits) == (0, before)
        assert await copy(it.store.quarantine, held("LAST"))
        assert it.store.database.commits == before + 1
        kept = await it.store.quarantine.show("LAST")
        assert kept is not None
        assert kept.kind == "rejected-copy"


async def test_a_copy_that_waits_for_its_commit_is_shown_all_the_same(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await copy(it.store.quarantine, held())
        assert len((await it.store.quarantine.list(kind="rejected-copy")).items) == 1
        await copy(it.store.quarantine, held("G7K2Q"))
        assert await it.store.quarantine.open("G7K2Q") is not None


async def test_a_copy_is_a_favour_too_large_or_without_room_it_is_not_kept(tmp_path: Path) -> None:
    disk = FailingDisk()
    async with opened(tmp_path, disk) as it:
        assert not await copy(it.store.quarantine, held(size_octets=COPY_MAXIMUM_OCTETS + 1))
        disk.fail("write")
        assert not await copy(it.store.quarantine, held())
        disk.heal()
        assert await copy(it.store.quarantine, held())
    assert len(list((tmp_path / "quarantine").iterdir())) == 1


async def test_what_waits_for_a_decision_is_counted_and_the_room_of_everything(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        for code in ("ONE", "TWO"):
            await hold(it.store.quarantine, held(code))
        await copy(it.store.quarantine, held("COPY"))
        await it.store.quarantine.flush()
        count, octets = await it.store.quarantine.totals()
        assert count == 2
        await it.store.quarantine.mark_released("ONE", held("ONE").recipients)
        assert await it.store.quarantine.totals() == (1, octets)


async def test_copies_never_take_more_than_their_share(tmp_path: Path) -> None:
    limits = StoreLimits(quarantine=QuarantineLimits(size_octets=4 * 250))
    async with opened(tmp_path, limits=limits) as it:
        await hold(it.store.quarantine, held("HELD", held_at=1.0), b"x" * 100)
        for index in range(5):
            await copy(it.store.quarantine, held(f"C{index}", held_at=10.0 + index), b"x" * 100)
        await it.store.quarantine.flush()
        assert [each.code for each in (await it.store.quarantine.list()).items] == ["C4", "C3", "HELD"]
    assert len(list((tmp_path / "quarantine").iterdir())) == 3


async def test_a_release_is_noted_for_each_recipient_once(tmp_path: Path) -> None:
    both = ("bob@office.example", "eve@office.example")
    async with opened(tmp_path) as it:
        await hold(it.store.quarantine, held(recipients=both))
        await it.store.quarantine.mark_released("F7K2Q", both[:1])
        about = await it.store.quarantine.mark_released("F7K2Q", both)
        assert about is not None
        assert about.released_to == both
        assert await it.store.quarantine.show("F7K2Q") == about
        assert await it.store.quarantine.mark_released("OTHER", both) is None


async def test_deleting_removes_row_and_file(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await hold(it.store.quarantine, held())
        assert await it.store.quarantine.delete("F7K2Q")
        assert not await it.store.quarantine.delete("F7K2Q")
        assert await it.store.quarantine.open("F7K2Q") is None
        assert it.events[-1] == QuarantineChanged("F7K2Q", "deleted")
    assert list((tmp_path / "quarantine").iterdir()) == []


async def test_what_is_old_expires_but_never_while_the_clock_may_be_wrong(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await hold(it.store.quarantine, held("OLD"))
        await hold(it.store.quarantine, held("NEW", held_at=RECEIVED_AT + 2 * 86_400))
        it.clock.set_now(it.clock.now() + timedelta(days=31))
        it.clock.synchronised = False
        assert await it.store.quarantine.expire() == ()
        it.clock.synchronised = True
        assert await it.store.quarantine.expire() == ("OLD",)
        assert [each.code for each in (await it.store.quarantine.list()).items] == ["NEW"]
        assert it.events[-1] == QuarantineChanged("OLD", "expired")
    assert len(list((tmp_path / "quarantine").iterdir())) == 1


async def test_beyond_its_room_the_quarantine_sheds_copies_first_then_the_oldest(tmp_path: Path) -> None:
    limits = StoreLimits(quarantine=QuarantineLimits(size_octets=400))
    async with opened(tmp_path, limits=limits) as it:
        for index in range(5):
            await hold(it.store.quarantine, held(f"H{index}", held_at=RECEIVED_AT + index), b"x" * 90)
        await copy(it.store.quarantine, held("COPY", held_at=RECEIVED_AT + 9), b"x" * 50)
        assert await it.store.quarantine.expire() == ("COPY", "H0")
        assert await it.store.quarantine.expire() == ()


async def test_a_full_disk_is_made_room_on_by_the_files_themselves(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await hold(it.store.quarantine, held())
        database = it.store.database
        failed: list[int] = []
        real = database.write

        async def full_at_first(job):
            if not failed:
                failed.append(len(list((tmp_path / "quarantine").iterdir())))
                raise DiskFull("database: full")
            assert list((tmp_path / "quarantine").iterdir()) == []
            return await real(job)

        database.write = full_at_first
        assert await it.store.quarantine.delete("F7K2Q")
        database.write = real
        assert failed == [1]
        assert await it.store.quarantine.show("F7K2Q") is None


async def test_a_full_disk_hides_nothing_that_is_there(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await hold(it.store.quarantine, held())
        await copy(it.store.quarantine, held("COPY"))
        real = it.store.database.write

        async def full(job):
            raise DiskFull("database: full")

        it.store.database.write = full
        assert (await it.store.quarantine.list()).items == (held(),)
        it.store.database.write = real
    assert len(list((tmp_path / "quarantine").iterdir())) == 1


async def test_a_damaged_message_leaves_the_list_and_is_kept_aside(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await hold(it.store.quarantine, held())
        (path,) = (tmp_path / "quarantine").iterdir()
        path.write_bytes(path.read_bytes()[:-9])
        assert await it.store.quarantine.open("F7K2Q") is None
        assert (await it.store.quarantine.list()).items == ()
        assert [each.name for each in await it.store.damaged()] == [path.name]
        assert it.events[-1] == QuarantineChanged("F7K2Q", "damaged")


async def test_pages_and_search_reach_every_item(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        for index in range(5):
            await hold(it.store.quarantine, replace(held(f"C{index}"), subject=f"Étude {index}"))
        first = await it.store.quarantine.list(limit=3)
        second = await it.store.quarantine.list(first.next, 3)
        assert [each.code for each in (*first.items, *second.items)] == ["C4", "C3", "C2", "C1", "C0"]
        assert second.next is None
        assert [each.code for each in (await it.store.quarantine.list(search="ETUDE 3")).items] == ["C3"]
