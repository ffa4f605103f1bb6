"""Octets of a header as text: by a charset that mail names, and encoded words (RFC 2047). Linear, and it never fails.

Not the standard library's `email.header`, which takes the square of the length.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from typing import Final

_ENCODED_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS: Final = re.compile(r"(\?=)[ \t]+(=\?)")
_CHARSET: Final = re.compile(r"[A-Za-z0-9._:-]{1,40}")
# Names of charsets that mail has and Python does not know.
_CHARSET_ALIASES: Final = {"unicode-1-1-utf-7": "utf-7", "x-unicode-1-1-utf-7": "utf-7", "unicode-2-0-utf-7": "utf-7"}
# Charsets of Python that are no charsets, or that take more than linear time.
_NO_CHARSETS: Final = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})


def decoded_words(text: str) -> str:
    """Encoded words (RFC 2047) as text, also inside quotes where they must not stand but do."""
    if "=?" not in text:
        return text
    return _ENCODED_WORD.sub(_decoded_word, _BETWEEN_WORDS.sub(r"\1\2", text))


def decoded(octets: bytes, charset: str = "") -> str:
    """Octets as text by this charset, else as UTF-8, else as Latin-1. Never fails."""
    charset = _CHARSET_ALIASES.get(charset.lower(), charset)
    if charset and _CHARSET.fullmatch(charset):
        try:
            codec = codecs.lookup(charset)
            if codec.name.replace("-", "_") not in _NO_CHARSETS:
                return octets.decode(charset, "replace")
        except (LookupError, ValueError):
            pass
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def _decoded_word(match: re.Match[str]) -> str:
    charset = match[1].partition("*")[0]
    text = match[3].encode("latin-1", "replace")
    try:
        octets = base64.b64decode(text + b"===") if match[2] in "bB" else binascii.a2b_qp(text.replace(b"_", b"=20"))
    except binascii.Error:
        return match[0]
    return decoded(octets, charset)
