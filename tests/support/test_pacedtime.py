"""The faster time: waits end sooner in the same proportion, by every way of waiting."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.support.pacedtime import PacedClock, PacedLoop


def test_a_minute_is_a_moment_and_both_clocks_agree() -> None:
    clock = PacedClock(600.0, time.time())

    async def wait() -> tuple[float, float, float]:
        wall, monotonic, loop = clock.now().timestamp(), clock.monotonic(), asyncio.get_running_loop().time()
        await clock.sleep(60.0)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(60.0):
                await asyncio.Event().wait()
        return (
            clock.now().timestamp() - wall,
            clock.monotonic() - monotonic,
            asyncio.get_running_loop().time() - loop,
        )

    began = time.monotonic()
    with asyncio.Runner(loop_factory=lambda: PacedLoop(600.0)) as runner:
        passed = runner.run(wait())
    assert time.monotonic() - began < 20
    assert min(passed) >= 119.0
    assert max(passed) - min(passed) < 60


def test_a_later_process_does_not_go_back_in_time() -> None:
    epoch = time.time() - 10.0
    earlier = PacedClock(100.0, epoch).now()
    assert PacedClock(100.0, epoch).now() >= earlier
    assert earlier.timestamp() - time.time() > 500
