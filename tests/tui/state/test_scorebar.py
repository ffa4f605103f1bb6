from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.control.statsvalues import ScoreView
from gateway.control.values import Limits
from tui.format import Line, width
from tui.language import words
from tui.state.scorebar import against_limits, bar, histogram, place, slider, tone_of

LIMITS = Limits(6, 9, 15)


def text(row: Line) -> str:
    return "".join(piece.text for piece in row)


def test_the_bar_is_filled_to_the_points_and_marks_each_limit() -> None:
    shown = text(bar(9.5, LIMITS, 36))
    assert shown.count("│") == 3
    assert [number for number, each in enumerate(shown) if each == "│"] == [
        place(each, LIMITS, 36) for each in (6, 9, 15)
    ]
    assert shown[place(9.5, LIMITS, 36)] == "░"
    assert shown[: place(6, LIMITS, 36)] == "█" * place(6, LIMITS, 36)


@given(st.floats(-100, 1_000), st.integers(10, 200))
def test_any_points_fill_exactly_the_room_they_are_given(points: float, cells: int) -> None:
    assert width(against_limits(points, LIMITS, cells, words("fr"))) == cells


def test_the_tone_is_that_of_what_the_points_get() -> None:
    assert [tone_of(points, LIMITS) for points in (5.9, 6.0, 9.0, 15.0)] == ["ok", "info", "warn", "bad"]


def test_the_histogram_has_a_mark_at_each_limit_and_keeps_what_lies_beyond() -> None:
    shown = histogram((ScoreView(-30, 2), ScoreView(9, 4), ScoreView(99, 1)), LIMITS, 4, 76)
    assert text(shown[-2]).count("▲") == 3
    assert len({width(row) for row in shown[:-1]}) == 1
    assert text(shown[0]).strip() == "██"  # the highest column, as wide as any
    assert " " not in (text(shown[3])[0], text(shown[3])[-1])
    assert text(shown[-1]).split() == ["0", "5", "10", "15", "20"]


def test_a_slider_has_its_knob_where_its_value_is() -> None:
    shown = text(slider(9, LIMITS, 36, "warn"))
    assert shown.index("█") == place(9, LIMITS, 36)
    assert len(shown) == 36
