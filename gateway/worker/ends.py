"""The two ends of a large file in base64, when nothing in its middle says more about what it is: pictures, films.

Reads each octet once and decodes little. Knows base64; what the ends tell is `kinds`' business.
"""

from __future__ import annotations

import binascii
from mmap import mmap
from typing import Final

from gateway.worker.kinds import HEAD_OCTETS, TAIL_OCTETS, told_by_ends

# Below this, decoding all of it costs less than a millisecond.
LARGE_OCTETS: Final = 524_288

_BLOCK_OCTETS: Final = 262_144
_WHITE_SPACE: Final = b" \t\r\n"
_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
# Encoded octets that hold so many of the file, also in lines of one group of four characters.
_HEAD_ENCODED: Final = 2 * HEAD_OCTETS
_TAIL_ENCODED: Final = 2 * TAIL_OCTETS


def both_ends(octets: bytes | mmap, start: int, end: int, extension: str) -> bytes | None:
    """Head and tail of the file that is encoded between these places; None for one that must be decoded whole.

    That is one which is not large, holds more than clean base64 with white space, or whose ends do not tell all.
    `extension` is the one by which programs choose what opens it.
    """
    if end - start < LARGE_OCTETS:
        return None
    head = _group_decoded(octets[start : start + _HEAD_ENCODED], 0)
    if len(head) < HEAD_OCTETS or told_by_ends(head, b"", extension) is None:
        return None
    tail_at = end - _TAIL_ENCODED
    before = _characters(octets, start, tail_at)
    tail = None if before is None else _tail(octets[tail_at:end], before)
    if tail is None or len(tail) < TAIL_OCTETS:
        return None
    unwanted = told_by_ends(head, tail, extension)
    if unwanted is None or (unwanted and _may_hold(octets, start, end, unwanted)):
        return None
    return head + tail


def _characters(octets: bytes | mmap, start: int, end: int) -> int | None:
    """How many characters of base64 stand there; None when there is more than these and white space."""
    spaces = 0
    for at in range(start, end, _BLOCK_OCTETS):
        others = octets[at : min(at + _BLOCK_OCTETS, end)].translate(None, _ALPHABET)
        if others.translate(None, _WHITE_SPACE):
            return None
        spaces += len(others)
    return end - start - spaces


def _may_hold(octets: bytes | mmap, start: int, end: int, unwanted: tuple[bytes, ...]) -> bool:
    """True when one of these stands in the file, and where lines do not end with whole groups of four characters."""
    overlap = max(map(len, unwanted)) - 1
    last = b""
    while start < end:
        block = octets[start : min(start + _BLOCK_OCTETS, end)]
        lines = block if start + len(block) == end else block[: block.rfind(b"\n") + 1]
        try:
            decoded = last + binascii.a2b_base64(lines)
        except binascii.Error:
            return True
        if not lines or any(each in decoded for each in unwanted):
            return True
        start += len(lines)
        last = decoded[-overlap:]
    return False


def _tail(encoded: bytes, before: int) -> bytes | None:
    """The end of the file, when nothing but padding stands behind its last character."""
    bare = encoded.translate(None, _WHITE_SPACE)
    characters = bare.rstrip(b"=")
    if len(bare) - len(characters) > 2 or characters.translate(None, _ALPHABET) or (before + len(characters)) % 4 == 1:
        return None
    return _group_decoded(characters, -before % 4)


def _group_decoded(encoded: bytes, skipped: int) -> bytes:
    """The octets of the characters behind the first `skipped`; a last group that is not whole gets its padding."""
    characters = encoded.translate(None, _WHITE_SPACE)[skipped:]
    if len(characters) % 4 == 1:
        characters = characters[:-1]
    try:
        return binascii.a2b_base64(characters + b"=" * (-len(characters) % 4))
    except binascii.Error:
        return b""
