"""The machine's clocks: one with a date, one that only ever goes on."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from gateway.net import clock as module
from gateway.net.clock import SystemClock


def test_the_time_of_day_is_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_the_monotonic_clock_never_goes_back() -> None:
    clock = SystemClock()
    first = clock.monotonic()
    assert clock.monotonic() >= first


@pytest.mark.parametrize(("year", "is_sane"), [(1970, False), (2025, False), (2026, True), (2040, True)])
def test_a_year_before_this_release_is_no_synchronised_time(
    monkeypatch: pytest.MonkeyPatch, year: int, is_sane: bool
) -> None:
    monkeypatch.setattr(module.time, "time", lambda: datetime(year, 6, 1, tzinfo=UTC).timestamp())
    assert SystemClock().is_synchronised() is is_sane


async def test_waiting_ends_and_can_be_cancelled() -> None:
    await SystemClock().sleep(0.0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await SystemClock().sleep(3_600)
