"""Reads the parameters and file names of Content-Type and Content-Disposition as lenient programs do.

Every reading that some recipient's program has is given: names of duplicated parameters, with and without comments,
RFC 2231 and RFC 2047. Linear in the length of the field. Knows no content.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Iterator
from typing import Final

from gateway.worker.report import shortened

PARAMETERS_MAXIMUM: Final = 1_000
SEGMENTS_MAXIMUM: Final = 10_000
NAME_MAXIMUM_CHARACTERS: Final = 1_000

_ENCODED_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS: Final = re.compile(r"(\?=)[ \t]+(=\?)")
_SECTION: Final = re.compile(rb"^([^*]+)\*(?:([0-9]{1,4})(\*?)|)$")
_CHARSET: Final = re.compile(r"[A-Za-z0-9._:-]{1,40}")
# Charsets of Python that are no charsets, or that take more than linear time.
_NO_CHARSETS: Final = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})

Parameters = list[tuple[bytes, bytes]]


def parameters(value: bytes) -> Parameters:
    """Every `key=value` behind the first semicolon, keys in lower case, quotes removed, in order, doubled ones too."""
    found: Parameters = []
    for piece in _pieces(value)[1:]:
        key, equals, text = piece.partition(b"=")
        if equals:
            found.append((key.strip().lower(), _unquoted(text.strip())))
    return found


def names_in(values: list[bytes], keys: frozenset[bytes]) -> list[str]:
    """Every file name that these field values may give by these parameters, each once."""
    names: dict[str, None] = {}
    for value in values:
        readings = [value]
        if b"(" in value:
            readings.append(without_comments(value))
        for reading in readings:
            for name in _names(parameters(reading), keys):
                names[shortened(name, NAME_MAXIMUM_CHARACTERS)] = None
    return [name for name in names if name]


def without_comments(value: bytes) -> bytes:
    """The value without `(comments)` (RFC 5322 §3.2.2), nested ones too; an open one runs to the end."""
    kept = bytearray()
    depth = 0
    for token in re.finditer(rb'"(?:[^"\\]|\\.)*"?|\\.|[()]|[^"\\()]+', value, re.DOTALL):
        text = token.group()
        if text == b"(":
            depth += 1
        elif text == b")":
            depth = max(depth - 1, 0)
        elif depth == 0:
            kept += text
    return bytes(kept)


def decoded_words(text: str) -> str:
    """Encoded words (RFC 2047) as text, also inside quotes where they must not stand but do."""
    if "=?" not in text:
        return text
    return _ENCODED_WORD.sub(_decoded_word, _BETWEEN_WORDS.sub(r"\1\2", text))


def decoded(octets: bytes, charset: str = "") -> str:
    """Octets as text by this charset, else as UTF-8, else as Latin-1. Never fails."""
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


def _pieces(value: bytes) -> list[bytes]:
    """The value cut at semicolons outside quotes; an open quote runs to the end."""
    pieces: list[bytes] = []
    current = bytearray()
    for token in re.finditer(rb'"(?:[^"\\]|\\.)*"?|;|[^";]+', value, re.DOTALL):
        text = token.group()
        if text == b";":
            pieces.append(bytes(current))
            current.clear()
            if len(pieces) >= SEGMENTS_MAXIMUM:
                break
        else:
            current += text
    pieces.append(bytes(current))
    return pieces


def _unquoted(text: bytes) -> bytes:
    """Without quotes and quoted-pairs (RFC 5322 §3.2.4), also when the last quote is missing."""
    if not text.startswith(b'"'):
        return text
    inner = text[1:].rpartition(b'"')[0] if text.count(b'"') > 1 else text[1:]
    return re.sub(rb"\\(.)", rb"\1", inner, flags=re.DOTALL)


def _names(found: Parameters, keys: frozenset[bytes]) -> Iterator[str]:
    sections: dict[bytes, dict[int, tuple[bytes, bool]]] = {}
    plain = 0
    for key, value in found:
        section = _SECTION.match(key)
        if key in keys and plain < PARAMETERS_MAXIMUM:
            plain += 1
            yield decoded_words(decoded(value))
        elif section is not None and section[1] in keys:
            if section[2] is None:
                yield _extended(value)
            else:
                sections.setdefault(section[1], {})[int(section[2])] = (value, section[3] == b"*")
    for parts in sections.values():
        yield from _continued(parts)


def _extended(value: bytes) -> str:
    """`charset'language'percent-encoded` (RFC 2231 §4), or what is there instead."""
    charset, first, rest = value.partition(b"'")
    _, second, text = rest.partition(b"'")
    if not first or not second:
        return decoded(_percent_decoded(value))
    return decoded(_percent_decoded(text), charset.decode("latin-1"))


def _continued(parts: dict[int, tuple[bytes, bool]]) -> Iterator[str]:
    """The sections of one parameter (RFC 2231 §3) put together by number, whatever is missing between."""
    ordered = [parts[number] for number in sorted(parts)]
    charset = ""
    if ordered[0][1] and ordered[0][0].count(b"'") >= 2:
        name, _, text = ordered[0][0].split(b"'", 2)
        charset = name.decode("latin-1")
        ordered[0] = (text, True)
    joined = b"".join(_percent_decoded(value) if is_encoded else value for value, is_encoded in ordered)
    yield decoded_words(decoded(joined, charset))


def _percent_decoded(value: bytes) -> bytes:
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), value)


def _decoded_word(match: re.Match[str]) -> str:
    charset = match[1].partition("*")[0]
    text = match[3].encode("latin-1", "replace")
    try:
        octets = base64.b64decode(text + b"===") if match[2] in "bB" else binascii.a2b_qp(text.replace(b"_", b"=20"))
    except binascii.Error:
        return match[0]
    return decoded(octets, charset)
