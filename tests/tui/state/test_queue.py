from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.control.workviews import entry_view, waiting
from gateway.core.queued import QueueState
from tests.support.work import NOON, cause, entry
from tui.format import Line, width
from tui.language import words
from tui.state.queue import causes, entry_panel, entry_row, nothing


def text(lines: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in each) for each in lines)


def test_a_cause_is_one_line_with_its_age_and_the_next_try() -> None:
    told = waiting((cause(12),), lambda lane: "exchange.local", "fr")
    (shown,) = causes(told, NOON + timedelta(minutes=5), 78, words("fr"))
    assert width(shown) == 78
    assert text([shown]).startswith("○ 12 attendent exchange.local : connection refused")
    assert text([shown]).endswith("15 min → 12:05")


def test_the_bar_grows_with_the_age() -> None:
    def bar_of(age_seconds: float) -> int:
        told = waiting((cause(1, since=NOON.timestamp() - age_seconds),), lambda lane: "x", "en")
        return text(causes(told, NOON, 78, words("en"))).count("█")

    assert bar_of(60) < bar_of(7_200) < bar_of(200_000) == 4


@pytest.mark.parametrize("state", [each for each in QueueState if each is not QueueState.DONE])
def test_each_state_has_a_word_and_says_what_follows(state: QueueState) -> None:
    view = entry_view(entry(state=state), "en")
    row = entry_row(view, NOON, words("en"))
    assert len(row) == 6
    panel = text(entry_panel(view, NOON, 76, words("en")))
    assert "F7K20" in panel
    assert "anna@office.example" in panel
    assert row[0].text[2:].upper() in panel
    assert panel.splitlines()[-1].strip().endswith(".")


def test_an_empty_list_says_where_the_other_one_is() -> None:
    assert nothing(False, words("en"))[1] == "f shows what was given up."
    assert nothing(True, words("en"))[1] == "f shows what waits."
