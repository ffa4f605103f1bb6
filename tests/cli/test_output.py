"""How the command prints."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cli.output import (
    Column,
    Output,
    age,
    counted,
    cut,
    points,
    shown_width,
    size,
    span,
    until,
    weight,
    wrapped,
)
from gateway.control.values import Deleted
from tests.support.command import Terminal
from tests.support.control import HOSTILE, NOON

COLUMNS = (Column("CODE"), Column("SUBJECT", shrinks=True))


def output(
    terminal: bool = False, columns: str = "80", monkeypatch: pytest.MonkeyPatch | None = None, **environment: str
) -> tuple[Output, io.StringIO]:
    if monkeypatch:
        monkeypatch.setenv("COLUMNS", columns)
    stream = Terminal() if terminal else io.StringIO()
    return Output(stream, io.StringIO(), environment), stream


def test_a_table_is_aligned_and_as_wide_as_it_must_be_in_a_pipe() -> None:
    out, stream = output()
    out.table(COLUMNS, [("F7K2Q", "x" * 200), ("A", "short")])
    assert stream.getvalue().splitlines() == ["CODE   SUBJECT", "F7K2Q  " + "x" * 200, "A      short"]


@pytest.mark.parametrize("columns", ["20", "40", "80", "200"])
def test_a_table_fits_the_terminal(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    out, stream = output(True, columns, monkeypatch, NO_COLOR="1")
    out.table(COLUMNS, [("F7K2Q", "言葉" * 60), ("A", "é" * 300)])
    assert max(map(shown_width, stream.getvalue().splitlines())) <= int(columns)


def test_a_column_keeps_its_least_width_while_others_give(monkeypatch: pytest.MonkeyPatch) -> None:
    out, stream = output(True, "39", monkeypatch, NO_COLOR="1")
    columns = (Column("OUTCOME", shrinks=True, least=18), Column("SUBJECT", shrinks=True))
    out.table(columns, [("held in quarantine once more", "x" * 19)])
    line = stream.getvalue().splitlines()[1]
    assert line == "held in quarantin…  " + "x" * 19


def test_what_may_not_shrink_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    out, stream = output(True, "10", monkeypatch, NO_COLOR="1")
    out.table(COLUMNS, [("F7K2QF7K2Q", "subject")])
    assert "F7K2QF7K2Q" in stream.getvalue()


def test_hostile_text_is_harmless_in_tables_and_paragraphs() -> None:
    out, stream = output()
    out.table(COLUMNS, [("F7K2Q", HOSTILE)])
    out.paragraph(HOSTILE)
    assert not any(bad in stream.getvalue() for bad in ("\x1b", "\u202e", "\u200b", "\x9b", "\r"))


@pytest.mark.parametrize(
    ("terminal", "environment", "coloured"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(terminal: bool, environment: dict[str, str], coloured: bool) -> None:
    out, _ = output(terminal, **environment)
    assert ("\x1b" in out.styled("x", "good")) is coloured


def test_json_is_one_line_with_the_schema() -> None:
    out, stream = output()
    out.json(Deleted("é\n"))
    assert stream.getvalue().count("\n") == 1
    assert json.loads(stream.getvalue()) == {"schema": "poterne/1", "code": "é\n"}


def test_json_is_ascii_where_the_stream_is_not_utf_8() -> None:
    octets = io.BytesIO()
    stream = io.TextIOWrapper(octets, encoding="ascii")
    Output(stream, io.StringIO(), {}).json(Deleted("é"))
    assert json.loads(octets.getvalue())["code"] == "é"


def test_talk_and_questions_are_not_answers() -> None:
    stdout, stderr = io.StringIO(), io.StringIO()
    out = Output(stdout, stderr, {})
    out.say("talk")
    out.ask("Sure?")
    assert (stdout.getvalue(), stderr.getvalue()) == ("", "talk\nSure? ")


@given(st.text(), st.integers(1, 50))
def test_what_is_cut_fits(text: str, width: int) -> None:
    assert shown_width(cut(text, width)) <= width
    assert cut(text, 1_000) == text


@given(st.text("ab ", max_size=200), st.integers(5, 40))
def test_wrapped_text_loses_no_word(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert " ".join(lines).split() == text.split()
    assert all(len(line) <= width or " " not in line for line in lines)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-50, "just now"),
        (0, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (3_599, "59 minutes ago"),
        (3_600, "1 hour ago"),
        (86_400 * 2, "2 days ago"),
    ],
)
def test_ages_are_words(seconds: int, words: str) -> None:
    assert age(NOON - timedelta(seconds=seconds), NOON) == words


def test_what_is_to_come_is_words_too() -> None:
    assert until(NOON + timedelta(days=30), NOON) == "in 30 days"
    assert until(NOON, NOON) == "soon"
    assert span(NOON, NOON + timedelta(hours=5)) == "5 hours"
    assert (counted(1, "error"), counted(2, "error")) == ("1 error", "2 errors")


@pytest.mark.parametrize(
    ("octets", "words"),
    [(0, "0 octets"), (1_023, "1023 octets"), (1_024, "1.0 KiB"), (20_480, "20 KiB"), (1_073_741_824, "1.0 GiB")],
)
def test_sizes_are_words(octets: int, words: str) -> None:
    assert size(octets) == words


def test_scores_are_words() -> None:
    assert (points(None), points(9.46)) == ("", "9.5")
    assert (weight(0.0), weight(5.1), weight(-2.0)) == ("", "+5.1", "-2.0")
