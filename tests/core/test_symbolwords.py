"""rspamd's symbols in words; `tests/image/test_rspamd.py` asks the real one for its list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.core.symbolwords import _BY_NAME, phrase


def test_the_most_precise_line_speaks() -> None:
    general, precise, other = phrase("RBL_ANYTHING"), phrase("RBL_BLOCKLISTDE"), phrase("SURBL_BLOCKED")
    assert general == (
        "The server that sent it is on a public block list.",
        "Le serveur qui l'a envoyé figure sur une liste publique de blocage.",
    )
    assert precise not in (None, general)
    assert other is not None
    assert "refused to answer" in other[0]
    assert phrase("HEADER_CC_EMPTY_DELIMITER") == phrase("MV_CASE")
    assert phrase("NOBODY_KNOWS_IT") is None


@pytest.mark.parametrize("words", sorted(set(_BY_NAME.values())))
def test_each_phrase_is_a_short_sentence_in_both_languages_without_the_names_of_rules(words: tuple[str, str]) -> None:
    for sentence in words:
        assert sentence.endswith(".")
        assert len(sentence) <= 100
        assert not re.search(r"[A-Z]{2,}_", sentence)
    assert words[0] != words[1]


def test_no_symbol_has_two_lines() -> None:
    source = Path(phrase.__code__.co_filename).read_text(encoding="utf-8")
    names = [name for line in source.splitlines() if line.count(" | ") == 2 for name in line.split(" | ")[0].split()]
    assert len(names) == len(set(names)) > 300
