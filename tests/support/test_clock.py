import asyncio
from datetime import timedelta

from tests.support.clock import HandClock, settle


async def test_a_sleeper_wakes_when_its_time_has_come_and_not_before() -> None:
    clock = HandClock()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(clock.sleep(10))
        await clock.turn(9.9)
        assert not task.done()
        await clock.turn(0.1)
        assert task.done()


async def test_a_periodic_task_wakes_each_time_within_one_turn() -> None:
    clock = HandClock()
    seen: list[float] = []

    async def tick() -> None:
        start = clock.monotonic()
        while len(seen) < 3:
            await clock.sleep(5)
            seen.append(clock.monotonic() - start)

    async with asyncio.TaskGroup() as group:
        group.create_task(tick())
        await clock.turn(15)
    assert seen == [5, 10, 15]


async def test_both_clocks_move_together_but_the_time_of_day_may_jump() -> None:
    clock = HandClock()
    before = clock.now()
    clock.advance(60)
    assert clock.now() - before == timedelta(seconds=60)
    clock.set_now(before)
    assert clock.monotonic() == 1_060.0


async def test_a_cancelled_sleeper_is_gone() -> None:
    clock = HandClock()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(clock.sleep(10))
        await settle()
        assert clock.sleepers == 1
        task.cancel()
    assert clock.sleepers == 0
    clock.advance(20)
