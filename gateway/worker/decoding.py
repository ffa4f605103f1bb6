"""Undoes transfer encodings as lenient programs do: base64 with junk, quoted-printable, uuencode.

Knows no MIME structure.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

from gateway.worker.report import Refused

BASE64_SECTIONS_MAXIMUM: Final = 1_000
UUENCODED_FILES_MAXIMUM: Final = 100

_NOT_BASE64: Final = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_PADS: Final = re.compile(rb"=+")
_UUENCODE: Final = re.compile(rb"^begin(-base64)? [0-7]{3,4} ([^\r\n]+)\r?\n", re.MULTILINE)
_UUENCODE_END: Final = re.compile(rb"^(?:end|====)[ \t]*\r?$", re.MULTILINE)


def readings(octets: bytes, encodings: tuple[str, ...]) -> Iterator[bytes]:
    """What the octets are to programs that believe each of these encodings; as they are where none is known."""
    known: dict[str, Callable[[bytes], bytes]] = {"base64": base64_decoded, "quoted-printable": binascii.a2b_qp}
    names = [name for name in dict.fromkeys(encodings) if name in known]
    for name in names:
        yield known[name](octets)
    if "x-uuencode" in encodings or "uuencode" in encodings or "x-uue" in encodings:
        names.append("uuencode")
        for _, data in uuencoded(octets):
            yield data
    if not names or len(set(encodings)) > 1:
        yield octets


def base64_decoded(octets: bytes) -> bytes:
    """Every character outside the alphabet ignored (RFC 2045 §6.8); what follows padding is read on as a new piece."""
    if _is_one_section(octets):
        # The C library passes over foreign characters by itself, without another copy of the file.
        with suppress(binascii.Error):
            return binascii.a2b_base64(octets)
    sections = _PADS.split(octets.translate(None, _NOT_BASE64), BASE64_SECTIONS_MAXIMUM)
    return b"".join(_base64_section(section) for section in sections)


def uuencoded(text: bytes) -> Iterator[tuple[str, bytes]]:
    """The name and octets of each uuencoded file in a text; Outlook shows them as attachments.

    Raises Refused when there are more than any honest message has.
    """
    begin = _UUENCODE.search(text) if b"begin" in text else None
    for _ in range(UUENCODED_FILES_MAXIMUM):
        if begin is None:
            return
        # A file without an end goes on to the next one.
        following = _UUENCODE.search(text, begin.end())
        limit = following.start() if following else len(text)
        end = _UUENCODE_END.search(text, begin.end(), limit)
        body = text[begin.end() : end.start() if end else limit]
        yield begin[2].decode("utf-8", "replace").strip(), base64_decoded(body) if begin[1] else _uudecoded(body)
        begin = following
    if begin is not None:
        raise Refused(f"more than {UUENCODED_FILES_MAXIMUM} uuencoded files")


def _is_one_section(octets: bytes) -> bool:
    """True when nothing but white space stands behind the first padding."""
    at = octets.find(b"=")
    return at < 0 or (not octets[at : at + 100].strip(b"= \t\r\n") and len(octets) - at <= 100)


def _base64_section(section: bytes) -> bytes:
    section = section.replace(b"=", b"")
    if len(section) % 4 == 1:
        section = section[:-1]
    return binascii.a2b_base64(section + b"=" * (-len(section) % 4))


def _uudecoded(body: bytes) -> bytes:
    decoded = bytearray()
    for line in body.splitlines():
        try:
            decoded += binascii.a2b_uu(line)
        except binascii.Error:
            # Some encoders write too many characters: believe the count in the first one, as uudecode does.
            count = (line[0] - 32) & 63 if line else 0
            try:
                decoded += binascii.a2b_uu(line[: 1 + (count + 2) // 3 * 4])
            except binascii.Error:
                continue
    return bytes(decoded)
