"""Undoes transfer encodings as lenient programs do: base64 with junk, quoted-printable, uuencode.

Knows no MIME structure.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Final

from gateway.core import ambiguity
from gateway.worker.report import Refused

BASE64_SECTIONS_MAXIMUM: Final = 1_000
UUENCODED_FILES_MAXIMUM: Final = 100

_NOT_BASE64: Final = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
# What base64 may be made of: its alphabet, white space, padding.
_CLEAN: Final = bytes(set(range(256)) - set(_NOT_BASE64)) + b" \t\r\n"
_ENCODING: Final = re.compile(r"base64|quoted-printable|uuencode|uue\b")
_ENCODINGS: Final = frozenset({"base64", "quoted-printable", "x-uuencode", "uuencode", "x-uue", "uue"})
_IDENTITY: Final = frozenset({"", "7bit", "8bit", "binary"})
_PADS: Final = re.compile(rb"=+")
_UUENCODE: Final = re.compile(rb"^begin(-base64)? [0-7]{3,4} ([^\r\n]+)\r?\n", re.MULTILINE)
_UUENCODE_END: Final = re.compile(rb"^(?:end|====)[ \t]*\r?$", re.MULTILINE)


def readings(octets: bytes, encodings: tuple[str, ...], notes: set[str], is_text: bool = False) -> Iterator[bytes]:
    """What the octets are to programs that believe each of these encodings; as they are where none is known.

    Adds to `notes` what decoders disagree about, and gives each of their results; a text has one that counts.
    """
    names = _known(encodings)
    is_odd = any(name not in _ENCODINGS and name not in _IDENTITY for name in encodings)
    if is_odd and not is_text:
        notes.add(ambiguity.UNKNOWN_ENCODING)
        names = list(dict.fromkeys((*names, "base64", "quoted-printable")))
    for name in names:
        if name == "base64":
            yield from (base64_decoded(octets),) if is_text else _base64_readings(octets, notes)
        elif name == "quoted-printable":
            yield binascii.a2b_qp(octets)
        else:
            yield from (data for _, data in uuencoded(octets))
    if not names or is_odd or len(set(encodings)) > 1:
        yield octets


def base64_decoded(octets: bytes) -> bytes:
    """Every character outside the alphabet ignored (RFC 2045 §6.8); what follows padding is read on as a new piece."""
    if _is_one_section(octets):
        # The C library passes over foreign characters by itself, without another copy of the file.
        with suppress(binascii.Error):
            return binascii.a2b_base64(octets)
    sections = _PADS.split(octets.translate(None, _NOT_BASE64), BASE64_SECTIONS_MAXIMUM)
    return b"".join(_base64_section(section) for section in sections)


def _known(encodings: tuple[str, ...]) -> list[str]:
    """The encodings that stand in these words, also with something around them."""
    found = [match[0] for encoding in encodings for match in _ENCODING.finditer(encoding)]
    return list(dict.fromkeys("uuencode" if name == "uue" else name for name in found))


def _base64_readings(octets: bytes, notes: set[str]) -> list[bytes]:
    """What decoders make of base64 that is not clean: they skip, stop, or begin anew at what does not belong there."""
    foreign = octets.translate(None, _CLEAN)
    if not foreign and _is_one_section(octets):
        return [base64_decoded(octets)]
    notes.add(ambiguity.BASE64)
    bare = octets.translate(None, _NOT_BASE64)
    texts = [bare.replace(b"=", b""), bare.partition(b"=")[0]]
    if foreign:
        texts.append(octets[: octets.index(foreign[:1])].translate(None, _NOT_BASE64).partition(b"=")[0])
    return list(dict.fromkeys((base64_decoded(octets), *map(_base64_section, texts))))


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
    for ended in BytesIO(body):
        line = ended.rstrip(b"\r\n")
        try:
            data = binascii.a2b_uu(line)
        except binascii.Error:
            # Some encoders write too many characters: believe the count in the first one, as uudecode does.
            count = (line[0] - 32) & 63 if line else 0
            try:
                data = binascii.a2b_uu(line[: 1 + (count + 2) // 3 * 4])
            except binascii.Error:
                continue
        # What a count promises and the line does not hold is zeros to the decoder: 45 octets for one.
        decoded += data[: len(line)]
    return bytes(decoded)
