"""One page of a long list, and the place where the next one begins: by (time, id), newest first (D22)."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """The place of one row. `time` is seconds since the epoch, UTC; `id` orders rows of the same time."""

    time: float
    id: str

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Read what `str()` wrote. Raises ValueError for anything else."""
        written, _, row = text.partition(":")
        try:
            time = float.fromhex(written)
        except (ValueError, OverflowError) as error:
            raise ValueError("a cursor is TIME:ID") from error
        if not row or not isfinite(time):
            raise ValueError("a cursor is TIME:ID")
        return cls(time, row)

    def __str__(self) -> str:
        """Exact to the last bit, so that no row is skipped or shown twice."""
        return f"{self.time.hex()}:{self.id}"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`items` newest first; `next` is where to go on, None at the end."""

    items: tuple[T, ...]
    next: Cursor | None = None
