"""Reads the Content fields of one part's header in every way that recipients' programs have. Knows no body.

Linear in the length of the header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.core import ambiguity
from gateway.core.attachments import extension_of
from gateway.worker.mimehabits import SHAPES_MAXIMUM, Axis, Habits
from gateway.worker.mimenames import boundaries_in, charset_in, declared_names, names_in, without_comments
from gateway.worker.report import Refused

# RFC 2046 §5.1.1 allows 70 characters; programs take more.
BOUNDARY_MAXIMUM_OCTETS: Final = 1_000

_CONTENT_FIELD: Final = re.compile(
    rb"^content-(type|disposition|transfer-encoding)[ \t]*(?:\r?\n[ \t]+)?:([^\n]*(?:\n[ \t][^\n]*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_BLANK_LINE: Final = re.compile(rb"^[ \t]+\r?(?:\n|\Z)", re.MULTILINE)
# What Python's feedparser takes for neither a field nor a continued line; an mbox line may stand on top.
_NO_FIELD: Final = re.compile(rb"^(?![!-9;-~]*:|[ \t]|From |\r?(?:\n|\Z))", re.MULTILINE)
_NESTED_TYPES: Final = frozenset({"message/rfc822", "message/global", "message/news"})
_IDENTITY: Final = frozenset({"", "7bit", "8bit", "binary"})
_ENCODINGS: Final = re.compile(r"base64|quoted-printable|uuencode|uue\b")

NESTED: Final = b"\nnested"
LEAF: Final = b"\nleaf"


@dataclass(frozen=True, slots=True)
class PartHeader:
    """What one part's header says, in every reading; types and encodings in lower case.

    `shapes`: what the part is to some program: a boundary, NESTED or LEAF, each once, in order.
    """

    names: tuple[str, ...]
    types: tuple[str, ...]
    encodings: tuple[str, ...]
    shapes: tuple[bytes, ...]
    charset: str = ""

    @property
    def hides(self) -> bool:
        """True when the parts of a multipart lie inside a transfer encoding, which no RFC allows and some undo."""
        return any(is_boundary(shape) for shape in self.shapes) and any(map(_ENCODINGS.search, self.encodings))

    def chosen(self, habits: Habits) -> tuple[bytes, ...]:
        """The shape that counts by these habits; every boundary at once where they do not choose."""
        if habits.shape is not None:
            return (self.shapes[min(habits.shape, len(self.shapes) - 1)],)
        boundaries = tuple(shape for shape in self.shapes if is_boundary(shape))
        return boundaries or ((NESTED,) if NESTED in self.shapes else (LEAF,))


def is_boundary(shape: bytes) -> bool:
    """False for NESTED and LEAF."""
    return shape not in (NESTED, LEAF)


def is_nested_type(kind: str) -> bool:
    """True for a whole message as a part (RFC 2046 §5.2.1, RFC 6532 §3.7)."""
    return kind in _NESTED_TYPES


def is_identity(encoding: str) -> bool:
    """True for an encoding that changes no octet (RFC 2045 §6.2)."""
    return encoding in _IDENTITY


def cuts(header: bytes) -> dict[Axis, re.Match[bytes]]:
    """Where some programs see the header end before its empty line."""
    found: dict[Axis, re.Match[bytes]] = {}
    if blank := _BLANK_LINE.search(header):
        found["blank-line"] = blank
    if odd := _NO_FIELD.search(header):
        found["no-field"] = odd
    return found


def has_content_field(header: bytes, start: int) -> bool:
    """True when a Content field stands behind `start`."""
    return _CONTENT_FIELD.search(header, start) is not None


def read_header(header: bytes, notes: set[str]) -> PartHeader:
    """Everything that the Content fields may mean; adds what readers disagree about. Raises Refused for a flood."""
    fields: dict[bytes, list[bytes]] = {}
    for match in _CONTENT_FIELD.finditer(header):
        fields.setdefault(match[1].lower(), []).append(re.sub(rb"\r?\n", b"", match[2]).strip())
    types = fields.get(b"type", [])
    named = [*fields.get(b"disposition", []), *types]
    kinds = tuple(_word(value) for value in types)
    encodings = tuple(_word(value) for value in fields.get(b"transfer-encoding", []))
    shapes = tuple(_shapes(types, kinds, encodings))
    if len(shapes) > SHAPES_MAXIMUM:
        raise Refused(f"more than {SHAPES_MAXIMUM} boundaries and types for one part")
    notes.update(_disagreements(named, kinds, encodings, shapes))
    return PartHeader(tuple(names_in(named)), kinds, encodings, shapes, charset_in(types))


def _shapes(types: list[bytes], kinds: tuple[str, ...], encodings: tuple[str, ...]) -> dict[bytes, None]:
    """Every shape that some reading gives. A nested message inside an encoding is a leaf to be decoded."""
    shapes: dict[bytes, None] = {}
    has_multipart = any(kind.startswith("multipart") for kind in kinds)
    for value, kind in zip(types, kinds, strict=True):
        boundaries = list(_boundaries(value)) if has_multipart else []
        if boundaries:
            shapes.update(dict.fromkeys(boundaries))
        elif is_nested_type(kind) and all(map(is_identity, encodings)):
            shapes[NESTED] = None
        else:
            shapes[LEAF] = None
    return shapes or {LEAF: None}


def _boundaries(value: bytes) -> Iterator[bytes]:
    """Every boundary that some reading gives; trailing spaces are never part of one."""
    for boundary in boundaries_in(value):
        short = boundary.rstrip()
        if 0 < len(short) <= BOUNDARY_MAXIMUM_OCTETS and b"\n" not in short:
            yield short


def _disagreements(
    named: list[bytes], kinds: tuple[str, ...], encodings: tuple[str, ...], shapes: tuple[bytes, ...]
) -> Iterator[str]:
    if len(set(kinds)) > 1:
        yield ambiguity.TYPES
    if len({"" if is_identity(encoding) else encoding for encoding in encodings}) > 1:
        yield ambiguity.ENCODINGS
    if sum(map(is_boundary, shapes)) > 1:
        yield ambiguity.BOUNDARIES
    if len({extension_of(name) for name in declared_names(named)} - {""}) > 1:
        yield ambiguity.NAMES


def _word(value: bytes) -> str:
    """The first word of a field without comments and parameters, in lower case."""
    bare = without_comments(value) if b"(" in value else value
    return bare.partition(b";")[0].strip().strip(b'"').decode("latin-1").lower()
