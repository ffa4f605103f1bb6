"""Every key of the settings has a line of words, in both languages, that fits a form at 80 columns."""

from __future__ import annotations

import pytest

from gateway.config.describe import describe
from gateway.control.keywords import described, key_words

KEYS = tuple(each.key for each in describe())


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_described_in_both_languages(key: str) -> None:
    english, french = key_words(key, "en"), key_words(key, "fr")
    assert english
    assert french
    assert max(len(english), len(french)) <= 76


def test_no_words_are_about_a_key_that_is_not_there() -> None:
    assert described() <= set(KEYS)
    assert key_words("nothing.of.the.kind", "en") == ""
