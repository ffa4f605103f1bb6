from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.store.errors import DiskFull
from gateway.store.inflight import InFlight
from tests.support.clock import HandClock


def test_what_one_has_claimed_no_other_gets() -> None:
    inflight = InFlight(HandClock())
    assert inflight.claim(["a", "b", "c"], 2) == ("a", "b")
    assert inflight.claim(["a", "b", "c"], 2) == ("c",)
    assert inflight.is_claimed("a")
    inflight.release("a")
    assert inflight.claim(["a", "b", "c"], 2) == ("a",)


def test_nobody_tries_within_ten_minutes_of_the_dot() -> None:
    clock = HandClock()
    inflight = InFlight(clock)
    inflight.wait_from_dot("a")
    clock.advance(599.9)
    assert inflight.claim(["a"], 1) == ()
    clock.advance(0.2)
    assert inflight.claim(["a"], 1) == ("a",)


def test_after_a_restart_only_the_rest_of_the_ten_minutes_is_waited() -> None:
    clock = HandClock()
    inflight = InFlight(clock)
    inflight.wait_from_dot("a", clock.now().timestamp() - 540)
    clock.advance(59)
    assert inflight.claim(["a"], 1) == ()
    clock.advance(2)
    assert inflight.claim(["a"], 1) == ("a",)


@pytest.mark.parametrize("case", ["not synchronised", "dot in the future"])
def test_where_the_time_of_day_cannot_be_believed_the_wait_is_whole(case: str) -> None:
    clock = HandClock()
    inflight = InFlight(clock)
    clock.synchronised = case != "not synchronised"
    inflight.wait_from_dot("a", clock.now().timestamp() + (3_600 if clock.synchronised else -3_600))
    clock.advance(599)
    assert inflight.claim(["a"], 1) == ()
    clock.advance(2)
    assert inflight.claim(["a"], 1) == ("a",)


def test_a_jump_of_the_wall_clock_does_not_end_the_wait() -> None:
    clock = HandClock()
    inflight = InFlight(clock)
    inflight.wait_from_dot("a")
    clock.set_now(clock.now() + timedelta(days=3_650))
    assert inflight.claim(["a"], 1) == ()
    inflight.end_wait("a")
    assert inflight.claim(["a"], 1) == ("a",)


def test_the_room_is_never_passed() -> None:
    inflight = InFlight(HandClock(), limit_octets=100)
    inflight.reserve(60)
    with pytest.raises(DiskFull):
        inflight.reserve(41)
    inflight.free(60)
    inflight.reserve(100)
    assert inflight.octets == 100
