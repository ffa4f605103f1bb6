"""Gathers what one inspection finds, and counts what it may still spend. Knows no format.

Mutable on purpose: it lives for one message inside the child, and only its finding leaves.
"""

from __future__ import annotations

from typing import Final

from gateway.core.attachments import NameHit, extension_of
from gateway.core.finding import AttachmentFinding, AttachmentHit

HITS_MAXIMUM: Final = 20
FAILURES_MAXIMUM: Final = 100
NAMES_MAXIMUM: Final = 100
# One name with each is kept beyond these, so that no flood of others hides an ending from the policy.
ENDINGS_MAXIMUM: Final = 1_000
# Of those beyond; all together must fit into an answer (`protocol.ANSWER_MAXIMUM_OCTETS`).
ENDING_PATH_CHARACTERS: Final = 50
PATH_MAXIMUM_CHARACTERS: Final = 300

UNPACKED_MAXIMUM_OCTETS: Final = 100 * 1024 * 1024
MEMBERS_MAXIMUM: Final = 1_000
ARCHIVE_DEPTH_MAXIMUM: Final = 5
MIME_DEPTH_MAXIMUM: Final = 100
PARTS_MAXIMUM: Final = 10_000
HEADERS_MAXIMUM_OCTETS: Final = 8 * 1024 * 1024
# A part costs as much time as this many octets of text.
PART_COST_OCTETS: Final = 4_096
# Of further readings of what readers disagree about, in all.
READINGS_MAXIMUM_OCTETS: Final = 256 * 1024 * 1024


class TooLarge(Exception):
    """The message unpacks to more than we look at."""


class Refused(Exception):
    """What is there is not looked at, and the text says why: nobody knows what it is."""


class Report:
    """Hits by path and kind, the names seen, and why something could not be examined."""

    def __init__(self) -> None:
        self._hits: dict[tuple[str, str], AttachmentHit] = {}
        self._count: dict[str, int] = {}
        self._names: dict[str, None] = {}
        self._endings: set[str] = set()
        self._is_flooded = False
        self._failures: list[str] = []

    def hit(self, path: str, kind: str, found: str) -> None:
        """Note one thing that policy may want to stop; the first of a kind at a path stands."""
        path = shortened(path)
        # For each kind by itself: a flood of one must not hide another, which the policy may weigh heavier.
        self._count[kind] = self._count.get(kind, 0) + 1
        if self._count[kind] <= HITS_MAXIMUM:
            self._hits.setdefault((path, kind), AttachmentHit(path, kind, found))

    def hits(self, path: str, hits: tuple[NameHit, ...]) -> None:
        """Note several."""
        for kind, found in hits:
            self.hit(path, kind, found)

    def name(self, path: str) -> None:
        """Note a file name for the admin's view, and for a policy that forbids its ending."""
        ending = extension_of(path)
        is_new = ending not in self._endings
        if len(self._names) < NAMES_MAXIMUM:
            self._names[shortened(path)] = None
        elif is_new and len(self._endings) < ENDINGS_MAXIMUM:
            self._names[shortened(path, ENDING_PATH_CHARACTERS)] = None
        elif is_new and not self._is_flooded:
            self._is_flooded = True
            self.unscannable("", f"names with more than {ENDINGS_MAXIMUM} endings")
        if len(self._endings) < ENDINGS_MAXIMUM:
            self._endings.add(ending)

    def unscannable(self, path: str, why: str) -> None:
        """Note what could not be examined."""
        if len(self._failures) < FAILURES_MAXIMUM:
            self._failures.append(f"{shortened(path)}: {why}" if path else why)

    def finding(self, parts: int | None = None) -> AttachmentFinding:
        """All of it as a value, with the number of MIME parts."""
        hits = tuple(self._hits.values())
        result = "unscannable" if self._failures else "hits" if hits else "clean"
        return AttachmentFinding(hits, result, tuple(self._names), "; ".join(self._failures)[:1_000], parts)


class Budget:
    """What one message may cost. Counted as it is spent: declared sizes are lies until read."""

    def __init__(self) -> None:
        self._unpacked = UNPACKED_MAXIMUM_OCTETS
        self._members = MEMBERS_MAXIMUM
        self._parts = PARTS_MAXIMUM
        self._headers = HEADERS_MAXIMUM_OCTETS
        self._readings = READINGS_MAXIMUM_OCTETS

    @property
    def parts(self) -> int:
        """How many MIME parts were counted; more than anybody looks at when the count was given up."""
        return PARTS_MAXIMUM - self._parts

    def give_up(self) -> None:
        """The walk ends before the end: nobody knows how many parts follow."""
        self._parts = min(self._parts, -1)

    def unpacked(self, octets: int) -> None:
        """Spend octets that came out of an archive. Raises TooLarge."""
        self._unpacked -= octets
        if self._unpacked < 0:
            raise TooLarge(f"unpacks to more than {UNPACKED_MAXIMUM_OCTETS // 1024**2} MiB")

    def member(self) -> None:
        """Spend one file in an archive. Raises TooLarge."""
        self._members -= 1
        if self._members < 0:
            raise TooLarge(f"holds more than {MEMBERS_MAXIMUM} files")

    def reading(self, octets: int) -> None:
        """Spend octets that are read once more in another way. Raises Refused."""
        self._readings -= octets
        if self._readings < 0:
            raise Refused(f"more than {READINGS_MAXIMUM_OCTETS // 1024**2} MiB of readings that differ")

    def part_again(self) -> None:
        """Spend one MIME part of a further reading: it counts as work and not as a part. Raises Refused."""
        self.reading(PART_COST_OCTETS)

    def part(self, header_octets: int) -> None:
        """Spend one MIME part. Raises Refused."""
        self._parts -= 1
        self._headers -= header_octets
        if self._parts < 0:
            raise Refused(f"more than {PARTS_MAXIMUM} MIME parts")
        if self._headers < 0:
            raise Refused(f"more than {HEADERS_MAXIMUM_OCTETS} octets of MIME headers")


def shortened(text: str, maximum: int = PATH_MAXIMUM_CHARACTERS) -> str:
    """A long text without its middle: what it begins with, and the ending that decides what opens it."""
    if len(text) <= maximum:
        return text
    tail = maximum * 2 // 3
    return text[: maximum - tail - 1] + "…" + text[-tail:]
