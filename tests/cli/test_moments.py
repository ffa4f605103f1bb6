"""Times as people type and read them, in the terminal's zone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from gateway.cli.call import UsageError
from gateway.cli.moments import clock_words, duration, moment

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(("typed", "seconds"), [("90s", 90), ("30m", 1_800), ("2h", 7_200), ("1 day", 86_400)])
def test_a_duration_has_its_unit(typed: str, seconds: int) -> None:
    assert duration(typed) == seconds


@pytest.mark.parametrize("typed", ["", "30", "m", "-5m", "1w", "99999999999999m"])
def test_what_is_no_duration_is_said(typed: str) -> None:
    with pytest.raises(UsageError, match="Examples: 30m"):
        duration(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-24T09:50", datetime(2026, 11, 24, 8, 50, tzinfo=UTC)),
        ("2026-11-24 09:50", datetime(2026, 11, 24, 8, 50, tzinfo=UTC)),
        ("2026-11-24T09:50Z", datetime(2026, 11, 24, 9, 50, tzinfo=UTC)),
        ("2026-07-01", datetime(2026, 6, 30, 22, 0, tzinfo=UTC)),
        ("today", datetime(2026, 11, 23, 23, 0, tzinfo=UTC)),
        ("Yesterday", datetime(2026, 11, 22, 23, 0, tzinfo=UTC)),
        ("2h", NOON - timedelta(hours=2)),
    ],
)
def test_a_time_without_a_zone_is_local(typed: str, meant: datetime) -> None:
    assert moment(typed, NOON) == meant


@pytest.mark.parametrize("typed", ["tomorrow-ish", "24.11.2026", "0001-01-01"])
def test_what_is_no_time_is_said(typed: str) -> None:
    with pytest.raises(UsageError, match="is no time"):
        moment(typed, NOON)


def test_a_time_is_read_in_the_local_zone() -> None:
    assert clock_words(NOON + timedelta(minutes=10), NOON) == "13:10"
    assert clock_words(NOON + timedelta(hours=22), NOON) == "Wed 25 Nov 11:00"
    assert clock_words(NOON, NOON) == "now"
