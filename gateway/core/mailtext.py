"""Text of our own mail as octets: subjects as encoded words, parts with the encoding that they need; 7-bit only."""

from __future__ import annotations

import quopri
from collections.abc import Sequence
from email.header import Header
from typing import Final

# RFC 5322 §2.1.1: no line beyond 998 characters.
LINE_MAXIMUM: Final = 998
# RFC 5322 §3.4: a group of nobody, for an address that a 7-bit field can't hold.
UNDISCLOSED: Final = "undisclosed-recipients:;"


def encoded(subject: str) -> str:
    """As it is, or as an encoded word (RFC 2047) with our own text in it."""
    return subject if subject.isascii() else Header(subject, "utf-8", header_name="Subject").encode(linesep="\r\n")


def part(kind: str, octets: bytes) -> bytes:
    """A part (header and CRLF lines) with the encoding that it needs to be 7-bit lines of legal length."""
    encoding = "7bit"
    if not _is_seven_bit(octets.split(b"\r\n")):
        encoding = "quoted-printable"
        octets = quopri.encodestring(octets.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    return f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode("ascii") + octets


def text_part(paragraphs: Sequence[str]) -> bytes:
    """Paragraphs with an empty line between them, as they are laid out."""
    text = "\n\n".join(paragraphs) + "\n"
    return part("text/plain; charset=utf-8", text.encode("utf-8", "replace").replace(b"\n", b"\r\n"))


def _is_seven_bit(lines: Sequence[bytes]) -> bool:
    return all(
        line.isascii() and len(line) <= LINE_MAXIMUM and not any(octet in line for octet in b"\r\n\0") for line in lines
    )
