from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from gateway.control.views import summary
from tests.support.control import record
from tui.language import words
from tui.state.filters import FATES, Filter, MomentError, moment, said

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PARIS = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "day", "hour", "at_end"),
    [
        ("23/11", (2026, 11, 23), (0, 0), False),
        ("23/11", (2026, 11, 24), (0, 0), True),
        ("23/11 9:30", (2026, 11, 23), (9, 30), True),
        ("23.11.2025", (2025, 11, 23), (0, 0), False),
        ("2026-11-05 09h", (2026, 11, 5), (9, 0), False),
        ("25/12", (2025, 12, 25), (0, 0), False),
        ("08:15", (2026, 11, 24), (8, 15), False),
    ],
)
def test_a_moment_is_read_as_people_write_it(
    text: str, day: tuple[int, int, int], hour: tuple[int, int], at_end: bool
) -> None:
    assert moment(text, NOW, PARIS, at_end=at_end) == datetime(*day, *hour, tzinfo=PARIS)


@pytest.mark.parametrize("text", ["31/02", "25:00", "yesterday", "1/1 2/1", "9:00 10:00", "0/0", "32/13/2026"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(MomentError):
        moment(text, NOW, UTC)


def test_nothing_typed_is_no_limit() -> None:
    assert moment("  ", NOW, UTC) is None


def test_a_filter_lets_in_what_fits_its_fate_and_its_time() -> None:
    held = summary(record(), "en")
    assert Filter().lets_in(held, NOW)
    by_name = {each.name: each for each in FATES}
    assert Filter(by_name["held"]).lets_in(held, NOW)
    assert not Filter(by_name["delivered"]).lets_in(held, NOW)
    assert not Filter(by_name["released"]).lets_in(held, NOW)
    assert Filter(days=1).lets_in(held, NOW)
    assert not Filter(days=1).lets_in(held, NOW + timedelta(days=2))
    assert not Filter(until=NOW - timedelta(hours=1)).lets_in(held, NOW)
    assert not Filter(since=NOW + timedelta(hours=1)).lets_in(held, NOW)


def test_a_filter_is_said_in_a_few_words() -> None:
    assert said(Filter(), words("en", UTC)) == "all"
    assert said(Filter(FATES[1], days=7), words("en", UTC)) == "held, 7 days"
    assert said(Filter(since=NOW), words("en", UTC)) == "all, 24/11 12:00 → …"
    both = Filter(since=NOW, until=NOW + timedelta(days=1))
    assert said(both, words("en", UTC)) == "all, 24/11 12:00 → 25/11 12:00"
