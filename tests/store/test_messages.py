from __future__ import annotations

import asyncio
import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from gateway.store.damaged import DamagedPlace
from gateway.store.errors import DamagedMessage, DiskFull, MissingMessage, StoreError
from gateway.store.format import FileHeader
from gateway.store.messages import MessageFiles
from tests.support.failingdisk import FailingDisk
from tests.support.storage import RECEIVED_AT, envelope

HEADER = FileHeader("F7K2Q", "queue", RECEIVED_AT, envelope())


async def prepared(folder: Path, pool: ThreadPoolExecutor, disk: FailingDisk | None = None) -> MessageFiles:
    disk = disk or FailingDisk()
    files = MessageFiles(folder / "messages", DamagedPlace(folder / "damaged", disk), disk, pool)
    await files.prepare()
    disk.calls.clear()
    return files


async def test_what_is_written_is_read_back(tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    files = await prepared(tmp_path, pool)
    written = await files.write(HEADER, [b"Hello", memoryview(b" Bob\r\n")])
    assert written.size_octets == 11
    stored = await files.read(written.name)
    assert (stored.header, bytes(stored.octets)) == (HEADER, b"Hello Bob\r\n")


async def test_file_and_folder_are_synced_in_this_order_before_the_write_returns(
    tmp_path: Path, pool: ThreadPoolExecutor
) -> None:
    disk = FailingDisk()
    files = await prepared(tmp_path, pool, disk)
    order: list[str] = []
    disk.at = order.append
    await files.write(HEADER, [b"x"])
    done = [each.removeprefix("after:") for each in order if each.startswith("after:")]
    assert done[-4:] == ["fsync", "close", "rename", "sync_folder"]


async def test_many_writers_share_few_syncs_of_the_folder(tmp_path: Path) -> None:
    disk, all_there = FailingDisk(), Event()
    with ThreadPoolExecutor(51) as pool:
        files = await prepared(tmp_path, pool, disk)
        # The first sync of the folder ends when all 50 files have their names.
        disk.at = lambda point: (
            all_there.set()
            if point == "after:rename" and disk.calls["rename"] == 50
            else assert_set(all_there)
            if point == "before:sync_folder"
            else None
        )
        async with asyncio.TaskGroup() as tasks:
            for _ in range(50):
                tasks.create_task(files.write(HEADER, [b"x"]))
    assert disk.calls["fsync"] == 50
    assert disk.calls["sync_folder"] <= 4


def assert_set(event: Event) -> None:
    assert event.wait(30)


@pytest.mark.parametrize("call", ["open_new", "write", "fsync", "rename", "sync_folder"])
async def test_a_message_that_could_not_be_kept_leaves_no_file(
    tmp_path: Path, pool: ThreadPoolExecutor, call: str
) -> None:
    disk = FailingDisk()
    files = await prepared(tmp_path, pool, disk)
    disk.fail(call, errno.ENOSPC)
    with pytest.raises(DiskFull):
        await files.write(HEADER, [b"x"])
    pool.shutdown()
    assert list(files.folder.iterdir()) == []


async def test_a_cancelled_writer_leaves_no_file(tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    disk, reached, go = FailingDisk(), Event(), Event()
    files = await prepared(tmp_path, pool, disk)

    def at(point: str) -> None:
        if point == "before:fsync":
            reached.set()
            assert go.wait(30)

    disk.at = at
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(files.write(HEADER, [b"x"]))
        assert await asyncio.to_thread(reached.wait, 30)
        task.cancel()
        await asyncio.sleep(0)
        go.set()
    async with asyncio.timeout(10):
        while disk.calls["unlink"] == 0:
            await asyncio.to_thread(os.sched_yield)
    pool.shutdown()
    assert list(files.folder.iterdir()) == []


async def test_a_copy_is_not_synced(tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    disk = FailingDisk()
    files = await prepared(tmp_path, pool, disk)
    await files.write(HEADER, [b"x"], synced=False)
    assert disk.calls["fsync"] == disk.calls["sync_folder"] == 0


@pytest.mark.parametrize("code", ["", "../F7K2Q", "F7K2Q/x", "F 7", "x" * 33])
async def test_only_a_short_code_becomes_part_of_a_name(tmp_path: Path, pool: ThreadPoolExecutor, code: str) -> None:
    files = await prepared(tmp_path, pool)
    with pytest.raises(ValueError, match="no short code"):
        await files.write(FileHeader(code, "queue", 0.0, envelope()), [b"x"])


async def test_a_start_removes_what_was_being_written(tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    files = await prepared(tmp_path, pool)
    written = await files.write(HEADER, [b"x"])
    (files.folder / ".F7K2Q-0011.tmp").write_bytes(b"half")
    await files.prepare()
    assert [each.name for each in files.folder.iterdir()] == [written.name]


async def test_a_damaged_file_is_set_aside_when_it_is_read(tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    files = await prepared(tmp_path, pool)
    written = await files.write(HEADER, [b"Hello"])
    path = files.folder / written.name
    path.write_bytes(path.read_bytes().replace(b"Hello", b"Jello"))
    with pytest.raises(DamagedMessage):
        await files.read(written.name)
    assert [(each.name, each.why) for each in await files.damaged()] == [
        (written.name, "changed: its octets do not match their hash")
    ]
    with pytest.raises(MissingMessage):
        await files.read(written.name)


async def test_a_file_moves_for_good_on_both_sides(tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    disk = FailingDisk()
    files = await prepared(tmp_path, pool, disk)
    other = MessageFiles(tmp_path / "dead", DamagedPlace(tmp_path / "damaged", disk), disk, pool)
    await other.prepare()
    written = await files.write(HEADER, [b"x"])
    disk.calls.clear()
    await files.move_to(other, written.name)
    assert (await files.names(), await other.names()) == ((), (written.name,))
    assert disk.calls["sync_folder"] <= 4
    with pytest.raises(MissingMessage):
        await files.move_to(other, written.name)


async def test_only_old_files_are_removed_by_age(tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    files = await prepared(tmp_path, pool)
    written = await files.write(HEADER, [b"x"])
    changed = (files.folder / written.name).stat().st_ctime
    await files.remove_older(changed - 1)
    assert await files.names() == (written.name,)
    await files.remove_older(changed + 1)
    assert await files.names() == ()


async def test_a_disk_that_removes_nothing_is_an_error(tmp_path: Path, pool: ThreadPoolExecutor) -> None:
    disk = FailingDisk()
    files = await prepared(tmp_path, pool, disk)
    written = await files.write(HEADER, [b"x"])
    disk.fail("unlink", errno.EIO)
    with pytest.raises(StoreError):
        await files.remove(written.name)
