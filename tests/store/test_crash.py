"""The state table of gateway/store/README.md: kill -9 between any two steps, and what the next start makes of it."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.core.queued import QueueEntry, QueueState
from gateway.store.queue_desk import DEAD, WAITING
from gateway.store.store import Store
from tests.support.storage import LANE, opened
from tests.support.values import ORDINARY

ROOT = Path(__file__).resolve().parents[2]


def killed(folder: Path, work: str, point: str, *more: str) -> list[str]:
    """Run the child until it stands still, kill it, and return what it said."""
    command = [sys.executable, "-m", "tests.support.storechild", str(folder), work, point, *more]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        said = []
        assert child.stdout is not None
        for line in child.stdout:
            said.append(line.strip())
            if said[-1] == "STOPPED":
                break
        child.send_signal(signal.SIGKILL)
    return said


async def entries(store: Store) -> list[QueueEntry]:
    return list((await store.queue_desk.list(states=(*WAITING, *DEAD))).items)


def files(folder: Path) -> dict[str, int]:
    """How many files lie where, temporary ones too."""
    return {name: len(list((folder / name).iterdir())) for name in ("messages", "dead", "quarantine", "orphaned")}


async def deliverable(store: Store, entry: QueueEntry) -> bool:
    consignment = await store.queue.open(entry.id)
    return consignment is not None and b"".join(consignment.octets()) == ORDINARY


BEFORE_NAMED = [
    "before:open_new",
    "after:open_new",
    "before:write",
    "after:write",
    "before:fsync",
    "after:fsync",
    "before:rename",
]
NAMED = ["after:rename", "before:sync_folder", "after:sync_folder", "in:commit"]


@pytest.mark.parametrize("point", [*BEFORE_NAMED, *NAMED, "after:commit"])
async def test_a_message_is_kept_from_its_commit_on_and_not_before(tmp_path: Path, point: str) -> None:
    assert await asyncio.to_thread(killed, tmp_path, "put", point) == ["STOPPED"]
    async with opened(tmp_path) as it:
        found = await entries(it.store)
        if point == "after:commit":
            assert [each.state for each in found] == [QueueState.QUEUED]
            assert await deliverable(it.store, found[0])
            assert files(tmp_path) == {"messages": 1, "dead": 0, "quarantine": 0, "orphaned": 0}
        else:
            assert found == []
            orphaned = 1 if point in NAMED else 0
            assert files(tmp_path) == {"messages": 0, "dead": 0, "quarantine": 0, "orphaned": orphaned}


@pytest.mark.parametrize("point", [*BEFORE_NAMED, *NAMED, "after:commit"])
async def test_a_held_message_is_kept_from_its_commit_on_and_not_before(tmp_path: Path, point: str) -> None:
    assert await asyncio.to_thread(killed, tmp_path, "hold", point) == ["STOPPED"]
    async with opened(tmp_path) as it:
        stored = await it.store.quarantine.open("F7K2Q")
        assert (stored is not None) == (point == "after:commit")
        assert len((await it.store.quarantine.list()).items) == files(tmp_path)["quarantine"] == int(stored is not None)


@pytest.mark.parametrize("point", ["in:commit", "after:commit", "before:unlink", "after:unlink"])
async def test_a_delivered_message_is_forgotten_from_its_commit_on_and_never_sent_again(
    tmp_path: Path, point: str
) -> None:
    assert await asyncio.to_thread(killed, tmp_path, "settle", point) == ["STOPPED"]
    async with opened(tmp_path) as it:
        if point == "in:commit":
            (entry,) = await it.store.queue.claim(LANE)
            assert await deliverable(it.store, entry)
        else:
            assert await entries(it.store) == []
            assert files(tmp_path) == {"messages": 0, "dead": 0, "quarantine": 0, "orphaned": 0}


@pytest.mark.parametrize("point", ["in:commit", "after:commit", "before:rename", "after:rename", "after:sync_folder"])
async def test_a_dropped_message_lies_in_dead_from_its_commit_on(tmp_path: Path, point: str) -> None:
    assert await asyncio.to_thread(killed, tmp_path, "drop", point) == ["STOPPED"]
    async with opened(tmp_path) as it:
        (entry,) = await entries(it.store)
        dead = point != "in:commit"
        assert (entry.state is QueueState.DEAD) == dead
        assert files(tmp_path) == {"messages": 1 - dead, "dead": int(dead), "quarantine": 0, "orphaned": 0}
        assert await deliverable(it.store, entry)


@pytest.mark.parametrize("point", ["before:rename", "after:rename", "after:sync_folder", "in:commit", "after:commit"])
async def test_a_dead_letter_comes_back_from_its_commit_on(tmp_path: Path, point: str) -> None:
    assert await asyncio.to_thread(killed, tmp_path, "retry", point) == ["STOPPED"]
    async with opened(tmp_path) as it:
        (entry,) = await entries(it.store)
        assert (entry.state is QueueState.QUEUED) == (point == "after:commit")
        assert files(tmp_path)["dead"] == (0 if point == "after:commit" else 1)
        assert await deliverable(it.store, entry)


@pytest.mark.parametrize("point", ["in:commit", "after:commit"])
async def test_a_message_in_doubt_is_left_alone_for_ten_minutes_also_after_a_crash(tmp_path: Path, point: str) -> None:
    assert await asyncio.to_thread(killed, tmp_path, "doubt", point) == ["STOPPED"]
    async with opened(tmp_path) as it:
        claimed = await it.store.queue.claim(LANE)
        assert len(claimed) == (1 if point == "in:commit" else 0)
        it.clock.advance(601)
        assert len([*claimed, *await it.store.queue.claim(LANE)]) == 1


@pytest.mark.parametrize("point", ["in:commit", "after:commit", "before:unlink", "after:unlink"])
async def test_a_deleted_message_is_gone_from_its_commit_on(tmp_path: Path, point: str) -> None:
    assert await asyncio.to_thread(killed, tmp_path, "delete", point) == ["STOPPED"]
    async with opened(tmp_path) as it:
        kept = await it.store.quarantine.open("F7K2Q") is not None
        assert kept == (point == "in:commit")
        assert files(tmp_path)["quarantine"] == int(kept)


async def test_what_was_promised_before_the_place_was_full_is_all_there(tmp_path: Path) -> None:
    # The database's log grows past the limit after some messages; the kernel then refuses each further octet.
    said = await asyncio.to_thread(killed, tmp_path, "fill", "nowhere", "600000")
    promised = {line.removeprefix("KEPT ") for line in said if line.startswith("KEPT ")}
    assert said[-2] in ("DiskFull", "StoreError")
    assert promised
    async with opened(tmp_path) as it:
        claimed = await it.store.queue.claim(LANE, 20_000)
        assert {each.code for each in claimed} == promised
        assert all([await deliverable(it.store, each) for each in claimed])
