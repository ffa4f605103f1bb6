"""What may be asked with."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.control.params import (
    HeldQuery,
    LearnHeld,
    MessageQuery,
    OneMessage,
    ReleaseHeld,
    ShowHeld,
    Subscribe,
    place,
)
from gateway.core.page import Cursor


@pytest.mark.parametrize("limit", [0, -1, 201])
def test_a_page_has_from_one_to_two_hundred_items(limit: int) -> None:
    with pytest.raises(ValueError, match="limit"):
        MessageQuery(limit=limit)
    with pytest.raises(ValueError, match="limit"):
        HeldQuery(limit=limit)


@pytest.mark.parametrize("code", ["", "../x", "F7 K2", "é", "a" * 33, "F7K2\n"])
def test_what_is_no_code_is_refused_wherever_a_code_is_wanted(code: str) -> None:
    for params in (OneMessage, ShowHeld, ReleaseHeld, lambda code: LearnHeld(code, "spam")):
        with pytest.raises(ValueError, match="code"):
            params(code)


@pytest.mark.parametrize("cursor", ["x", "0x1p99999:F7K2Q", "12:", ":a", "\x00"])
def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        HeldQuery(cursor=cursor)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        MessageQuery(since=datetime(2026, 11, 24))  # noqa: DTZ001 - that it has none is the point
    assert MessageQuery(until=datetime(2026, 11, 24, tzinfo=UTC)).until is not None


@given(st.floats(0, 4e9), st.from_regex(r"[A-Z0-9]{5}", fullmatch=True))
def test_a_cursor_of_ours_is_the_place_it_was(time: float, code: str) -> None:
    assert place(str(Cursor(time, code))) == Cursor(time, code)


def test_no_cursor_is_the_newest() -> None:
    assert place("") is None


def test_a_topic_that_never_comes_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="weather"):
        Subscribe(topics=("message", "weather"))
