"""One immutable message: its octets, the one header/body split, its fields, and edits on top.

Every check and every delivery uses this split and no other, so that nobody reads body as header
(reliability.md §3). Knows only CRLF lines; what came with others was refused or repaired before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from mmap import mmap

# More fields than any honest message (Haraka stops at 1,000 lines); beyond it the message is refused.
FIELDS_MAXIMUM = 2_000
# Exim accepts 1 MB of header; beyond it the message is refused, because header parsers are superlinear.
HEADER_MAXIMUM_OCTETS = 1_048_576

# Nearly every header ends within this; what is behind it is not copied to be searched.
_ORDINARY_OCTETS = 32_768

# RFC 5322 §2.2: printable ASCII but the colon.
_NAME = re.compile(rb"[!-9;-~]+")


class MessageError(ValueError):
    """The octets are no message we handle; the text says why, for the admin."""


@dataclass(frozen=True, slots=True)
class Field:
    """One header field with its folding and final CRLF, octet for octet.

    `name` is what stands before the colon as written, without trailing white space; b"" for a line
    that is no field at all (no colon). `has_space_before_colon` marks an evasion (reliability.md §8).
    """

    name: bytes
    octets: bytes

    @property
    def key(self) -> str:
        """The name in lower case, to compare."""
        return self.name.decode("latin-1").lower()

    @property
    def value(self) -> bytes:
        """What stands behind the colon, unfolded (RFC 5322 §2.2.3), stripped; b"" for a malformed line."""
        if not self.name:
            return b""
        return self.octets.split(b":", 1)[1].replace(b"\r\n", b"").strip(b" \t")

    @property
    def has_space_before_colon(self) -> bool:
        """True for `From : x`, which readers disagree about."""
        before = self.octets.split(b":", 1)[0]
        return bool(self.name) and before != self.name


@dataclass(frozen=True, slots=True)
class Edits:
    """What delivery changes: fields (by index into `Message.fields`) that go, and octets put on top.

    `prepend` holds whole fields with their final CRLF, in the order in which they will stand.
    """

    remove: frozenset[int] = frozenset()
    prepend: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """The octets as received, never changed. `body_at` is the index of the body's first octet.

    `octets` is read-only; slices of it are views, not copies. Build it with `Message.of`. `is_honest`: whoever took it
    in has seen that no CR or LF stands alone in it and no NUL at all (DESIGN D3), so that nobody has to look again.
    """

    octets: memoryview = field(repr=False)
    body_at: int
    fields: tuple[Field, ...] = field(repr=False)
    is_honest: bool = False

    @classmethod
    def of(cls, octets: bytes | bytearray | memoryview | mmap, *, is_honest: bool = False) -> Message:
        """Split once, at the first empty line. Raises MessageError beyond the limits above."""
        view = memoryview(octets).toreadonly()
        header_end, body_at = _split(view)
        header = bytes(view[:header_end])
        return cls(view, body_at, tuple(_fields(header)), is_honest)

    @property
    def size_octets(self) -> int:
        """Header, empty line and body."""
        return len(self.octets)

    @property
    def header(self) -> bytes:
        """All fields, without the empty line."""
        return b"".join(each.octets for each in self.fields)

    @property
    def body(self) -> memoryview:
        """Everything behind the empty line."""
        return self.octets[self.body_at :]

    @property
    def begins_indented(self) -> bool:
        """True when the first line continues nothing: put below other fields it would vanish into them."""
        return bytes(self.octets[:1]) in (b" ", b"\t")

    def named(self, key: str) -> tuple[Field, ...]:
        """The fields of this name (lower case), from the top."""
        wanted = key.encode()
        return tuple(each for each in self.fields if each.name.lower() == wanted)

    def edited(self, edits: Edits) -> Iterator[bytes | memoryview]:
        """The octets to hand on, in pieces: additions, the kept fields unchanged and in order, the rest.

        The body is never copied.
        """
        yield from edits.prepend
        if not edits.remove:
            yield self.octets
            return
        yield b"".join(each.octets for index, each in enumerate(self.fields) if index not in edits.remove)
        header_octets = sum(len(each.octets) for each in self.fields)
        yield self.octets[header_octets:]


def _split(view: memoryview) -> tuple[int, int]:
    """Where the header ends and where the body begins."""
    if bytes(view[:2]) == b"\r\n":
        return 0, 2
    # Only a header within the limit is searched, so a message without an empty line costs no more.
    for octets in (_ORDINARY_OCTETS, HEADER_MAXIMUM_OCTETS + 4):
        at = bytes(view[:octets]).find(b"\r\n\r\n")
        if at >= 0:
            return at + 2, at + 4
    if len(view) > HEADER_MAXIMUM_OCTETS:
        raise MessageError(f"the header is longer than {HEADER_MAXIMUM_OCTETS} octets")
    return len(view), len(view)


def _fields(header: bytes) -> Iterator[Field]:
    """Cut the header into fields; a line that begins with white space continues the one before."""
    start = 0
    count = 0
    end = len(header)
    while start < end:
        stop = header.find(b"\r\n", start)
        while stop >= 0 and header[stop + 2 : stop + 3] in (b" ", b"\t"):
            stop = header.find(b"\r\n", stop + 2)
        stop = end if stop < 0 else stop + 2
        count += 1
        if count > FIELDS_MAXIMUM:
            raise MessageError(f"the header has more than {FIELDS_MAXIMUM} fields")
        octets = header[start:stop]
        yield Field(_name(octets), octets)
        start = stop


def _name(octets: bytes) -> bytes:
    """What stands before the colon when that can be a field name (RFC 5322 §2.2), else b""."""
    before, colon, _ = octets.partition(b":")
    name = before.rstrip(b" \t")
    return name if colon and _NAME.fullmatch(name) else b""
