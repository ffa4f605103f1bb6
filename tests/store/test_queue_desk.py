from __future__ import annotations

import errno
from pathlib import Path

from gateway.core.outcome import Result
from gateway.core.queued import QueueState
from gateway.store.queue_desk import DEAD
from tests.support.failingdisk import FailingDisk
from tests.support.storage import LANE, RECEIVED_AT, opened, outcome, put, spool


async def test_pages_show_every_entry_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        for index in range(5):
            await it.store.queue.put([spool(f"C{index}", received_at=RECEIVED_AT + index // 2)])
        seen, after = [], None
        while True:
            page = await it.store.queue_desk.list(after, 2)
            seen += [each.code for each in page.items]
            if page.next is None:
                break
            after = page.next
        assert sorted(seen) == ["C0", "C1", "C2", "C3", "C4"]
        assert seen[0] == "C4"
        (load,) = await it.store.queue_desk.loads()
        assert (load.lane, load.entries) == (LANE, 5)


async def test_a_held_entry_is_not_tried_until_somebody_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store)
        held = await it.store.queue_desk.hold(entry.id)
        assert held is not None
        assert held.state is QueueState.HELD
        assert await it.store.queue.claim(LANE) == ()
        await it.store.queue_desk.retry(entry.id)
        assert len(await it.store.queue.claim(LANE)) == 1


async def test_a_hold_during_an_attempt_stays_when_the_attempt_fails(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store)
        await it.store.queue.claim(LANE)
        await it.store.queue_desk.hold(entry.id)
        settled = await it.store.queue.settle(entry.id, [outcome(Result.DEFERRED)], 0.0)
        assert settled is not None
        assert settled.state is QueueState.HELD
        assert (await it.store.queue.settle(entry.id, [outcome()], 0.0)).state is QueueState.DONE


async def test_nobodys_hurry_ends_a_doubt(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store, in_doubt=True)
        assert (await it.store.queue_desk.retry(entry.id)).state is QueueState.IN_DOUBT
        assert await it.store.queue_desk.hold(entry.id) is None
        assert await it.store.queue.claim(LANE) == ()


async def test_a_dropped_entry_lies_in_dead_and_can_be_brought_back(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store)
        await it.store.queue_desk.drop(entry.id)
        assert [each.name for each in (tmp_path / "dead").iterdir()] == [entry.id]
        assert list((tmp_path / "messages").iterdir()) == []
        assert await it.store.queue.claim(LANE) == ()
        assert [each.id for each in (await it.store.queue_desk.list(states=DEAD)).items] == [entry.id]
        assert await it.store.queue.open(entry.id) is not None
        await it.store.queue_desk.retry(entry.id)
        assert list((tmp_path / "dead").iterdir()) == []
        assert len(await it.store.queue.claim(LANE)) == 1


async def test_a_drop_whose_move_fails_is_dead_all_the_same_and_can_be_brought_back(tmp_path: Path) -> None:
    disk = FailingDisk()
    async with opened(tmp_path, disk) as it:
        entry = await put(it.store)
        disk.fail("rename", errno.ENOSPC)
        assert (await it.store.queue_desk.drop(entry.id)).state is QueueState.DEAD
        disk.heal()
        assert (await it.store.queue_desk.retry(entry.id)).state is QueueState.QUEUED
        assert await it.store.queue.open(entry.id) is not None


async def test_what_is_being_tried_is_not_dropped(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store)
        await it.store.queue.claim(LANE)
        assert await it.store.queue_desk.drop(entry.id) is None
        it.store.queue.release(entry.id)
        assert await it.store.queue_desk.drop(entry.id) is not None


async def test_only_a_dead_letter_is_deleted(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry = await put(it.store)
        assert not await it.store.queue_desk.delete(entry.id)
        await it.store.queue_desk.drop(entry.id)
        assert await it.store.queue_desk.delete(entry.id)
        assert not await it.store.queue_desk.delete(entry.id)
        assert list((tmp_path / "dead").iterdir()) == []
        assert it.store.queue_desk.octets == 0
        assert await it.store.queue_desk.of_code("F7K2Q") == ()


async def test_a_name_nobody_has_is_an_answer(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        desk = it.store.queue_desk
        assert [await desk.retry("x"), await desk.hold("x"), await desk.drop("x")] == [None, None, None]
        assert not await desk.delete("x")


async def test_an_entry_is_found_by_its_id_and_a_message_by_its_code(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        first, second = await put(it.store, "AAAAA"), await put(it.store, "AAAAA")
        await put(it.store, "BBBBB")
        desk = it.store.queue_desk
        assert [each.id for each in await desk.find(first.id)] == [first.id]
        assert {each.id for each in await desk.find("AAAAA")} == {first.id, second.id}
        assert await desk.find("ZZZZZ") == ()


async def test_what_waits_is_grouped_by_lane_and_cause(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        refused = [await put(it.store, f"C{index}") for index in range(3)]
        for entry in refused[:2]:
            await it.store.queue.claim(LANE)
            await it.store.queue.settle(entry.id, [outcome(Result.HOP_AWAY)], RECEIVED_AT + 60, "connection refused")
        await it.store.queue_desk.drop((await put(it.store, "DEAD1")).id)
        found = await it.store.queue_desk.causes()
        assert [(each.cause, each.entries, each.next_attempt) for each in found] == [
            ("connection refused", 2, RECEIVED_AT + 60),
            ("", 1, RECEIVED_AT),
        ]


async def test_what_waits_for_a_hop_that_is_back_is_due_at_once_but_no_doubt_ends(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        entry, doubtful, kept = (
            await put(it.store, "AAAAA"),
            await put(it.store, "BBBBB", in_doubt=True),
            await put(it.store, "CCCCC"),
        )
        await it.store.queue_desk.hold(kept.id)
        await it.store.queue.claim(LANE)
        await it.store.queue.settle(entry.id, [outcome(Result.HOP_AWAY)], RECEIVED_AT + 900)
        assert await it.store.queue.claim(LANE) == ()
        await it.store.queue_desk.make_due("backend:other")
        assert await it.store.queue.claim(LANE) == ()
        await it.store.queue_desk.make_due(LANE)
        assert [each.id for each in await it.store.queue.claim(LANE, 5)] == [entry.id]
        assert (await it.store.queue_desk.find(doubtful.id))[0].state is QueueState.IN_DOUBT
