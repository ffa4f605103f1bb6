"""Text folded for searching: without case, accents or spare white space. Knows no store and no language."""

from __future__ import annotations

import unicodedata

# Letters that Unicode does not decompose though people type them without their ornament.
_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "þ": "th",
        "ħ": "h",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    }
)
# What stands for the characters that a masked text does not show (`core.subject`).
_MASK = "·"


def fold(text: str) -> str:
    """The form in which two texts are equal when a person would call them so: `Élodie  ŒUVRE` gives `elodie oeuvre`.

    Folding twice gives the same as folding once.
    """
    words = (word.lower() if word.isascii() else _fold_word(word) for word in text.split())
    # Some characters are a space and an accent.
    return " ".join(" ".join(words).split())


def _fold_word(word: str) -> str:
    # A masked Subject has nothing else: it stays as it is in every step below.
    if word.replace(_MASK, "").isascii():
        return word.lower()
    folded = word
    for _ in range(3):
        once = _fold_once(folded)
        if once == folded:
            break
        folded = once
    return folded


def _fold_once(text: str) -> str:
    """One pass; some compatibility characters need a second one after the case is gone."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in decomposed if not unicodedata.combining(each))
    return " ".join(unicodedata.normalize("NFC", bare.translate(_LETTERS)).split())
