"""How the command prints: tables that fit the terminal, JSON, ages and sizes in words; colour only where it is wanted.

Knows nothing of what is printed, but lets no control character through.
"""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO

import msgspec

from gateway.core.text import safe

SCHEMA = "poterne/1"
COLUMN_MINIMUM = 8
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))
_GAP = "  "
_STYLES = {"bold": "1", "good": "32", "bad": "31", "faint": "2"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `shrinks` when it may be cut to make the table fit, down to `least` columns."""

    title: str
    shrinks: bool = False
    least: int = COLUMN_MINIMUM


class Output:
    """`width` is the terminal's columns, None where lines may be as long as they like (a pipe, a file)."""

    def __init__(self, stdout: TextIO, stderr: TextIO, environment: Mapping[str, str], as_json: bool = False) -> None:
        self._stdout = stdout
        self._stderr = stderr
        self.as_json = as_json
        terminal = stdout.isatty()
        self.width = shutil.get_terminal_size().columns if terminal else None
        # https://no-color.org: any value but the empty one.
        self._colour = terminal and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
        self._plain_letters = "utf" not in (getattr(stdout, "encoding", None) or "utf-8").lower()

    def line(self, text: str = "") -> None:
        """One line of the answer."""
        print(text, file=self._stdout, flush=True)

    def ask(self, question: str) -> None:
        """A question whose answer is typed behind it."""
        print(question, end=" ", file=self._stderr, flush=True)

    def say(self, text: str) -> None:
        """One line that is talk, not answer."""
        print(text, file=self._stderr, flush=True)

    def styled(self, text: str, style: str) -> str:
        """The text as good, bad, bold or faint, where colours are wanted."""
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self._colour else text

    def json(self, value: object) -> None:
        """One object on one line, with the schema in front."""
        plain = msgspec.to_builtins(value)
        whole: dict[str, Any] = {"schema": SCHEMA, **plain}
        self.line(json.dumps(whole, ensure_ascii=self._plain_letters, separators=(",", ":")))

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
        """Aligned; on a terminal no wider than that."""
        cells = [[safe(cell) for cell in row] for row in rows]
        titles = [column.title for column in columns]
        widths = [max(map(shown_width, column)) for column in zip(titles, *cells, strict=True)]
        if self.width is not None:
            widths = _fitted(columns, widths, self.width - len(_GAP) * (len(columns) - 1))
        if any(titles):
            self.line(self.styled(_row(titles, widths), "bold"))
        for row in cells:
            self.line(_row(row, widths))

    def paragraph(self, text: str, indent: str = "") -> None:
        """Text broken at the terminal's width."""
        for line in wrapped(safe(text), (self.width or 100) - len(indent)):
            self.line(indent + line)


def shown_width(text: str) -> int:
    """How many columns a terminal needs for it."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def cut(text: str, width: int) -> str:
    """The text in at most `width` columns, with an ellipsis where it was cut."""
    if shown_width(text) <= width:
        return text
    kept, used = [], 1
    for character in text:
        used += _columns(character)
        if used > width:
            break
        kept.append(character)
    return "".join(kept) + "…"


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns, broken at spaces; a longer word stands alone."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and shown_width(longer) > width:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]


def age(moment: datetime, now: datetime) -> str:
    """How long ago, in words; "just now" also for a moment to come (two clocks never agree)."""
    passed = span(moment, now)
    return f"{passed} ago" if passed else "just now"


def until(moment: datetime, now: datetime) -> str:
    """How long from now, in words."""
    left = span(now, moment)
    return f"in {left}" if left else "soon"


def span(start: datetime, end: datetime) -> str:
    """How much time lies between, in its largest unit: "3 hours"; "" for less than a minute."""
    seconds = (end - start).total_seconds()
    for unit, length in _UNITS:
        if seconds >= length:
            return counted(int(seconds // length), unit)
    return ""


def counted(number: int, unit: str) -> str:
    """The number with its unit: "1 day", "2 days"."""
    return f"{number} {unit}{'' if number == 1 else 's'}"


def weight(score: float) -> str:
    """What a reason added, "" for a rule that decides without points."""
    return f"{score:+.1f}" if score else ""


def size(octets: int) -> str:
    """Octets for people: 12 KiB."""
    amount = float(octets)
    for unit in ("octets", "KiB", "MiB"):
        if amount < 1_024:
            return f"{amount:.0f} {unit}" if unit == "octets" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1_024
    return f"{amount:.1f} GiB"


def points(score: float | None) -> str:
    """A score with one decimal, "" when there is none."""
    return "" if score is None else f"{score:.1f}"


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    shown = [cut(cell, width) for cell, width in zip(cells, widths, strict=True)]
    return _GAP.join(
        cell + " " * (width - shown_width(cell)) for cell, width in zip(shown, widths, strict=True)
    ).rstrip()


def _fitted(columns: Sequence[Column], widths: Sequence[int], room: int) -> list[int]:
    """Take from the widest shrinking column that can give, again and again, until all fit or none can give more."""
    fitted = list(widths)
    while sum(fitted) > room:
        may = [index for index, column in enumerate(columns) if column.shrinks and fitted[index] > column.least]
        if not may:
            break
        fitted[max(may, key=lambda index: fitted[index])] -= 1
    return fitted
