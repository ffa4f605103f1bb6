"""The header fields and the text of a held message, decoded for people to read; never HTML, never a file.

Looks at a bounded piece of it and gives up quietly: a preview is a courtesy, not a check.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from gateway.core import encodedwords
from gateway.core.message import Message, MessageError
from gateway.core.text import safe
from gateway.worker.decoding import readings
from gateway.worker.mime import Leaf, TooDeep, leaves
from gateway.worker.report import Budget, Refused

LOOKED_AT_OCTETS = 65_536
FIELDS_MAXIMUM = 100
LINES_MAXIMUM = 200
LINE_MAXIMUM_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Preview:
    """Decoded fields in order, and the lines of the first plain text part, () when there is none."""

    headers: tuple[tuple[str, str], ...]
    text: tuple[str, ...]


def preview(octets: bytes) -> Preview:
    """Never raises, whatever the octets."""
    try:
        fields = Message.of(octets).fields[:FIELDS_MAXIMUM]
    except MessageError:
        return Preview((), ())
    headers = tuple(
        (safe(each.name.decode("ascii"), LINE_MAXIMUM_CHARACTERS), decoded(each.value))
        for each in fields
        if each.name.isascii() and each.name
    )
    return Preview(headers, _text(octets[:LOOKED_AT_OCTETS]))


def decoded(value: bytes) -> str:
    """A field's value with its encoded words (RFC 2047) as text; as it stands when they are broken."""
    text = encodedwords.decoded_words(encodedwords.decoded(value[: 4 * LINE_MAXIMUM_CHARACTERS]))
    return safe(text, LINE_MAXIMUM_CHARACTERS)


def _text(octets: bytes) -> tuple[str, ...]:
    with suppress(TooDeep, Refused):
        for leaf in leaves(octets, Budget()):
            if _is_plain(leaf):
                body = next(readings(octets[leaf.start : leaf.end], leaf.encodings, set(), is_text=True), b"")
                text = encodedwords.decoded(body, leaf.charset).replace("\r\n", "\n")
                return tuple(safe(line, LINE_MAXIMUM_CHARACTERS) for line in text.split("\n")[:LINES_MAXIMUM])
    return ()


def _is_plain(leaf: Leaf) -> bool:
    return not leaf.names and leaf.types[:1] in ((), ("text/plain",))
