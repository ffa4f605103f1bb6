"""A leap of the time of day is not believed before it is confirmed; meanwhile our time goes on."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from gateway.core.event import DependencyChanged, Event
from gateway.net.leaps import GAP_SECONDS, KEPT_SECONDS, UNKEPT_SECONDS, CarefulClock
from tests.support.clock import HandClock

DAY = timedelta(days=1)
FAR = [DAY, -DAY, 3_652 * DAY, -3_652 * DAY]


class Stage:
    def __init__(self, *, kept: bool = False) -> None:
        self.inner = HandClock()
        self.kept = kept
        self.clock = CarefulClock(self.inner, lambda: self.kept)
        self.events: list[Event] = []
        self.moves: list[float] = []

    def leap(self, by: timedelta) -> None:
        self.inner.set_now(self.inner.now() + by)

    async def moved(self, seconds: float) -> None:
        self.moves.append(seconds)

    @property
    def states(self) -> list[str]:
        return [each.state for each in self.events if isinstance(each, DependencyChanged) and each.name == "clock"]


@pytest.mark.parametrize("by", FAR)
def test_during_a_leap_our_time_goes_on_and_is_not_to_be_trusted_with_ages(by: timedelta) -> None:
    at = Stage()
    before = at.clock.now()
    at.leap(by)
    at.inner.advance(60)
    assert abs(at.clock.now() - before - timedelta(seconds=60)) < timedelta(milliseconds=1)
    assert not at.clock.is_synchronised()
    assert "leapt by" in at.clock.cause
    at.leap(-by)
    assert at.clock.now() == at.inner.now()
    assert at.clock.is_synchronised()


def test_an_ntp_client_slews_a_clock_and_nobody_doubts_it() -> None:
    at = Stage()
    for _ in range(100):
        at.leap(timedelta(seconds=30))
        assert at.clock.is_synchronised()
        assert at.clock.now() == at.inner.now()


@pytest.mark.parametrize(
    ("was_kept", "is_kept", "seconds"),
    [(True, True, KEPT_SECONDS), (False, True, 60.0), (False, False, UNKEPT_SECONDS)],
)
def test_a_leap_is_believed_when_it_lasts_sooner_where_somebody_keeps_the_time(
    was_kept: bool, is_kept: bool, seconds: float
) -> None:
    at = Stage(kept=was_kept)
    at.leap(DAY)
    at.clock.now()
    at.kept = is_kept
    at.inner.advance(seconds - 1)
    assert not at.clock.is_synchronised()
    at.inner.advance(1)
    assert at.clock.is_synchronised()
    assert at.clock.now() == at.inner.now()


def test_a_leap_of_a_clock_that_nobody_has_set_is_never_believed() -> None:
    at = Stage()
    at.inner.synchronised = False
    at.leap(DAY)
    at.clock.now()
    at.inner.advance(2 * UNKEPT_SECONDS)
    assert at.clock.now() == at.inner.now() - DAY


def test_a_second_leap_begins_the_wait_anew() -> None:
    at = Stage()
    at.leap(DAY)
    at.clock.now()
    at.inner.advance(UNKEPT_SECONDS - 1)
    at.clock.now()
    at.leap(DAY)
    at.inner.advance(2)
    assert not at.clock.is_synchronised()


def test_a_clock_that_was_never_set_is_set_at_once() -> None:
    at = Stage()
    at.inner.set_now(at.inner.now() - 20_000 * DAY)
    at.inner.synchronised = False
    at.clock = CarefulClock(at.inner, lambda: False)
    assert at.clock.cause == "the time of day was never set"
    at.leap(20_000 * DAY)
    at.inner.synchronised = True
    assert at.clock.now() == at.inner.now()
    assert at.clock.is_synchronised()


def test_a_start_long_after_the_last_thing_that_was_written_doubts_the_time() -> None:
    at = Stage()
    newest = at.inner.now().timestamp() - GAP_SECONDS - 1
    at.clock.begin(newest)
    assert not at.clock.is_synchronised()
    assert at.clock.now() == at.inner.now()
    at.inner.advance(UNKEPT_SECONDS)
    assert at.clock.is_synchronised()


def test_a_start_with_a_wrong_time_trusts_the_right_one_when_it_comes() -> None:
    at = Stage()
    newest = at.inner.now().timestamp()
    at.leap(3_652 * DAY)
    at.clock = CarefulClock(at.inner, lambda: False)
    at.clock.begin(newest)
    assert not at.clock.is_synchronised()
    at.leap(-3_652 * DAY)
    assert at.clock.is_synchronised()
    assert at.clock.now() == at.inner.now()


@pytest.mark.parametrize("newest", [0.0, 60.0])
def test_an_ordinary_start_trusts_the_time(newest: float) -> None:
    at = Stage()
    at.clock.begin(newest and at.inner.now().timestamp() - newest)
    assert at.clock.is_synchronised()


async def test_doubt_and_its_end_are_told_within_five_seconds_and_a_confirmed_leap_moves_what_waits() -> None:
    at = Stage()
    async with asyncio.TaskGroup() as group:
        watch = group.create_task(at.clock.watch(at.events.append, at.moved))
        await at.inner.turn(10)
        assert at.states == []
        at.leap(DAY)
        await at.inner.turn(4)
        assert at.states == ["down"]
        at.leap(-DAY)
        await at.inner.turn(4)
        assert at.states == ["down", "up"]
        assert at.moves == []
        at.leap(DAY)
        await at.inner.turn(UNKEPT_SECONDS + 4)
        assert at.states == ["down", "up"] * 2
        assert at.moves == [pytest.approx(86_400)]
        watch.cancel()
