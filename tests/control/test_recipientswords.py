from __future__ import annotations

import pytest

from gateway.control import recipientswords
from gateway.control.recipientswords import check_words, read_words, removed_words, source_words
from gateway.core.recipientfact import Source


def test_every_source_has_its_words_in_both_languages() -> None:
    for source in Source:
        assert source_words(source.value, "it", "en") != source_words(source.value, "it", "fr")
    assert source_words("person", "", "en") == "put on the list by ?"


@pytest.mark.parametrize("key", sorted(recipientswords._CHECKS))
def test_every_answer_has_its_words_in_both_languages(key: str) -> None:
    assert check_words(key, "away", "en") != check_words(key, "away", "fr")
    assert "{" not in check_words(key, "away", "fr")


@pytest.mark.parametrize("outcome", ["adopted", "held", "failed"])
def test_every_end_of_a_reading_has_its_words(outcome: str) -> None:
    details = {"known": "10", "added": "1", "removed": "3", "cause": "away"}
    assert "10" in read_words(outcome, "en", **details)
    assert read_words(outcome, "en", **details) != read_words(outcome, "fr", **details)
    assert removed_words("en") != removed_words("fr")
