from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from gateway.control.statsvalues import DelayView, HourView, NameView, ScoreView, Stats
from tests.support.control import NOON
from tui.format import Line, width
from tui.glyphs import SET
from tui.language import LANGUAGES, Language, words
from tui.state import reports

EN = words("en", UTC)


def stats(**changes: object) -> Stats:
    whole: dict[str, object] = {
        "now": NOON,
        "since": NOON - timedelta(hours=23),
        "days": 1,
        "hours": (
            HourView(NOON - timedelta(days=7), accept=4),
            HourView(NOON - timedelta(days=7, hours=3), accept=8),
            HourView(NOON - timedelta(hours=2), accept=2, quarantine=1, refused=3),
            HourView(NOON, accept=4, mark=1),
        ),
        "scores": (ScoreView(-2, 5), ScoreView(0, 9), ScoreView(7, 2), ScoreView(17, 1)),
        "delays": (DelayView(NOON, 0.25, 2.0),),
        "senders": (
            NameView("news@x.example", False, 40, 39.0, 0.1),
            NameView("paul@office.example", True, 60, 2.0, 11.6),
            NameView('=cmd|"calc"!A1', False, 1, 0.0, 0.3),
        ),
        "recipients": (NameView("anna@office.example", True, 3, 3.0, 0.0),),
        "mark_at": 6.0,
        "quarantine_at": 9.0,
        "reject_at": 15.0,
    }
    return Stats(**{**whole, **changes})  # type: ignore[arg-type]  # a test names fields


def text(lines: list[Line]) -> str:
    return "\n".join("".join(piece.text for piece in each) for each in lines)


def test_the_usual_day_is_the_mean_of_this_weekday() -> None:
    assert reports.of_day(stats(), EN)[10:13] == (6, 0, 5)
    usual = reports.usual_day(stats(), EN)
    assert (usual[9], usual[12]) == (8.0, 4.0)
    assert reports.usual_day(stats(hours=()), EN) == (0.0,) * 24


def test_the_day_stands_before_the_usual_one() -> None:
    shown = text(reports.day_chart(stats(), 4, 74, EN))
    assert "█" in shown
    assert "···" in shown
    assert shown.splitlines()[-1].startswith(" 11 today, usually 12")
    assert shown.rstrip().endswith("answer in 2.0 s (95 %)")
    slow = stats(delays=(DelayView(NOON, 5.0, 30.0),))
    assert "█" in text(reports.day_chart(slow, 4, 74, EN)).splitlines()[-2]


def test_days_of_a_span_are_rows_of_shaded_hours() -> None:
    shown = reports.span_chart(stats(days=30), 8, 74, EN)
    assert len(shown) == 8
    assert text(shown).splitlines()[0].strip().startswith("24 Nov")
    assert text(shown).splitlines()[7].rstrip().endswith("12")
    assert "█" in text(shown)


def test_points_are_columns_and_the_limits_are_named() -> None:
    shown = text(reports.score_chart(stats(), 4, 25, EN))
    assert shown.splitlines()[-2].count("▲") == 3
    assert "6.0 9.0 15.0" in shown


def test_who_is_out_of_the_ordinary_comes_first_with_a_long_bar() -> None:
    names = reports.by_unusual(stats().senders)
    assert names[0].name == "paul@office.example"
    row = reports.name_row(names[0], EN)
    assert "ours" in row[0].text
    assert row[3].text == "█" * 12
    assert row[3].tone == "bad"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_character_is_one_of_the_consoles(language: Language) -> None:
    here = words(language, UTC)
    lines = [
        *reports.day_chart(stats(), 4, 74, here),
        *reports.span_chart(stats(days=7), 6, 74, here),
        *reports.score_chart(stats(), 4, 25, here),
        *reports.figure_rows(stats(), here),
        *reports.score_rows(stats(), here),
        *(reports.name_row(each, here) for each in stats().senders),
    ]
    assert set(text(lines)) - {"\n"} <= SET
    assert max(map(width, lines[:12])) <= 74


def test_numbers_stand_behind_the_pictures() -> None:
    rows = [[piece.text for piece in each] for each in reports.figure_rows(stats(), EN)]
    assert rows[0][1:] == ["5", "5", "0", "0", "0.2 s", "2.0 s"] or rows[0][1:5] == ["5", "5", "0", "0"]
    assert rows[1][1:5] == ["6", "2", "1", "3"]
    assert reports.score_rows(stats(), EN)[0][0].text == "17 to 18 points"


def test_a_spreadsheet_gets_cells_and_no_formulas() -> None:
    found = list(csv.reader(io.StringIO(reports.csv(stats()))))
    assert found[0][0] == "hour"
    assert found[1][1:] == ["2", "0", "1", "0", "0", "3"]
    names = [row[1] for row in found if row[:1] == ["sender"]]
    assert '\'=cmd|"calc"!A1' in names
    assert datetime.strptime(found[1][0], "%Y-%m-%dT%H:%MZ").hour == 10  # noqa: DTZ007 - UTC is in the format
