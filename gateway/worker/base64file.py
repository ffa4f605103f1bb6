"""A large file in base64, decoded where it is read: most of what large files hold needs no look.

Knows nothing of what the file is. Only for base64 that all programs read alike.
"""

from __future__ import annotations

import binascii
import io
from mmap import mmap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# Below this, decoding all of it costs less than a millisecond.
LARGE_OCTETS: Final = 262_144
# RFC 2045 §6.8 allows 76 characters; some programs write longer lines.
LINE_MAXIMUM_OCTETS: Final = 1_000

_BLOCK_OCTETS: Final = 262_144
_WHITE_SPACE: Final = b" \t\r\n"
_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


class Base64File(io.RawIOBase):
    """Readable and seekable. Build it with `regular`."""

    def __init__(self, octets: bytes | mmap, start: int, lines: tuple[int, int, int], end: bytes) -> None:
        """`lines`: how many there are, octets of the file in each, and octets that each takes; `end` comes behind."""
        super().__init__()
        self._octets = octets
        self._start = start
        self._lines, self._line_octets, self._stride = lines
        self._end = end
        self._at = 0
        self.size_octets = self._lines * self._line_octets + len(end)

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """The new place. Raises ValueError before the beginning."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size_octets}[whence]
        if base + offset < 0:
            raise ValueError("before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        """The next octets; 0 at the end."""
        view = memoryview(buffer).cast("B")
        found = self.part(self._at, min(len(view), _BLOCK_OCTETS))
        view[: len(found)] = found
        self._at += len(found)
        return len(found)

    def part(self, at: int, octets: int) -> bytes:
        """So many octets from this place on, fewer at the end."""
        first = min(at // self._line_octets, self._lines)
        last = min((at + octets) // self._line_octets + 1, self._lines)
        encoded = self._octets[self._start + first * self._stride : self._start + last * self._stride]
        decoded = binascii.a2b_base64(encoded)
        if last == self._lines:
            decoded += self._end
        skipped = at - first * self._line_octets
        return decoded[skipped : skipped + octets]


def regular(octets: bytes | mmap, start: int, end: int) -> Base64File | None:
    """The file encoded between these places, if it is large and each line but the last is as long as the first.

    Clean base64 in whole groups of four, so that no two programs decode it differently; None for anything else.
    """
    if end - start < LARGE_OCTETS:
        return None
    line, found, _ = octets[start : start + LINE_MAXIMUM_OCTETS].partition(b"\n")
    line_end = b"\r\n" if line.endswith(b"\r") else b"\n"
    stride = len(line) + 1
    characters = stride - len(line_end)
    if not found or not characters or characters % 4:
        return None
    last = octets[end - LINE_MAXIMUM_OCTETS : end]
    end -= len(last) - len(last.rstrip(_WHITE_SPACE))
    # The last line may be shorter and may have padding.
    lines = (end - start) // stride
    rest = _rest(octets[start + lines * stride : end])
    if rest is None or not _are_regular(octets, start, lines, (stride, line_end)):
        return None
    return Base64File(octets, start, (lines, characters // 4 * 3, stride), rest)


def _are_regular(octets: bytes | mmap, start: int, lines: int, shape: tuple[int, bytes]) -> bool:
    """True when nothing but the alphabet stands there and the line ends, each in its place."""
    stride, line_end = shape
    step = max(_BLOCK_OCTETS // stride, 1)
    for first in range(0, lines, step):
        count = min(step, lines - first)
        block = octets[start + first * stride : start + (first + count) * stride]
        if block.translate(None, _ALPHABET) != line_end * count:
            return False
        for place, octet in enumerate(line_end, stride - len(line_end)):
            if block[place::stride] != bytes([octet]) * count:
                return False
    return True


def _rest(encoded: bytes) -> bytes | None:
    """What the last line holds; None when it is not clean."""
    bare = encoded.translate(None, _WHITE_SPACE)
    characters = bare.rstrip(b"=")
    if len(bare) % 4 or len(bare) - len(characters) > 2 or characters.translate(None, _ALPHABET):
        return None
    return binascii.a2b_base64(bare)
