from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.control.rulesvalues import Replayed, ReplayedCount
from gateway.control.statsvalues import ScoreView
from gateway.control.values import Limits
from tests.support.values import NOON
from tui.format import Line, width
from tui.language import words
from tui.state import limits

EN, FR = words("en"), words("fr")
PRESENT = Limits(6, 9, 15)


def text(rows: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in row).rstrip() for row in rows)


@given(st.lists(st.tuples(st.sampled_from(limits.NAMES), st.floats(-100, 100)), max_size=20))
def test_however_they_are_moved_the_limits_rise(moves: list[tuple[limits.Name, float]]) -> None:
    drafted = PRESENT
    for name, by in moves:
        drafted = limits.step(drafted, name, by)
        assert 0 < drafted.mark_at < drafted.quarantine_at < drafted.reject_at


def test_a_slider_says_what_was_and_what_would_be() -> None:
    moved = limits.step(PRESENT, "quarantine_at", -limits.STEP)
    row = limits.slider_row(PRESENT, moved, "quarantine_at", 76, EN)
    assert text([row]).endswith("9.0 → 8.5")
    assert width(row) == 76
    assert text([limits.slider_row(PRESENT, moved, "mark_at", 76, FR)]).endswith(" 6,0")


def test_what_others_would_have_done_is_one_sentence() -> None:
    moved = limits.step(PRESENT, "quarantine_at", -1)
    told = Replayed(NOON, 412, 14, (ReplayedCount("mark", "quarantine", 14, ""),), (), None, "")
    shown = " ".join(text(limits.said(PRESENT, moved, told, 76, EN)).split())
    assert shown.startswith("In the last 14 days: 14 more held, 14 fewer marked (of 412 messages).")
    assert "Reckoning" in text(limits.said(PRESENT, moved, None, 76, EN))
    assert "hold now" in text(limits.said(PRESENT, PRESENT, None, 76, EN))
    none = Replayed(NOON, 412, 0, (), (), None, "")
    assert "the same" in text(limits.said(PRESENT, moved, none, 76, EN))


def test_only_what_moved_is_edited_and_asked_about() -> None:
    moved = limits.step(PRESENT, "mark_at", -limits.STEP)
    assert limits.edits(PRESENT, moved, "standard") == (("policy.standard.mark_at", "5.5"),)
    assert limits.edits(PRESENT, limits.step(PRESENT, "reject_at", 1), "x") == (("policy.x.reject_at", "16.0"),)
    assert limits.changed(PRESENT, moved, EN) == ["Marked from 6.0 → 5.5"]


def test_the_chart_names_its_tones_and_says_when_there_is_nothing() -> None:
    assert "refused" in text(limits.chart((ScoreView(3, 4),), PRESENT, 3, 76, EN))
    assert text(limits.chart((), PRESENT, 3, 76, EN)) == "No points yet."
