"""Walks the MIME structure of a message in linear time and without recursion, as lenient as recipients' programs.

Gives the leaves of every reading (`mimehabits`) and what readers disagree about. Knows no content, undoes no encoding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap
from typing import Final

from gateway.core import ambiguity
from gateway.worker.mimehabits import EVERY_BOUNDARY, Axis, Habits, others
from gateway.worker.mimeheader import (
    NESTED,
    PartHeader,
    cuts,
    has_content_field,
    is_boundary,
    is_nested_type,
    read_header,
)
from gateway.worker.report import MIME_DEPTH_MAXIMUM, Budget, Refused

# More than Exim takes of all headers together.
HEADER_MAXIMUM_OCTETS: Final = 1_048_576
# Within this much nearly every header ends.
NEAR_OCTETS: Final = 4_096
# Where the first boundary of a multipart that names none is looked for.
GUESS_OCTETS: Final = 65_536

_HEADER_END: Final = re.compile(rb"(?:\A|\n)\r?\n")
_FIRST_DELIMITER: Final = re.compile(rb"^--([^\s-][^\r\n]{0,199}?)[ \t]*\r?$", re.MULTILINE)


class TooDeep(Exception):
    """Parts in parts without end."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One part without parts: its possible names, types and encodings (lower case), its place, and its depth.

    `boundaries`: not a leaf to every program; undone from its encoding, it is a multipart with these.
    """

    names: tuple[str, ...]
    types: tuple[str, ...]
    encodings: tuple[str, ...]
    start: int
    end: int
    depth: int
    boundaries: tuple[bytes, ...] = ()
    charset: str = ""

    @property
    def is_nested_message(self) -> bool:
        """True for a whole message that an encoding hides from the walk."""
        return any(is_nested_type(kind) for kind in self.types)

    @property
    def is_text(self) -> bool:
        """True for what every program shows instead of saving it."""
        return not self.names and all(kind.startswith("text/") for kind in self.types)


def every_reading(octets: bytes | mmap, budget: Budget, depth: int, notes: set[str]) -> Iterator[Leaf]:
    """Every leaf that some program sees, each once; adds to `notes` what they disagree about (`core.ambiguity`).

    The first walk takes all boundaries at once. Only where it meets a disagreement, one walk for each way to read
    follows. Raises TooDeep, and Refused by the budget, after the leaves that come before.
    """
    seen: set[Leaf] = set()
    axes: set[Axis] = set()
    done: set[Habits] = set()
    waiting = [EVERY_BOUNDARY]
    while waiting:
        for habits in waiting:
            if done:
                budget.reading(len(octets))
            done.add(habits)
            for leaf in _Walk(octets, budget, depth, habits, notes, axes).leaves():
                if leaf not in seen:
                    seen.add(leaf)
                    yield leaf
        # What only one reading shows may have disagreements of its own.
        waiting = [habits for habits in others(axes) if habits not in done]


def leaves(octets: bytes | mmap, budget: Budget, depth: int = 0, habits: Habits = EVERY_BOUNDARY) -> Iterator[Leaf]:
    """The leaves by one reading. Raises as `every_reading`."""
    return _Walk(octets, budget, depth, habits, set(), set()).leaves()


class _Level:
    """A multipart or nested message that is open; a nested message has no boundaries."""

    __slots__ = ("boundaries", "is_closed")

    def __init__(self, boundaries: tuple[bytes, ...]) -> None:
        self.boundaries = boundaries
        self.is_closed = not boundaries


class _Walk:
    """The state of one pass: which boundaries are open, by level."""

    def __init__(
        self, octets: bytes | mmap, budget: Budget, depth: int, habits: Habits, notes: set[str], axes: set[Axis]
    ) -> None:
        self._octets = octets
        self._budget = budget
        self._base = depth
        self._habits = habits
        self._notes = notes
        self._axes = axes
        self._levels: list[_Level] = []
        # What stands behind the two hyphens of a delimiter line of any open level.
        self._delimiter: re.Pattern[bytes] | None = None

    def leaves(self) -> Iterator[Leaf]:
        if self._base > MIME_DEPTH_MAXIMUM:
            raise TooDeep(f"more than {MIME_DEPTH_MAXIMUM} parts in parts")
        at: int | None = 0
        while at is not None:
            header, body = self._header(at)
            shapes = header.chosen(self._habits)
            if is_boundary(shapes[0]):
                is_told = bool(header.hides or header.names) or not self._known().keys().isdisjoint(shapes)
                if is_told:
                    yield self._container(header, shapes, body)
                depth = self._depth
                self._open(shapes)
                _, at = self._end_of(body)
                if at is None and not is_told:
                    # Not one delimiter: what the preamble is to others is the content to some.
                    yield Leaf(header.names, header.types, header.encodings, body, len(self._octets), depth)
            elif shapes[0] == NESTED:
                self._open(())
                at = body
            else:
                depth = self._depth
                end, at = self._end_of(body)
                yield Leaf(header.names, header.types, header.encodings, body, end, depth, (), header.charset)
        if not all(level.is_closed for level in self._levels):
            self._notes.add(ambiguity.UNCLOSED)

    def _container(self, header: PartHeader, shapes: tuple[bytes, ...], body: int) -> Leaf:
        """A multipart as what it is to those who see no parts in it, as far as the parts around it reach."""
        following = self._next_delimiter(body, len(self._octets))
        end = len(self._octets) if following is None else max(_line_end_before(following), body)
        self._budget.reading(end - body)
        if header.hides:
            self._notes.add(ambiguity.ENCODED_MULTIPART)
        inside = shapes if header.hides else ()
        return Leaf(header.names, header.types, header.encodings, body, end, self._depth, inside)

    @property
    def _depth(self) -> int:
        return self._base + len(self._levels)

    def _open(self, boundaries: tuple[bytes, ...]) -> None:
        if self._depth >= MIME_DEPTH_MAXIMUM:
            raise TooDeep(f"more than {MIME_DEPTH_MAXIMUM} parts in parts")
        known = self._known()
        for boundary in boundaries:
            if boundary in known:
                self._notes.add(ambiguity.SAME_BOUNDARY)
            elif any(boundary.startswith(other) or other.startswith(boundary) for other in known):
                self._disagree("prefix", ambiguity.PREFIX)
        self._levels.append(_Level(boundaries))
        if boundaries:
            self._compile()

    def _known(self) -> dict[bytes, None]:
        """The boundaries of all open levels, innermost first."""
        return {boundary: None for level in reversed(self._levels) for boundary in level.boundaries}

    def _disagree(self, axis: Axis, note: str) -> None:
        self._axes.add(axis)
        self._notes.add(note)

    def _compile(self) -> None:
        """One pattern for the delimiter lines of all open levels (RFC 2046 §5.1.1); group 4 where some see none."""
        known = list(self._known())
        if not self._habits.by_prefix:
            known.sort(key=len, reverse=True)
        choices = b"|".join(re.escape(boundary) for boundary in known)
        # Without the longest match first, the innermost one wins: so do programs that compare by prefix.
        self._delimiter = (
            re.compile(rb"(" + choices + rb")(?:(--)?[ \t]*\r?(?=\n|\Z)|(--)?[^\n]*())") if known else None
        )

    def _end_of(self, at: int) -> tuple[int, int | None]:
        """Where what begins here ends, and where the next part begins; levels that end are closed."""
        end: int | None = None
        while (match := self._next_delimiter(at, len(self._octets))) is not None:
            end = max(_line_end_before(match), at) if end is None else end
            level = self._close_below(match[1])
            if match[2] is None and match[3] is None:
                return end, min(match.end() + 1, len(self._octets))
            # Closed: what follows is an epilogue, unless the same boundary comes again, which some programs follow.
            level.is_closed = True
            at = match.end()
        return (len(self._octets) if end is None else end), None

    def _next_delimiter(self, at: int, limit: int) -> re.Match[bytes] | None:
        """The next delimiter line from `at` on that ends before `limit`.

        Hyphens at the beginning of a line are found by the C library; only there the pattern is tried.
        """
        if self._delimiter is None:
            return None
        octets = self._octets
        if at == 0 and octets[:2] == b"--" and (match := self._delimiter_at(2, limit)):
            return match
        # A delimiter may stand right at the beginning of a body: its line break is the one before.
        found = _hyphens(octets, max(at - 1, 0), limit)
        while found >= 0:
            if match := self._delimiter_at(found + 3, limit):
                return match
            found = _hyphens(octets, found + 3, limit)
        return None

    def _delimiter_at(self, at: int, limit: int) -> re.Match[bytes] | None:
        """A delimiter by these habits; one that is so only to programs that compare by prefix is noted."""
        match = self._delimiter.match(self._octets, at, limit) if self._delimiter is not None else None
        if match is None or match[4] is None:
            return match
        self._disagree("prefix", ambiguity.PREFIX)
        return match if self._habits.by_prefix else None

    def _close_below(self, boundary: bytes) -> _Level:
        """Everything inside the innermost level with this boundary is over, closed or not."""
        known = reversed(range(len(self._levels)))
        level = next(number for number in known if boundary in self._levels[number].boundaries)
        ended = self._levels[level + 1 :]
        if not all(each.is_closed for each in ended):
            self._notes.add(ambiguity.UNCLOSED)
        if ended:
            del self._levels[level + 1 :]
            if any(each.boundaries for each in ended):
                self._compile()
        return self._levels[level]

    def _header(self, at: int) -> tuple[PartHeader, int]:
        """What the header that begins here says, and where the body begins."""
        end, body = self._header_place(at)
        if self._habits == EVERY_BOUNDARY:
            self._budget.part(end - at)
        else:
            self._budget.part_again()
        header = self._octets[at:end]
        for axis, cut in cuts(header).items():
            self._axes.add(axis)
            if has_content_field(header, cut.end() - (axis == "no-field")):
                self._notes.add(ambiguity.HEADER_END)
            if axis == self._habits.header_end:
                header = header[: cut.start()]
                body = at + cut.end()
        read = read_header(header, self._notes)
        if len(read.shapes) > 1:
            self._axes.add("shape")
        return self._guessed(read, body), body

    def _header_place(self, at: int) -> tuple[int, int]:
        """Where the header that begins here ends, and where the body begins, by the RFC."""
        limit = min(at + HEADER_MAXIMUM_OCTETS, len(self._octets))
        # Most headers end soon; then no delimiter is looked for behind them.
        if near := _HEADER_END.search(self._octets, max(at - 1, 0), min(at + NEAR_OCTETS, limit)):
            limit = near.end()
        # A part without an empty line ends its header where the next part begins. Found first, so that no part's
        # search for an empty line runs beyond that part: many such parts would cost the square of their number.
        delimiter = self._next_delimiter(at, limit)
        if delimiter is not None:
            limit = max(_line_end_before(delimiter), at)
        blank = _HEADER_END.match(self._octets, at - 1) if at else _HEADER_END.match(self._octets)
        blank = blank or _HEADER_END.search(self._octets, at, limit)
        if blank is None and limit == at + HEADER_MAXIMUM_OCTETS:
            raise Refused(f"a header of more than {HEADER_MAXIMUM_OCTETS} octets")
        return (max(blank.start(), at), blank.end()) if blank else (limit, limit)

    def _guessed(self, header: PartHeader, body: int) -> PartHeader:
        """A multipart that names no boundary: some programs take the first line that looks like one."""
        if any(is_boundary(shape) for shape in header.shapes) or not any(
            kind.startswith("multipart") for kind in header.types
        ):
            return header
        self._notes.add(ambiguity.NO_BOUNDARY)
        first = _FIRST_DELIMITER.search(self._octets, body, body + GUESS_OCTETS)
        if first is None:
            return header
        self._axes.add("shape")
        return PartHeader(header.names, header.types, header.encodings, (first[1], *header.shapes))


def _hyphens(octets: bytes | mmap, at: int, limit: int) -> int:
    """Where the next line that begins with two hyphens has its LF before it; -1 for none before `limit`.

    One octet is found ten times as fast as three, and base64 has no hyphens. Blocks grow with the way, so that what is
    copied for each of many finds is no more than twice the way to it.
    """
    near = octets.find(b"\n--", at, min(at + 1_024, limit))
    if near >= 0:
        return near
    at += 1_022
    size = 2_048
    while at < limit:
        block = octets[at : min(at + size + 2, limit)]
        if b"-" in block and (found := block.find(b"\n--")) >= 0:
            return at + found
        at += size
        size = min(2 * size, 262_144)
    return -1


def _line_end_before(delimiter: re.Match[bytes]) -> int:
    """Where the LF stands that belongs to a delimiter line (RFC 2046 §5.1.1)."""
    return max(delimiter.start() - 3, 0)
