"""Walks the MIME structure of a message once, in linear time and without recursion, as lenient as recipients' programs.

Gives the leaves with every reading of their headers. Knows no content and undoes no encoding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.worker.mimenames import names_in, parameters, without_comments
from gateway.worker.report import MIME_DEPTH_MAXIMUM, Budget

# More than Exim takes of all headers together; what is longer is body to us, as to most programs.
HEADER_MAXIMUM_OCTETS: Final = 1_048_576
# RFC 2046 §5.1.1 allows 70 characters; programs take more.
BOUNDARY_MAXIMUM_OCTETS: Final = 1_000

_HEADER_END: Final = re.compile(rb"(?:\A|\n)\r?\n")
_CONTENT_FIELD: Final = re.compile(
    rb"^content-(type|disposition|transfer-encoding)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)", re.IGNORECASE | re.MULTILINE
)
_NAME_KEYS: Final = frozenset({b"name", b"filename"})
_NESTED_TYPES: Final = frozenset({"message/rfc822", "message/global", "message/news"})
_IDENTITY: Final = frozenset({"", "7bit", "8bit", "binary"})


class TooDeep(Exception):
    """Parts in parts without end."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One part without parts: its possible names, types and encodings (lower case), its place, and its depth."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    encodings: tuple[str, ...]
    start: int
    end: int
    depth: int

    @property
    def is_nested_message(self) -> bool:
        """True for a whole message that an encoding hides from the walk."""
        return any(kind in _NESTED_TYPES for kind in self.types)


@dataclass(frozen=True, slots=True)
class _Header:
    """What one part's header says, in every reading; `body` is where what follows begins."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    encodings: tuple[str, ...]
    boundaries: tuple[bytes, ...]
    body: int


def leaves(octets: bytes, budget: Budget, depth: int = 0) -> Iterator[Leaf]:
    """Every leaf from the top. Raises TooDeep, and Refused by the budget, after those that come before."""
    return _Walk(octets, budget, depth).leaves()


class _Walk:
    """The state of one pass: which boundaries are open, by level."""

    def __init__(self, octets: bytes, budget: Budget, depth: int) -> None:
        self._octets = octets
        self._budget = budget
        self._base = depth
        # A level for each multipart or nested message that is open; a nested message has no boundaries.
        self._levels: list[tuple[bytes, ...]] = []
        # What stands behind the two hyphens of a delimiter line of any open level.
        self._delimiter: re.Pattern[bytes] | None = None

    def leaves(self) -> Iterator[Leaf]:
        if self._base > MIME_DEPTH_MAXIMUM:
            raise TooDeep(f"more than {MIME_DEPTH_MAXIMUM} parts in parts")
        at: int | None = 0
        while at is not None:
            header = self._header(at)
            if header.boundaries:
                self._open(header.boundaries)
                at = self._after_delimiter(header.body)
            elif _is_nested(header):
                self._open(())
                at = header.body
            else:
                depth = self._depth
                end, at = self._end_of(header.body)
                yield Leaf(header.names, header.types, header.encodings, header.body, end, depth)

    @property
    def _depth(self) -> int:
        return self._base + len(self._levels)

    def _open(self, boundaries: tuple[bytes, ...]) -> None:
        if self._depth >= MIME_DEPTH_MAXIMUM:
            raise TooDeep(f"more than {MIME_DEPTH_MAXIMUM} parts in parts")
        self._levels.append(boundaries)
        if boundaries:
            self._compile()

    def _compile(self) -> None:
        """One pattern for the delimiter lines of all open levels (RFC 2046 §5.1.1)."""
        known = {boundary for level in self._levels for boundary in level}
        choices = b"|".join(re.escape(boundary) for boundary in sorted(known, key=len, reverse=True))
        self._delimiter = re.compile(rb"(" + choices + rb")(--)?[ \t]*\r?(?=\n|\Z)") if known else None

    def _after_delimiter(self, at: int) -> int | None:
        """Where the next part begins, past preambles and epilogues; None at the end."""
        return self._end_of(at)[1]

    def _end_of(self, at: int) -> tuple[int, int | None]:
        """Where what begins here ends, and where the next part begins; levels that end are closed."""
        end: int | None = None
        while (match := self._next_delimiter(at, len(self._octets))) is not None:
            end = max(_line_end_before(match), at) if end is None else end
            self._close_below(match[1])
            if match[2] is None:
                return end, min(match.end() + 1, len(self._octets))
            # Closed: what follows is an epilogue, unless the same boundary comes again, which some programs follow.
            at = match.end()
        return (len(self._octets) if end is None else end), None

    def _next_delimiter(self, at: int, limit: int) -> re.Match[bytes] | None:
        """The next delimiter line from `at` on that ends before `limit`.

        Hyphens at the beginning of a line are found by the C library; only there the pattern is tried.
        """
        if self._delimiter is None:
            return None
        octets = self._octets
        if at == 0 and octets.startswith(b"--") and (match := self._delimiter.match(octets, 2, limit)):
            return match
        # A delimiter may stand right at the beginning of a body: its line break is the one before.
        found = octets.find(b"\n--", max(at - 1, 0), limit)
        while found >= 0:
            if match := self._delimiter.match(octets, found + 3, limit):
                return match
            found = octets.find(b"\n--", found + 3, limit)
        return None

    def _close_below(self, boundary: bytes) -> None:
        """Everything inside the innermost level with this boundary is over, closed or not."""
        level = next(number for number in reversed(range(len(self._levels))) if boundary in self._levels[number])
        if level + 1 < len(self._levels):
            has_boundaries = any(self._levels[level + 1 :])
            del self._levels[level + 1 :]
            if has_boundaries:
                self._compile()

    def _header(self, at: int) -> _Header:
        limit = min(at + HEADER_MAXIMUM_OCTETS, len(self._octets))
        # A part without an empty line ends its header where the next part begins. Found first, so that no part's
        # search for an empty line runs beyond that part: many such parts would cost the square of their number.
        delimiter = self._next_delimiter(at, limit)
        if delimiter is not None:
            limit = max(_line_end_before(delimiter), at)
        blank = _HEADER_END.match(self._octets, at - 1) if at else _HEADER_END.match(self._octets)
        blank = blank or _HEADER_END.search(self._octets, at, limit)
        end, body = (max(blank.start(), at), blank.end()) if blank else (limit, limit)
        self._budget.part(end - at)
        return _read(self._octets[at:end], body)


def _line_end_before(delimiter: re.Match[bytes]) -> int:
    """Where the LF stands that belongs to a delimiter line (RFC 2046 §5.1.1)."""
    return max(delimiter.start() - 3, 0)


def _read(header: bytes, body: int) -> _Header:
    fields: dict[bytes, list[bytes]] = {}
    for match in _CONTENT_FIELD.finditer(header):
        fields.setdefault(match[1].lower(), []).append(re.sub(rb"\r?\n", b"", match[2]).strip())
    types = fields.get(b"type", [])
    names = names_in([*fields.get(b"disposition", []), *types], _NAME_KEYS)
    encodings = tuple(_word(value) for value in fields.get(b"transfer-encoding", []))
    kinds = tuple(_word(value) for value in types)
    boundaries = tuple(_boundaries(types)) if any(kind.startswith("multipart/") for kind in kinds) else ()
    return _Header(tuple(names), kinds, encodings, boundaries, body)


def _word(value: bytes) -> str:
    """The first word of a field without comments and parameters, in lower case."""
    bare = without_comments(value) if b"(" in value else value
    return bare.partition(b";")[0].strip().strip(b'"').decode("latin-1").lower()


def _boundaries(types: list[bytes]) -> Iterator[bytes]:
    """Every boundary that some reading gives; trailing spaces are never part of one."""
    seen: set[bytes] = set()
    for value in types:
        for reading in (value, without_comments(value)):
            for key, boundary in parameters(reading):
                short = boundary.rstrip()
                if key == b"boundary" and 0 < len(short) <= BOUNDARY_MAXIMUM_OCTETS and short not in seen:
                    seen.add(short)
                    if len(seen) <= 4:
                        yield short


def _is_nested(header: _Header) -> bool:
    return any(kind in _NESTED_TYPES for kind in header.types) and all(one in _IDENTITY for one in header.encodings)
