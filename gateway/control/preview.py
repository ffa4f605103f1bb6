"""The header fields and the text of a held message, decoded for people to read; never HTML, never a file.

Looks at a bounded piece of it and gives up quietly: a preview is a courtesy, not a check.
"""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from email.errors import MessageError as EmailError
from email.header import decode_header
from email.message import Message as EmailMessage

from gateway.core.message import Message, MessageError
from gateway.core.text import safe

LOOKED_AT_OCTETS = 65_536
FIELDS_MAXIMUM = 100
LINES_MAXIMUM = 200
LINE_MAXIMUM_CHARACTERS = 300
# What the standard library's parser and codecs raise on hostile input.
_DEFECTS = (EmailError, ValueError, LookupError, RecursionError, TypeError, AttributeError)


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
        (each.name.decode("ascii"), decoded(each.value)) for each in fields if each.name.isascii() and each.name
    )
    return Preview(headers, _text(octets[:LOOKED_AT_OCTETS]))


def decoded(value: bytes) -> str:
    """A field's value with its encoded words (RFC 2047) as text; as it stands when they are broken."""
    raw = value[: 4 * LINE_MAXIMUM_CHARACTERS].decode("utf-8", "replace")
    try:
        words = decode_header(raw)
        text = "".join(w if isinstance(w, str) else w.decode(charset or "latin-1", "replace") for w, charset in words)
    except _DEFECTS:
        text = raw
    return safe(text, LINE_MAXIMUM_CHARACTERS)


def _text(octets: bytes) -> tuple[str, ...]:
    try:
        part = _plain_part(email.message_from_bytes(octets, policy=email.policy.compat32))
        payload = part.get_payload(decode=True) if part else None
        if not isinstance(payload, bytes) or part is None:
            return ()
        text = payload.decode(part.get_content_charset("utf-8"), "replace")
    except _DEFECTS:
        return ()
    lines = text.replace("\r\n", "\n").split("\n")[:LINES_MAXIMUM]
    return tuple(safe(line, LINE_MAXIMUM_CHARACTERS) for line in lines)


def _plain_part(message: EmailMessage) -> EmailMessage | None:
    parts = (part for part in message.walk() if part.get_content_type() == "text/plain")
    return next((part for part in parts if not part.get_filename()), None)
