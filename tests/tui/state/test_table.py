from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.control.views import held_summary, summary
from tests.support.control import NOON, held, record
from tui.format import Line
from tui.language import LANGUAGES, Language, words
from tui.state import table
from tui.state.table import HELD_COLUMNS, MESSAGE_COLUMNS

EN, FR = words("en", UTC), words("fr", UTC)
ITEM = summary(record(), "en")
HELD = held_summary(held(), record(), 30, "en")


def _texts(pieces: Line) -> list[str]:
    return [piece.text for piece in pieces]


def test_a_message_is_one_row_with_the_verdict_first() -> None:
    assert _texts(table.message_row(ITEM, NOON, FR)) == [
        "■ retenu",
        "12:00",
        "rene@sender.example",
        "anna",
        "Facture",
        "9,5",
    ]


def test_a_refused_client_has_no_sender_but_an_address_and_a_reason() -> None:
    refused = replace(ITEM, kind="client-refused", subject="", reason="On a block list.", score=None, recipients=())
    assert _texts(table.message_row(refused, NOON, EN))[2:] == ["192.0.2.1", "", "On a block list.", "-"]


def test_a_held_message_says_whether_it_is_likely_wanted_or_out_already() -> None:
    assert _texts(table.held_row(HELD, NOON, EN))[0] == "? unsure"
    assert _texts(table.held_row(replace(HELD, likely="wanted"), NOON, EN))[0] == "✓ wanted"
    infected = _texts(table.held_row(replace(HELD, likely="virus"), NOON, EN))
    assert (infected[0], infected[5]) == ("✗ virus", "VIRUS")
    assert _texts(table.held_row(replace(HELD, released_to=("a@b",)), NOON, EN))[0] == "✓ released"
    assert _texts(table.held_row(replace(HELD, subject=""), NOON, EN))[4] == "(no subject)"


@pytest.mark.parametrize(
    ("state", "action", "text"),
    [
        ("delivered", "accept", "✓ delivered"),
        ("delivered", "mark", "⚠ marked"),
        ("delivered", "quarantine", "✓ released"),
        ("spooled", "accept", "○ waiting"),
        ("dead", "accept", "✗ given up"),
        ("news", "accept", "• news"),
    ],
)
def test_what_became_of_a_message_is_a_sign_and_a_word(state: str, action: str, text: str) -> None:
    assert table.verdict(state, action, EN).text == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_fits_its_column(language: Language) -> None:
    say = words(language)
    states = [("delivered", each) for each in ("accept", "mark", "reject")] + [(each, "") for each in table._VERDICTS]
    assert [text for each in states if len(text := table.verdict(*each, say).text) > MESSAGE_COLUMNS[0].cells] == []


def test_the_author_is_an_address_where_there_is_one() -> None:
    assert table.author("René <rene@a.example>", "x@y") == "rene@a.example"
    assert table.author('"boss@office.example <boss@office.example>" <eve@a.example>', "") == "eve@a.example"
    assert table.author("Nobody", "x@y") == "Nobody"
    assert table.author("", "") == "<>"
    assert table.addressees(("anna@a", "bob@a"), 5) == "anna +4"


@given(st.text())
def test_any_from_field_gives_an_author(field: str) -> None:
    assert table.author(field, "")


@given(st.sampled_from([MESSAGE_COLUMNS, HELD_COLUMNS]), st.integers(60, 300))
def test_the_columns_fill_the_width(columns: tuple[table.Column, ...], cells: int) -> None:
    assert sum(table.laid_out(columns, cells)) + len(columns) - 1 == cells


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_title_is_cut_at_80_columns(language: Language) -> None:
    say = words(language)
    for columns in (MESSAGE_COLUMNS, HELD_COLUMNS):
        widths = table.laid_out(columns, 78)
        assert [each.title for each, cells in zip(columns, widths, strict=True) if len(say(each.title)) > cells] == []


def test_the_wanted_come_first_then_by_time_and_last_what_is_out_already() -> None:
    items = [
        replace(HELD, code=code, likely=likely, released_to=("a@b",) if code == "OUT" else ())
        for code, likely in (("S", "spam"), ("U1", "unsure"), ("OUT", "wanted"), ("W", "wanted"), ("U2", "unsure"))
    ]
    assert [each.code for each in table.by_wanted(items)] == ["W", "U1", "U2", "S", "OUT"]
