from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.support.control import HOSTILE
from tui.glyphs import SET, Font, written


def test_the_set_fits_a_console_font_of_256_glyphs() -> None:
    assert len(SET) <= 256


@pytest.mark.parametrize("letter", "éèàçùêîôûÀÈÊœŒŸ€…✓✗⚠●○▲▼▶◀█▁─│\u2019\u2013")
def test_french_and_our_signs_are_in_the_set(letter: str) -> None:
    assert letter in SET


@given(st.text())
def test_whatever_comes_only_glyphs_of_the_set_go_to_the_console(text: str) -> None:
    assert set(written(text, Font.CONSOLE)) <= SET


@given(st.text())
def test_ascii_is_ascii(text: str) -> None:
    assert written(text, Font.ASCII).isascii()
    assert written(text, Font.ASCII).isprintable()


@given(st.text())
def test_no_control_character_reaches_any_terminal(text: str) -> None:
    shown = written(text, Font.ANY)
    assert not {unicodedata.category(each) for each in shown} & {"Cc", "Cf", "Cs"}


def test_hostile_text_is_harmless_and_still_there() -> None:
    for font in Font:
        shown = written(HOSTILE, font)
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "pay" in shown


def test_a_letter_that_the_font_lacks_becomes_its_plain_letter() -> None:
    assert written("Łódź Dvořák", Font.CONSOLE) == "?ódz Dvorák"


def test_what_has_no_letter_keeps_its_width() -> None:
    assert written("日本", Font.CONSOLE) == "????"
    assert cell_len("日本") == 4
    assert written("日本", Font.ANY) == "日本"


def test_our_own_frame_has_a_form_in_ascii() -> None:
    assert written("┌─┐✓ █░", Font.ASCII) == "+-+v #."
