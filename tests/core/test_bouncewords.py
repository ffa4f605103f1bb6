from __future__ import annotations

import pytest

from gateway.core.bouncewords import failure_words, words_for


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("5.1.1", "does not know"),
        ("5.1.10", "takes no mail"),
        ("4.4.7", "for days"),
        ("4.4.1", "can't be reached"),
        ("4.7.1", "by its policy"),
        ("4.0.0", "try again later"),
        ("5.0.0", "refuses the message."),
        ("5.7.509", "by its policy"),
    ],
)
def test_a_status_is_a_sentence(status: str, word: str) -> None:
    assert word in failure_words(status, "en")


def test_every_sentence_is_there_in_both_languages() -> None:
    for kind in ("failed", "delayed"):
        english, french = words_for(kind, "en"), words_for(kind, "fr")  # type: ignore[arg-type]  # its two words
        for field in english.__dataclass_fields__:
            assert bool(getattr(english, field)) == bool(getattr(french, field))
            assert not getattr(english, field) or getattr(english, field) != getattr(french, field)
