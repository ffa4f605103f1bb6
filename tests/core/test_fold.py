from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.fold import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Élodie  ŒUVRE", "elodie oeuvre"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("\tfacture\r\n n°1 ", "facture n°1"),
        ("ﬁnance", "finance"),
    ],
)
def test_what_a_person_calls_the_same_folds_to_the_same(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.text())
def test_words_are_folded_one_by_one(left: str, right: str) -> None:
    assert fold(f"{left} {right}") == f"{fold(left)} {fold(right)}".strip()


@given(st.text(st.sampled_from("aZ9·-@"), max_size=8))
def test_a_masked_word_keeps_its_marks(word: str) -> None:
    assert fold(word) == word.lower()
