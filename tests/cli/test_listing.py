"""Lists page by page."""

from __future__ import annotations

import pytest

from gateway.cli.call import UsageError
from gateway.cli.listing import collect
from gateway.control.values import Page

EMPTY_THEN_FULL = {"": Page((), "1"), "1": Page((1, 2), "2"), "2": Page((3,), None)}


def fetch(cursor: str, limit: int) -> Page[int]:
    page = EMPTY_THEN_FULL[cursor]
    return Page(page.items[:limit], page.next)


def test_an_empty_page_is_not_the_end() -> None:
    assert collect(fetch, 50, "", False) == Page((1, 2, 3), None)


def test_it_stops_when_it_has_enough_and_says_where_to_go_on() -> None:
    assert collect(fetch, 2, "", False) == Page((1, 2), "2")


def test_everything_is_everything_from_a_cursor_on() -> None:
    assert collect(fetch, 1, "1", True) == Page((1, 2, 3), None)


def test_no_page_is_asked_for_more_than_it_may_hold() -> None:
    asked: list[int] = []

    def note(cursor: str, limit: int) -> Page[int]:
        asked.append(limit)
        return Page(tuple(range(limit)), "x" if len(asked) < 3 else None)

    assert len(collect(note, 450, "", False).items) == 450
    assert asked == [200, 200, 50]


def test_a_limit_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError):
        collect(fetch, 0, "", False)
