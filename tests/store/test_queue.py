from __future__ import annotations

import asyncio
import errno
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from gateway.core.message import FIELDS_MAXIMUM, Edits
from gateway.core.origin import Origin
from gateway.core.outcome import Result
from gateway.core.queued import QueueState
from gateway.store.errors import DiskFull, StoreError
from gateway.store.store import Store, StoreLimits
from tests.support.clock import settle
from tests.support.failingdisk import FailingDisk
from tests.support.storage import LANE, RECEIVED_AT, named, opened, outcome, put, spool
from tests.support.values import ORDINARY

BOTH = ("bob@office.example", "eve@office.example")


async def test_what_was_put_is_claimed_and_goes_out_as_it_was_edited(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        edits = Edits(remove=frozenset({2}), prepend=(b"X-Poterne-Score: 7.1\r\n",))
        (entry,) = await it.store.queue.put([spool(edits=edits)])
        assert await it.store.queue.claim(LANE) == (entry,)
        consignment = await it.store.queue.open(entry.id)
    assert consignment is not None
    assert (consignment.code, consignment.lane) == ("F7K2Q", LANE)
    assert b"".join(consignment.octets()) == b"X-Poterne-Score: 7.1\r\n" + ORDINARY.replace(b"Subject: Hello\r\n", b"")
    assert [str(each) for each in consignment.recipients] == ["bob@office.example"]


async def test_a_claimed_entry_is_nobody_elses_until_it_is_given_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store)
        assert len(await it.store.queue.claim(LANE, 5)) == 1
        assert await it.store.queue.claim(LANE, 5) == ()
        it.store.queue.release(entry.id)
        assert len(await it.store.queue.claim(LANE, 5)) == 1


async def test_many_at_once_share_few_commits_and_none_is_claimed_twice(tmp_path: Path) -> None:
    all_there = Event()

    def at(point: str) -> None:
        if point == "after:rename" and disk.calls["rename"] == 50:
            all_there.set()
        if point == "before:sync_folder" and disk.calls["open_new"]:
            assert all_there.wait(30)

    disk = FailingDisk(at)
    async with opened(tmp_path, disk) as it:
        before = it.store.database.commits
        async with asyncio.TaskGroup() as tasks:
            for index in range(50):
                # Seven of the eight threads write; the eighth waits for them in the folder's sync.
                tasks.create_task(put(it.store, f"C{index}"))
        assert it.store.database.commits - before <= 8
        async with asyncio.TaskGroup() as tasks:
            claims = [tasks.create_task(it.store.queue.claim(LANE, 10)) for _ in range(8)]
        names = [entry.id for each in claims for entry in each.result()]
        assert len(names) == len(set(names)) == 50


async def test_a_delivered_entry_is_noted_first_and_its_file_goes_then(tmp_path: Path) -> None:
    order: list[str] = []
    async with opened(tmp_path, FailingDisk(order.append)) as it:
        entry = await put(it.store)
        await it.store.queue.claim(LANE)
        commits = it.store.database.commits
        order.clear()
        settled = await it.store.queue.settle(entry.id, [outcome()], 0.0)
        assert it.store.database.commits == commits + 1
        assert settled is not None
        assert settled.state is QueueState.DONE
        assert settled.recipients[0].result == "delivered"
        assert list((tmp_path / "messages").iterdir()) == []
        assert it.store.queue_desk.octets == 0
        assert await it.store.queue.open(entry.id) is None
        assert await it.store.queue.settle(entry.id, [outcome()], 0.0) is None
    assert order[0] == "before:unlink"


async def test_a_part_that_waits_is_tried_again_at_its_time_for_the_rest_only(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store, "F7K2Q", *BOTH)
        await it.store.queue.claim(LANE)
        later = it.clock.now().timestamp() + 60
        settled = await it.store.queue.settle(
            entry.id, [outcome(), outcome(Result.DEFERRED, BOTH[1])], later, "452 mailbox full"
        )
        assert settled is not None
        assert (settled.state, settled.cause, settled.attempts) == (QueueState.QUEUED, "452 mailbox full", 1)
        assert await it.store.queue.claim(LANE) == ()
        it.clock.advance(61)
        assert len(await it.store.queue.claim(LANE)) == 1
        consignment = await it.store.queue.open(entry.id)
        assert consignment is not None
        assert [str(each) for each in consignment.recipients] == [BOTH[1]]
        settled = await it.store.queue.settle(entry.id, [outcome(Result.REFUSED_RECIPIENT, BOTH[1])], 0.0)
        assert settled is not None
        assert [each.result for each in settled.recipients] == ["delivered", "refused-recipient"]
        assert settled.state is QueueState.DONE


async def test_what_was_put_in_doubt_is_left_alone_for_ten_minutes(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store, in_doubt=True)
        assert entry.state is QueueState.IN_DOUBT
        it.clock.advance(590)
        assert await it.store.queue.claim(LANE) == ()
        it.clock.advance(11)
        assert len(await it.store.queue.claim(LANE)) == 1


async def test_a_late_answer_settles_the_doubt_without_a_claim(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store, in_doubt=True)
        await it.store.queue.settle(entry.id, [outcome()], 0.0)
        it.clock.advance(700)
        assert await it.store.queue.claim(LANE) == ()
        other = await put(it.store, "G7K2Q", in_doubt=True)
        settled = await it.store.queue.settle(other.id, [outcome(Result.DEFERRED)], it.clock.now().timestamp())
        assert settled is not None
        assert settled.state is QueueState.QUEUED
        assert len(await it.store.queue.claim(LANE)) == 1


async def test_an_attempt_that_ends_in_doubt_waits_from_its_dot_also_after_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store)
        await it.store.queue.claim(LANE)
        await it.store.queue.doubt(entry.id)
        it.clock.advance(100)
        clock = it.clock
    async with opened(tmp_path, clock=clock) as again:
        clock.advance(490)
        assert await again.store.queue.claim(LANE) == ()
        clock.advance(20)
        (claimed,) = await again.store.queue.claim(LANE)
        settled = await again.store.queue.settle(claimed.id, [outcome(Result.IN_DOUBT)], 0.0)
        assert settled is not None
        assert settled.state is QueueState.IN_DOUBT
        clock.advance(590)
        assert await again.store.queue.claim(LANE) == ()


async def test_a_clock_that_jumps_back_ten_years_stops_no_retry(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store)
        await it.store.queue.claim(LANE)
        await it.store.queue.settle(entry.id, [outcome(Result.HOP_AWAY)], it.clock.now().timestamp() + 300)
        it.clock.set_now(it.clock.now() - timedelta(days=3_650))
        assert len(await it.store.queue.claim(LANE)) == 1


@pytest.mark.parametrize(("call", "after"), [("write", 3), ("fsync", 1), ("rename", 1), ("sync_folder", 1)])
async def test_of_several_consignments_all_are_kept_or_none(tmp_path: Path, call: str, after: int) -> None:
    disk = FailingDisk()
    async with opened(tmp_path, disk) as it:
        disk.fail(call, errno.ENOSPC, after)
        with pytest.raises(DiskFull):
            await it.store.queue.put([spool("F7K2Q"), spool("F7K2Q", lane="mx:x.example")])
        disk.heal()
        assert (await it.store.queue_desk.list()).items == ()
        assert it.store.queue_desk.octets == 0
    assert list((tmp_path / "messages").iterdir()) == []


async def test_a_row_that_cannot_be_written_takes_its_file_with_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await it.store.database.write(lambda connection: connection.execute("DROP TABLE queue_recipient") and None)
        with pytest.raises(StoreError):
            await put(it.store)
        assert list((tmp_path / "messages").iterdir()) == []


async def test_a_full_spool_refuses_before_it_writes(tmp_path: Path) -> None:
    disk = FailingDisk()
    async with opened(tmp_path, disk, StoreLimits(spool_octets=len(ORDINARY))) as it:
        await put(it.store)
        files = disk.calls["open_new"]
        with pytest.raises(DiskFull):
            await put(it.store)
        assert disk.calls["open_new"] == files


async def test_a_cancelled_caller_gets_all_or_nothing(tmp_path: Path) -> None:
    reached, go, named = Event(), Event(), Event()

    def at(point: str) -> None:
        if point == "after:rename":
            named.set()

    async with opened(tmp_path, FailingDisk(at)) as it:

        def stop(connection: object) -> None:
            reached.set()
            assert go.wait(30)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(it.store.database.write(stop))
            await asyncio.to_thread(reached.wait, 30)
            putting = tasks.create_task(put(it.store))
            await asyncio.to_thread(named.wait, 30)
            await settle()
            putting.cancel()
            await asyncio.sleep(0)
            go.set()
        # Whatever was asked of the writer before this is committed after it.
        await it.store.database.write(lambda connection: None)
        entries = (await it.store.queue_desk.list()).items
        for entry in entries:
            assert await it.store.queue.open(entry.id) is not None
    async with opened(tmp_path) as again:
        assert [each.id for each in (await again.store.queue_desk.list()).items] == [each.id for each in entries]


async def test_a_damaged_file_makes_its_entry_dead_and_leaves_the_others(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        bad, good = await put(it.store, "BAD"), await put(it.store, "GOOD")
        path = tmp_path / "messages" / bad.id
        path.write_bytes(path.read_bytes().replace(b"Hello", b"Jello"))
        await it.store.queue.claim(LANE, 2)
        assert await it.store.queue.open(bad.id) is None
        assert await it.store.queue.open(good.id) is not None
        (entry,) = await it.store.queue_desk.of_code("BAD")
        assert (entry.state, entry.cause) == (QueueState.DEAD, "changed: its octets do not match their hash")
        assert [each.name for each in await it.store.damaged()] == [bad.id]


async def test_our_own_fields_on_top_of_the_most_fields_allowed_do_no_harm(tmp_path: Path) -> None:
    octets = b"X: y\r\n" * FIELDS_MAXIMUM + b"\r\nHello\r\n"
    async with opened(tmp_path) as it:
        (entry,) = await it.store.queue.put([spool(octets=octets, edits=Edits(prepend=(b"Received: x\r\n",)))])
        consignment = await it.store.queue.open(entry.id)
    assert consignment is not None
    assert b"".join(consignment.octets()) == b"Received: x\r\n" + octets


async def test_two_messages_of_one_code_are_two_entries(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entries = await it.store.queue.put([spool(), spool(received_at=RECEIVED_AT + 1)])
        assert await it.store.queue_desk.of_code("F7K2Q") == entries


async def test_where_a_message_came_from_is_kept_with_it(tmp_path: Path) -> None:
    origin = Origin("smtp", "exchange", True, "accept")
    kept = spool()
    async with opened(tmp_path) as it:
        await it.store.queue.put(
            [replace(kept, consignment=replace(kept.consignment, origin=origin), verdict="accept")]
        )
    async with opened(tmp_path) as it:
        (entry,) = await it.store.queue.claim(LANE)
        consignment = await it.store.queue.open(entry.id)
    assert consignment is not None
    assert consignment.origin == origin


async def test_what_is_put_on_hold_is_never_claimed_and_stays_on_hold_when_rebuilt(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        (entry,) = await it.store.queue.put([replace(spool(), hold="too many notices")])
        assert (entry.state, entry.cause) == (QueueState.HELD, "too many notices")
        assert await it.store.queue.claim(LANE) == ()
    (tmp_path / "queue.sqlite3").unlink()
    async with opened(tmp_path) as it:
        assert await it.store.queue.claim(LANE) == ()
        (entry,) = (await it.store.queue_desk.list()).items
        assert (entry.state, entry.cause) == (QueueState.HELD, "too many notices")


async def test_a_delay_is_told_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store)
        assert await it.store.queue.overdue(entry.since - 1, 10) == ()
        assert await it.store.queue.overdue(entry.since, 10) == (entry,)
        await it.store.queue.note_told(entry.id)
        assert await it.store.queue.overdue(entry.since, 10) == ()


class BrokenLog:
    """A database whose commits fail while `error` is set; a full disk takes them once a file has gone."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.error: StoreError | None = None
        self._real, self._folder = store.database.write, folder
        store.database.write = self.write  # type: ignore[method-assign]  # the disk can't be filled in a unit test

    async def write(self, job: Callable[[sqlite3.Connection], Any]) -> Any:
        is_relieved = isinstance(self.error, DiskFull) and not list(self._folder.iterdir())
        if self.error is not None and not is_relieved:
            raise self.error
        return await self._real(job)


async def test_an_outcome_that_no_disk_takes_is_kept_in_mind_and_nobody_tries_the_entry_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await put(it.store)
        (entry,) = await it.store.queue.claim(LANE)
        log = BrokenLog(it.store, tmp_path / "messages")
        log.error = StoreError("the card is gone")
        with pytest.raises(StoreError):
            await it.store.queue.settle(entry.id, [outcome()], 0.0)
        it.store.queue.release(entry.id)
        assert await it.store.queue.claim(LANE) == ()
        assert len(named(tmp_path / "messages", "F7K2Q")) == 1
        log.error = None
        assert await it.store.queue.claim(LANE) == ()
        assert named(tmp_path / "messages", "F7K2Q") == []
        assert (await it.store.queue_desk.list()).items == ()


async def test_what_waits_on_is_free_again_once_its_outcome_could_be_noted(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await put(it.store)
        (entry,) = await it.store.queue.claim(LANE)
        log = BrokenLog(it.store, tmp_path / "messages")
        log.error = DiskFull("no room")
        with pytest.raises(DiskFull):
            await it.store.queue.settle(entry.id, [outcome(Result.DEFERRED)], 0.0, "busy")
        assert len(named(tmp_path / "messages", "F7K2Q")) == 1
        log.error = None
        (again,) = await it.store.queue.claim(LANE)
        assert (again.id, again.cause, again.attempts) == (entry.id, "busy", 1)


async def test_on_a_full_disk_the_file_of_a_delivered_message_makes_the_room_for_its_outcome(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await put(it.store)
        (entry,) = await it.store.queue.claim(LANE)
        BrokenLog(it.store, tmp_path / "messages").error = DiskFull("no room")
        after = await it.store.queue.settle(entry.id, [outcome()], 0.0)
        assert after is not None
        assert after.state is QueueState.DONE
        assert it.store.queue_desk.octets == 0
