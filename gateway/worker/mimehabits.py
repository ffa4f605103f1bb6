"""How recipients' programs differ in reading MIME: one `Habits` is one way, `EVERY_BOUNDARY` the widest.

Knows no octets. `others` gives the ways that remain once the first look has found what readers disagree about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

# RFC 5322 §2.1: an empty line ends the header. Some stop at a line of spaces, Python's email at one that is no field.
HeaderEnd = Literal["empty-line", "blank-line", "no-field"]
# What readers may disagree about.
Axis = Literal["shape", "blank-line", "no-field", "prefix"]

# More shapes than this for one part have no honest reason.
SHAPES_MAXIMUM: Final = 6


@dataclass(frozen=True, slots=True)
class Habits:
    """One way to read.

    `shape`: which of several answers (Content-Type fields, boundary parameters) counts, from the front, or -1 for the
    last; None takes every boundary at once. `by_prefix`: a line that goes on behind the boundary is a delimiter too.
    """

    shape: int | None = None
    header_end: HeaderEnd = "empty-line"
    by_prefix: bool = False


EVERY_BOUNDARY: Final = Habits()


def others(axes: Iterable[Axis]) -> Iterator[Habits]:
    """Every way but EVERY_BOUNDARY that these disagreements allow."""
    known = set(axes)
    shapes = (None, *range(SHAPES_MAXIMUM - 1), -1) if "shape" in known else (None,)
    ends: list[HeaderEnd] = ["empty-line"]
    if "blank-line" in known:
        ends.append("blank-line")
    if "no-field" in known:
        ends.append("no-field")
    prefixes = (False, True) if "prefix" in known else (False,)
    for shape, end, by_prefix in product(shapes, ends, prefixes):
        habits = Habits(shape, end, by_prefix)
        if habits != EVERY_BOUNDARY:
            yield habits
