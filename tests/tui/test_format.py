from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui import format as f
from tui.language import words

EN, FR = words("en", UTC), words("fr", UTC)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@given(st.text(), st.integers(0, 60))
def test_what_is_fitted_has_exactly_its_width(text: str, cells: int) -> None:
    assert cell_len(f.fitted(text, cells)) == cells


@given(st.lists(st.text()), st.integers(0, 60))
def test_a_line_is_fitted_piece_by_piece(parts: list[str], cells: int) -> None:
    assert f.width(f.fit(f.line(*parts), cells)) == cells


@given(st.text(), st.text(), st.integers(1, 60))
def test_left_and_right_share_a_line(left: str, right: str, cells: int) -> None:
    assert f.width(f.spread(f.line(left), f.line(right), cells)) == cells


@given(st.text(), st.integers(2, 40))
def test_no_wrapped_line_is_too_wide_and_no_letter_is_lost(text: str, cells: int) -> None:
    rows = f.wrap(text, cells)
    assert all(cell_len(row) <= cells for row in rows)
    assert "".join("".join(rows).split()) == "".join(text.split())


def test_what_is_cut_says_so() -> None:
    assert f.fitted("Lettre d'œuvres", 8) == "Lettre …"


def test_a_paragraph_stands_behind_its_first_piece() -> None:
    rows = f.paragraph("one two three", 10, first=f.line("a: "))
    assert ["".join(piece.text for piece in row) for row in rows] == ["a: one two", "   three"]


@given(st.floats(-1, 2), st.integers(0, 40))
def test_a_bar_keeps_its_width(share: float, cells: int) -> None:
    assert len(f.bar(share, cells)) == cells


def test_bars_grow_by_eighths() -> None:
    assert f.bar(0.5, 4) == "██  "
    assert f.bar(1 / 32, 4) == "▏   "
    assert f.bar(0, 4) == "    "


def test_columns_show_even_the_smallest_value() -> None:
    assert f.columns([0, 1, 1000, 500], 2) == ["  █ ", " ▁██"]
    assert f.columns([0, 0], 1) == ["  "]


def test_times_are_those_of_the_admins_place() -> None:
    paris = words("fr")
    assert f.clock(NOON, EN) == "12:00"
    assert f.day(NOON, FR) == "mar. 24 nov"
    assert f.exactly(NOON, EN) == "Tue 24 Nov 12:00:00"
    assert f.clock(NOON, paris) == f"{NOON.astimezone():%H:%M}"


def test_a_list_tells_the_hour_the_day_or_the_date() -> None:
    assert f.when(NOON, NOON, EN) == "12:00"
    assert f.when(NOON - timedelta(days=1), NOON, EN) == "Mon"
    assert f.when(NOON - timedelta(days=20), NOON, EN) == "4 Nov"
    assert f.when(NOON + timedelta(days=1), NOON, EN) == "25 Nov"


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # hypothesis adds the zone
def test_no_time_in_a_list_is_wider_than_its_column(moment: datetime) -> None:
    assert max(len(f.when(moment, NOON, each)) for each in (EN, FR)) <= 7


def test_spans_and_sizes_have_one_unit() -> None:
    assert [f.span(each, EN) for each in (0, 59, 60, 3_600, 86_400, 200_000)] == [
        "0 s",
        "59 s",
        "1 min",
        "1 h",
        "1 day",
        "2 days",
    ]
    assert [f.size(each, FR) for each in (5, 4_096, 1_500_000, 2_000_000_000)] == ["5 o", "4 ko", "1,5 Mo", "2,0 Go"]
    assert f.ago(NOON - timedelta(minutes=3), NOON, FR) == "il y a 3 min"


def test_only_what_says_something_is_joined() -> None:
    assert f.joined(("a", "", "b")) == "a, b"


@pytest.mark.parametrize("cells", [-3, 0, 1, 2, 5])
def test_a_paragraph_without_room_is_a_paragraph(cells: int) -> None:
    assert f.paragraph("a long word or two", cells, first=f.line("• ", "first"))
    assert f.paragraph("a", cells, indent="    ")
