"""Which of two releases is the older, by their version texts ("0.2.0", "0.2.0-12-gabc1234"). Pure.

Knows no update; who may install what is decided elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

VERSION_MAXIMUM_CHARACTERS = 64
_VERSION = re.compile(r"v?(\d{1,6}(?:\.\d{1,6}){0,3})(?:-(\d{1,6})-g[0-9a-f]{4,40})?(?:[-+~][0-9A-Za-z.+~-]*)?")


@dataclass(frozen=True, slots=True, order=True)
class Release:
    """What counts of a version: its numbers, and how many commits it is past them. Equal ones may differ in build."""

    numbers: tuple[int, ...]
    commits: int = 0

    @classmethod
    def parse(cls, text: str) -> Release:
        """The version as the image and its bundles carry it. Raises ValueError for a text that is none."""
        found = _VERSION.fullmatch(text) if len(text) <= VERSION_MAXIMUM_CHARACTERS else None
        if found is None:
            raise ValueError(f"{text[:VERSION_MAXIMUM_CHARACTERS]!r} is no version")
        numbers = [int(each) for each in found[1].split(".")]
        while len(numbers) > 1 and not numbers[-1]:
            numbers.pop()
        return cls(tuple(numbers), int(found[2] or 0))


def is_older(version: str, than: str) -> bool:
    """True when the first is an older release than the second. Raises ValueError when either is no version."""
    return Release.parse(version) < Release.parse(than)
