from __future__ import annotations

import pytest

from tui.format import width
from tui.keys import FOOTER_MAXIMUM, GLOBAL, SCREENS
from tui.language import LANGUAGES, Language, words
from tui.screens.frame import footer
from tui.state.frame import TABS


@pytest.mark.parametrize("screen", SCREENS)
def test_no_key_has_two_meanings_on_one_screen(screen: str) -> None:
    names = [name for key in (*SCREENS[screen], *GLOBAL) for name in key.names]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS)
def test_the_footer_fits_80_columns(screen: str, language: Language) -> None:
    shown = [key for key in SCREENS[screen] if key.in_footer]
    assert len(shown) <= FOOTER_MAXIMUM
    assert width(footer(shown, " ", words(language))) <= 80


def test_every_digit_has_its_way_on_a_french_keyboard() -> None:
    ways = {key.names[0]: key.names[1:] for key in GLOBAL if key.names and key.names[0].isdigit()}
    row = ("ampersand", "é", "quotation_mark", "apostrophe", "left_parenthesis", "minus", "è", "underscore", "ç")
    assert ways == {digit: (row[int(digit) - 1],) for digit in ways}
    assert {str(number) for number, _, _ in TABS} == set(ways)


def test_help_has_a_key_without_function_keys_and_leaving_asks() -> None:
    for keys in SCREENS.values():
        assert any(key.action == "app.help" and {"f1", "question_mark"} <= set(key.names) for key in keys)
