from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore

from gateway.store.errors import StoreError
from gateway.store.groupsync import GroupSync
from tests.support.clock import settle


class Gate:
    """A sync that waits until it is let go, and may fail."""

    def __init__(self) -> None:
        self.runs = 0
        self.fails = False
        self._go = Semaphore(0)
        self._began = Semaphore(0)

    def __call__(self) -> None:
        self.runs += 1
        self._began.release()
        assert self._go.acquire(timeout=30)
        if self.fails:
            raise StoreError("disk: no")

    async def begun(self) -> None:
        """Wait until one more run has begun."""
        assert await asyncio.to_thread(self._began.acquire, timeout=30)

    def let_go(self, runs: int) -> None:
        """Let so many runs end."""
        self._go.release(runs)


async def answer(group: GroupSync) -> str:
    try:
        await group()
    except StoreError:
        return "failed"
    return "synced"


async def test_those_who_come_during_a_sync_share_the_next(pool: ThreadPoolExecutor) -> None:
    gate = Gate()
    group = GroupSync(gate, pool)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(group())
        await gate.begun()
        others = [tasks.create_task(group()) for _ in range(50)]
        await settle()
        assert gate.runs == 1
        assert not any(each.done() for each in others)
        gate.let_go(2)
    assert gate.runs == 2


async def test_a_failed_sync_is_the_failure_of_all_it_covered_and_is_not_tried_again(pool: ThreadPoolExecutor) -> None:
    gate = Gate()
    group = GroupSync(gate, pool)
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(answer(group))
        await gate.begun()
        others = [tasks.create_task(answer(group)) for _ in range(5)]
        await settle()
        gate.let_go(1)
        await gate.begun()
        gate.fails = True
        gate.let_go(1)
    assert first.result() == "synced"
    assert [each.result() for each in others] == ["failed"] * 5
    assert gate.runs == 2
    gate.fails = False
    gate.let_go(1)
    assert await answer(group) == "synced"


async def test_a_sync_whose_waiter_was_cancelled_counts_as_failed_for_those_it_covered(
    pool: ThreadPoolExecutor,
) -> None:
    gate = Gate()
    group = GroupSync(gate, pool)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(answer(group))
        await gate.begun()
        second, third = tasks.create_task(answer(group)), tasks.create_task(answer(group))
        await settle()
        gate.let_go(1)
        await gate.begun()
        second.cancel()
        assert await third == "failed"
        gate.let_go(1)
