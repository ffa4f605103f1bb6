from __future__ import annotations

from tui.idle import WARNING_SECONDS, Idle


def after(seconds: int, idle: Idle) -> Idle:
    for _ in range(seconds):
        idle = idle.beat()
    return idle


def test_the_end_is_said_a_minute_before_and_comes() -> None:
    idle = Idle(900)
    assert after(839, idle).seconds_left == 0
    assert after(840, idle).seconds_left == WARNING_SECONDS
    assert not after(899, idle).is_over
    assert after(900, idle).is_over


def test_a_key_begins_anew() -> None:
    assert after(800, after(800, Idle(900)).touched()).is_over is False


def test_zero_is_for_ever() -> None:
    assert not after(10_000, Idle(0)).is_over
    assert after(10_000, Idle(0)).seconds_left == 0
