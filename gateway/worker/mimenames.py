"""Reads the parameters and file names of Content-Type and Content-Disposition as lenient programs do.

Every reading that some recipient's program has is given: names of duplicated parameters, with and without comments,
RFC 2231 and RFC 2047. Linear in the length of the field. Knows no content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from gateway.core.encodedwords import decoded, decoded_words
from gateway.worker.report import Refused, shortened

PARAMETERS_MAXIMUM: Final = 10_000
NAME_MAXIMUM_CHARACTERS: Final = 1_000

_SECTION: Final = re.compile(rb"^([^*]+)\*(?:([0-9]{1,4})(\*?)|)$")
# A name where no semicolon stands before it, or in a field that is broken otherwise: some programs look for the word.
_LOOSE_NAME: Final = re.compile(rb"(?:file)?name[ \t]*=[ \t]*(\"[^\"]*\"?|[^\s;]+)", re.IGNORECASE)
_NAME_KEYS: Final = frozenset({b"name", b"filename"})
_BOUNDARY_KEYS: Final = frozenset({b"boundary"})

Parameters = list[tuple[bytes, bytes]]


def parameters(value: bytes) -> Parameters:
    """Every `key=value` behind the first semicolon, keys in lower case, values as written, in order, doubled ones too.

    White space inside a key (`filename *0`) is not part of it. Raises Refused for a flood.
    """
    found: Parameters = []
    for piece in _pieces(value)[1:]:
        key, equals, text = piece.partition(b"=")
        if equals:
            found.append((b"".join(key.split()).lower(), text.strip()))
    return found


def names_in(values: list[bytes]) -> list[str]:
    """Every file name that these field values may give, each once; those that are written down plainly first."""
    names: dict[str, None] = dict.fromkeys(declared_names(values))
    for value in values:
        for reading in _without_and_with_comments(value):
            for _, text in _wanted(parameters(reading), _NAME_KEYS):
                names.update((_name(each), None) for each in _loose_readings(text))
        names.update((_name(_unquoted(match[1])), None) for match in _LOOSE_NAME.finditer(value))
    return [short for short in dict.fromkeys(shortened(name, NAME_MAXIMUM_CHARACTERS) for name in names) if short]


def declared_names(values: list[bytes]) -> list[str]:
    """The names that these fields give by the grammar: every parameter, with and without comments, each once."""
    names: dict[str, None] = {}
    for value in values:
        for reading in _without_and_with_comments(value):
            names.update(dict.fromkeys(_names(parameters(reading), _NAME_KEYS)))
    return [name for name in names if name]


def boundaries_in(value: bytes) -> list[bytes]:
    """Every boundary that a Content-Type may give: with and without comments, quotes and RFC 2231, each once."""
    found: dict[bytes, None] = {}
    for reading in _without_and_with_comments(value):
        known = parameters(reading)
        for key, text in known:
            if key in _BOUNDARY_KEYS:
                found.update(dict.fromkeys((_unquoted(text), *_loose_readings(text))))
        extended = [pair for pair in known if pair[0] not in _BOUNDARY_KEYS]
        found.update((name.encode("utf-8", "replace"), None) for name in _names(extended, _BOUNDARY_KEYS))
    return list(found)


def charset_in(values: list[bytes]) -> str:
    """The first charset that a Content-Type names, "" for none."""
    for value in values:
        if b"charset" in value.lower():
            found = (text for key, text in parameters(value) if key == b"charset")
            return _unquoted(next(found, b"")).decode("latin-1")
    return ""


def _without_and_with_comments(value: bytes) -> tuple[bytes, ...]:
    return (value, without_comments(value)) if b"(" in value else (value,)


def _wanted(found: Parameters, keys: frozenset[bytes]) -> Iterator[tuple[bytes, bytes]]:
    return (pair for pair in found if pair[0] in keys)


def _loose_readings(text: bytes) -> Iterator[bytes]:
    """What programs make of a value that is quoted in part, or that has spaces and no quotes."""
    if text.startswith(b'"'):
        first = re.match(rb'"((?:[^"\\]|\\.)*)', text, re.DOTALL)
        if first is not None and first.end() + 1 < len(text):
            yield _without_pairs(first[1])
            yield text.replace(b'"', b"")
    elif b'"' in text:
        yield text.replace(b'"', b"")
        yield text.partition(b'"')[0].strip()
    if text and not text.startswith(b'"') and (words := text.split()) and len(words) > 1:
        yield words[0]
    if text.startswith(b"'"):
        yield text.strip(b"'")


def _name(text: bytes) -> str:
    return decoded_words(decoded(text))


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


def _pieces(value: bytes) -> list[bytes]:
    """The value cut at semicolons outside quotes; an open quote runs to the end."""
    pieces: list[bytes] = []
    current = bytearray()
    for token in re.finditer(rb'"(?:[^"\\]|\\.)*"?|;|[^";]+', value, re.DOTALL):
        text = token.group()
        if text == b";":
            pieces.append(bytes(current))
            current.clear()
            if len(pieces) > PARAMETERS_MAXIMUM:
                # What lies behind cannot be left out: some program reads it.
                raise Refused(f"more than {PARAMETERS_MAXIMUM} parameters in one field")
        else:
            current += text
    pieces.append(bytes(current))
    return pieces


def _unquoted(text: bytes) -> bytes:
    """Without quotes and quoted-pairs (RFC 5322 §3.2.4), also when the last quote is missing."""
    if not text.startswith(b'"'):
        return text
    return _without_pairs(text[1:].rpartition(b'"')[0] if text.count(b'"') > 1 else text[1:])


def _without_pairs(text: bytes) -> bytes:
    return re.sub(rb"\\(.)", rb"\1", text, flags=re.DOTALL)


def _names(found: Parameters, keys: frozenset[bytes]) -> Iterator[str]:
    sections: dict[bytes, dict[int, list[tuple[bytes, bool]]]] = {}
    for key, text in found:
        section = _SECTION.match(key)
        if key in keys:
            value = _unquoted(text)
            yield _name(value)
            if b"%" in value:
                yield _name(_percent_decoded(value))
        elif section is not None and section[1] in keys:
            if section[2] is None:
                yield _extended(_unquoted(text))
            else:
                numbered = sections.setdefault(section[1], {}).setdefault(int(section[2]), [])
                numbered.append((_unquoted(text), section[3] == b"*"))
    for parts in sections.values():
        # A section that is there twice: some programs take the first, some the last.
        for pick in (0, -1) if any(len(each) > 1 for each in parts.values()) else (0,):
            yield from _continued({number: each[pick] for number, each in parts.items()})


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
