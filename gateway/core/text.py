"""Foreign text made safe to show (D9): the one function for protocol edge, CLI, journal and interface."""

from __future__ import annotations

import unicodedata

# U+FFFD marks the place of what was removed, so that a reader sees that something stood there.
_MARK = "\N{REPLACEMENT CHARACTER}"
# Cc control, Cf format (bidi marks, zero-width, tags), Cs surrogates, Co private use, Cn unassigned, Zl/Zp separators.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def safe(text: str, limit: int = 1_000) -> str:
    """One line of text without control, bidi or zero-width characters, cut to `limit` characters.

    Tab, CR and LF become a space; every other unsafe character becomes U+FFFD.
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text  # nearly all of what a journal line holds
    cut = text[: limit + 1]
    shown = "".join(_safe_character(character) for character in cut)
    return shown if len(text) <= limit else shown[: limit - 1] + "…"


def _safe_character(character: str) -> str:
    if " " <= character <= "~":
        return character
    if character in "\t\r\n":
        return " "
    return _MARK if unicodedata.category(character) in _UNSAFE_CATEGORIES else character
