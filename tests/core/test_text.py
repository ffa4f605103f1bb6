from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.text import safe


@given(st.text(max_size=200))
def test_nothing_that_moves_a_cursor_or_turns_a_line_survives(text: str) -> None:
    assert not {unicodedata.category(character) for character in safe(text)} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "\ufffd[2J"),
        ("a\r\nb\tc", "a  b c"),
        ("\u202egpj.exe", "\ufffdgpj.exe"),
        ("zero\u200bwidth", "zero\ufffdwidth"),
        ("Été à Zürich", "Été à Zürich"),
    ],
)
def test_dangerous_characters_are_marked_and_accents_stay(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_long_text_is_cut_with_an_ellipsis() -> None:
    assert safe("x" * 50, 10) == "x" * 9 + "…"
