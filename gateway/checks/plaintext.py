"""Tells the small messages that are nothing but texts to every reader, so that no worker need look at them (D10).

Strict where `gateway.worker` is lenient: what is not written in the one plain way is for the worker. Passes nothing in
which the worker would find something; a property test holds the two together.
"""

from __future__ import annotations

import binascii
import re
from typing import Final

from gateway.core.message import Message

# Looked at in the event loop: a fraction of a millisecond.
MESSAGE_MAXIMUM_OCTETS: Final = 65_536
PARTS_MAXIMUM: Final = 10

# Header lines about which readers agree: a name, its colon, and continued lines that are not blank.
_HEADER: Final = re.compile(rb"(?:[!-9;-~]+:[^\r\n]*\r\n(?:[ \t]+[^\s][^\r\n]*\r\n)*)*")
# No quote, semicolon, bracket or equals sign: nothing in it can be read as another parameter.
_WORD: Final = rb"[A-Za-z0-9_.:+-]{1,60}"
_PARAMETER: Final = rb'[ \t]*;[ \t]*(?:charset|format|delsp)=(?:"%b"|%b)' % (_WORD, _WORD)
_TEXT: Final = re.compile(rb"text/(?:plain|html)(?:%b)*[ \t]*;?" % _PARAMETER, re.IGNORECASE)
_MULTIPART: Final = re.compile(
    rb"multipart/(?:alternative|mixed|related)(?:[ \t]*;[ \t]*charset=%b)?[ \t]*;[ \t]*"
    rb'boundary=(?:"([A-Za-z0-9_+,./:=?-]{1,70})"|([A-Za-z0-9_+.-]{1,70}))[ \t]*;?' % _WORD,
    re.IGNORECASE,
)
_PART_FIELDS: Final = frozenset({b"content-type", b"content-transfer-encoding"})
_IDENTITY: Final = frozenset({b"", b"7bit", b"8bit"})
_PREAMBLES: Final = frozenset({b"", b"\r\n", b"\r\nThis is a multi-part message in MIME format."})
_UUENCODE: Final = re.compile(rb"(?:\A|[\r\n])begin", re.IGNORECASE)

# A Content-Type and a Content-Transfer-Encoding; b"" where there is none.
_Contents = tuple[bytes, bytes]


def text_parts(message: Message) -> int | None:
    """How many MIME parts this message has when all are texts; None whenever anything else is possible."""
    if not message.is_honest or message.size_octets > MESSAGE_MAXIMUM_OCTETS:
        return None
    contents = _contents(message.header, is_part=False)
    if contents is None:
        return None
    kind, encoding = contents
    body = bytes(message.body)
    if not kind or _TEXT.fullmatch(kind):
        return 1 if _is_text(body, encoding) else None
    found = _MULTIPART.fullmatch(kind)
    if found is None or encoding not in _IDENTITY:
        return None
    parts = _parts(body, found[1] or found[2])
    return len(parts) + 1 if parts and all(map(_is_text_part, parts)) else None


def _parts(body: bytes, boundary: bytes) -> list[bytes]:
    """What stands between the delimiter lines (RFC 2046 §5.1.1) when each of them is one to everybody; else nothing."""
    delimiter = b"--" + boundary
    preamble, *parts = (b"\r\n" + body).split(b"\r\n" + delimiter)
    # A boundary elsewhere in a line is one only to those who read badly.
    if not 2 <= len(parts) <= PARTS_MAXIMUM + 1 or body.count(delimiter) != len(parts) or preamble not in _PREAMBLES:
        return []
    closing = parts.pop()
    if not closing.startswith(b"--") or closing[2:].strip(b"\r\n"):
        return []
    return [part[2:] for part in parts] if all(part.startswith(b"\r\n") for part in parts) else []


def _is_text_part(part: bytes) -> bool:
    header, _, text = part.partition(b"\r\n\r\n")
    contents = _contents(header + b"\r\n", is_part=True)
    return contents is not None and _TEXT.fullmatch(contents[0]) is not None and _is_text(text, contents[1])


def _contents(header: bytes, *, is_part: bool) -> _Contents | None:
    """What the header says of the content when it says it once; None for anything unusual. A part has nothing else."""
    lower = header.lower()
    if b"content-disposition" in lower or lower.count(b"content-type") > 1 or lower.count(b"content-transfer") > 1:
        return None
    if _HEADER.fullmatch(header) is None:
        return None
    found = {b"content-type": b"", b"content-transfer-encoding": b""}
    at = lower.find(b"content-")
    if not is_part and at < 0:
        return b"", b""
    for line in header.replace(b"\r\n ", b" ").replace(b"\r\n\t", b"\t").split(b"\r\n")[:-1]:
        name, _, value = line.partition(b":")
        if (key := name.lower()) in _PART_FIELDS:
            found[key] = value.strip(b" \t")
        elif is_part:
            return None
    return found[b"content-type"], found[b"content-transfer-encoding"].lower()


def _is_text(octets: bytes, encoding: bytes) -> bool:
    """True when no uuencoded file is in it, as it is and undone from its encoding."""
    if _UUENCODE.search(octets):
        return False
    if encoding in _IDENTITY:
        return True
    if encoding == b"quoted-printable":
        return _UUENCODE.search(binascii.a2b_qp(octets)) is None
    if encoding == b"base64":
        try:
            decoded = binascii.a2b_base64(octets.replace(b"\r\n", b""), strict_mode=True)
        except binascii.Error:
            return False
        return _UUENCODE.search(decoded) is None
    return False
