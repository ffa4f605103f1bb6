from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.alarms import (
    GAP_SECONDS,
    KNOWN_MAXIMUM,
    NEVER,
    SETTLED_SECONDS,
    Alarm,
    AlarmState,
    Condition,
    Hours,
    digest_is_due,
    digested,
    due,
    followed,
    told,
)

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NIGHT = Hours(time(22), time(7))
AWAY = Condition("backend:exchange", "server", "It is away.", "See that it runs.", patience_seconds=900)
STOPPED = Condition("listener", "flow", "Nothing listens.", "Restart.", is_urgent=True)


class Diary:
    """Turns the time by hand, looks every half minute, and keeps every letter that would have gone."""

    def __init__(self, start: datetime = NOON, quiet: Hours = NEVER, *, may_leave: bool = True) -> None:
        self.state, self.at, self.quiet, self.may_leave = AlarmState(), start, quiet, may_leave
        self.letters: list[tuple[datetime, Alarm]] = []

    def spend(self, minutes: float, *conditions: Condition) -> list[Alarm]:
        """So much time with these conditions; the letters of it."""
        before = len(self.letters)
        end = self.at + timedelta(minutes=minutes)
        while self.at < end:
            self.at += timedelta(seconds=30)
            now = self.at.timestamp()
            self.state = followed(self.state, conditions, now)
            for alarm in due(self.state, self.at, self.quiet) if self.may_leave else ():
                self.letters.append((self.at, alarm))
                self.state = told(self.state, alarm, now)
        return [alarm for _, alarm in self.letters[before:]]


def keys(alarm: Alarm) -> tuple[list[str], list[str], list[str]]:
    def of(part: str) -> list[str]:
        return [each.condition.key for each in getattr(alarm, part)]

    return of("begun"), of("ended"), of("still")


def test_what_lasts_is_told_once_and_its_end_too() -> None:
    diary = Diary()
    assert diary.spend(14, AWAY) == []
    (letter,) = diary.spend(300, AWAY)
    assert keys(letter) == (["backend:exchange"], [], [])
    (letter,) = diary.spend(60)
    assert keys(letter) == ([], ["backend:exchange"], [])
    assert diary.spend(600) == []
    assert diary.state.known == ()


def test_what_was_over_before_it_mattered_is_never_told() -> None:
    diary = Diary()
    diary.spend(10, AWAY)
    assert diary.spend(60) == []
    assert diary.state.known == ()


def test_a_server_that_comes_and_goes_causes_no_storm() -> None:
    diary = Diary()
    for _ in range(60):  # eight hours
        diary.spend(4, replace(AWAY, patience_seconds=0))
        diary.spend(4)
    assert len(diary.letters) <= 8 * 3_600 / GAP_SECONDS + 1
    spaces = [later[0] - earlier[0] for earlier, later in zip(diary.letters, diary.letters[1:], strict=False)]
    assert min(spaces) >= timedelta(seconds=GAP_SECONDS)


def test_a_short_absence_of_the_condition_is_not_its_end() -> None:
    diary = Diary()
    # Until the family may be written about again, or its gap would hold the letter back.
    diary.spend(15 + GAP_SECONDS / 60, AWAY)
    assert diary.spend(SETTLED_SECONDS / 60 - 1) == []
    assert diary.spend(60, AWAY) == []


def test_conditions_of_a_family_share_a_letter_and_what_lasts_is_named() -> None:
    diary = Diary()
    other = replace(AWAY, key="backend:dovecot")
    (letter,) = diary.spend(20, AWAY, other)
    assert keys(letter)[0] == ["backend:exchange", "backend:dovecot"]
    (letter,) = diary.spend(60, other)
    assert keys(letter) == ([], ["backend:exchange"], ["backend:dovecot"])


def test_the_night_is_quiet_and_the_morning_tells_what_still_is_so() -> None:
    diary = Diary(NOON.replace(hour=23), NIGHT)
    assert diary.spend(7.9 * 60, AWAY) == []
    (letter,) = diary.spend(30, AWAY)
    assert diary.letters[0][0].hour == 7
    assert keys(letter) == (["backend:exchange"], [], [])


def test_that_mail_does_not_flow_is_told_in_the_night_and_that_it_flows_again() -> None:
    diary = Diary(NOON.replace(hour=2), NIGHT)
    (letter,) = diary.spend(5, STOPPED)
    assert keys(letter) == (["listener"], [], [])
    (letter,) = diary.spend(60)
    assert keys(letter) == ([], ["listener"], [])
    assert diary.at.hour < 4


def test_what_could_not_be_told_while_it_lasted_is_told_when_it_is_over() -> None:
    diary = Diary(may_leave=False)
    diary.spend(40, AWAY)
    diary.spend(1)
    diary.may_leave = True
    (letter,) = diary.spend(30)
    assert keys(letter) == ([], ["backend:exchange"], [])
    assert letter.ended[0].since == pytest.approx(NOON.timestamp() + 30)


def test_a_certificate_is_told_at_each_of_its_steps_and_its_renewal_ends_it() -> None:
    diary = Diary()
    for stage in (30, 14, 7, 3, 1):
        letters = diary.spend(24 * 60, Condition("certificate:mx", "certificate", "", "", stage=stage))
        assert [keys(each)[0] for each in letters] == [["certificate:mx"]]
    assert [keys(each)[1] for each in diary.spend(60)] == [["certificate:mx"]]


def test_a_clock_that_went_back_silences_nobody() -> None:
    diary = Diary()
    diary.spend(5, STOPPED)
    diary.at -= timedelta(days=30)
    assert [keys(each)[1] for each in diary.spend(30)] == [["listener"]]


def test_so_many_are_known_at_most() -> None:
    many = [replace(AWAY, key=str(number)) for number in range(KNOWN_MAXIMUM + 50)]
    assert len(followed(AlarmState(), many, 0.0).known) == KNOWN_MAXIMUM


@pytest.mark.parametrize(
    ("begin", "end", "at", "is_quiet"),
    [(22, 7, 23, True), (22, 7, 6, True), (22, 7, 7, False), (22, 7, 12, False), (12, 14, 13, True), (0, 0, 0, False)],
)
def test_quiet_hours_may_pass_midnight(begin: int, end: int, at: int, is_quiet: bool) -> None:
    assert Hours(time(begin), time(end)).hold(time(at)) is is_quiet


def test_the_morning_letter_is_due_once_a_day_and_not_in_the_evening() -> None:
    state, at = AlarmState(), time(7, 30)
    seven = NOON.replace(hour=7)
    assert not digest_is_due(state, seven, at)
    assert digest_is_due(state, seven.replace(minute=30), at)
    assert digest_is_due(state, seven.replace(hour=13), at)
    assert not digest_is_due(state, seven.replace(hour=18), at)
    assert not digest_is_due(state, seven.replace(hour=9), None)
    state = digested(state, seven.replace(minute=31))
    assert not digest_is_due(state, seven.replace(hour=9), at)
    assert digest_is_due(state, seven.replace(hour=9) + timedelta(days=1), at)


@given(st.lists(st.tuples(st.integers(1, 90), st.sets(st.sampled_from("abc"))), max_size=25))
def test_whatever_happens_a_family_has_its_gap_and_every_end_had_a_beginning(
    story: list[tuple[int, set[str]]],
) -> None:
    diary = Diary()
    open_ones: set[str] = set()
    for minutes, wrong in story:
        for letter in diary.spend(minutes, *(replace(AWAY, key=each, patience_seconds=60) for each in sorted(wrong))):
            begun, ended, still = keys(letter)
            assert open_ones >= set(still)
            assert not set(begun) & set(ended)
            open_ones = (open_ones | set(begun)) - set(ended)
    times = [at for at, _ in diary.letters]
    assert all(later - earlier >= timedelta(seconds=GAP_SECONDS) for earlier, later in itertools.pairwise(times))
