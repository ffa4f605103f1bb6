from __future__ import annotations

from gateway.recipients.cache import (
    NEGATIVE_MAXIMUM,
    NEGATIVE_SECONDS,
    POSITIVE_MAXIMUM,
    POSITIVE_SECONDS,
    REFRESH_SECONDS,
    Cache,
    Remembered,
)
from tests.support.clock import HandClock


def test_who_was_taken_counts_for_four_days_and_is_asked_again_after_one() -> None:
    clock = HandClock()
    cache = Cache(clock)
    cache.note_known("bob@office.example")
    assert cache.find("bob@office.example") == Remembered(True, True, False)
    clock.advance(REFRESH_SECONDS)
    assert cache.find("bob@office.example") == Remembered(True, True, True)
    clock.advance(POSITIVE_SECONDS - REFRESH_SECONDS)
    assert cache.find("bob@office.example") == Remembered(True, False, True)


def test_who_was_unknown_counts_for_an_hour() -> None:
    clock = HandClock()
    cache = Cache(clock)
    cache.note_unknown("x@office.example")
    clock.advance(NEGATIVE_SECONDS - 1)
    assert cache.find("x@office.example") == Remembered(False, True)
    clock.advance(1)
    assert cache.find("x@office.example") == Remembered(False, False)


def test_the_last_word_counts() -> None:
    cache = Cache(HandClock())
    for known in (True, False, True):
        (cache.note_known if known else cache.note_unknown)("bob@office.example")
        remembered = cache.find("bob@office.example")
        assert remembered is not None
        assert remembered.is_known is known
    cache.forget("bob@office.example")
    assert cache.find("bob@office.example") is None


def test_a_dictionary_attack_pushes_out_nobody_who_exists() -> None:
    cache = Cache(HandClock())
    cache.note_known("bob@office.example")
    for number in range(NEGATIVE_MAXIMUM + POSITIVE_MAXIMUM):
        cache.note_unknown(f"u{number}@office.example")
    assert cache.find("bob@office.example") is not None
    assert cache.find("u0@office.example") is None


def test_the_least_lately_used_leaves_first() -> None:
    cache = Cache(HandClock())
    for number in range(POSITIVE_MAXIMUM):
        cache.note_known(f"u{number}@office.example")
    cache.find("u0@office.example")
    cache.note_known("new@office.example")
    assert cache.find("u0@office.example") is not None
    assert cache.find("u1@office.example") is None


def test_a_time_of_day_that_jumps_changes_nothing() -> None:
    clock = HandClock()
    cache = Cache(clock)
    cache.note_known("bob@office.example")
    clock.set_now(clock.now().replace(year=2036))
    assert cache.find("bob@office.example") == Remembered(True, True, False)


def test_all_can_be_forgotten() -> None:
    cache = Cache(HandClock())
    cache.note_known("a")
    cache.note_unknown("b")
    cache.clear()
    assert cache.find("a") is cache.find("b") is None
