"""Text in pieces, each with a tone; times, ages, sizes, bars as text. Pure: knows neither Textual nor the gateway."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, TypeAlias

from rich.cells import cell_len, set_cell_size

from tui.language import Words, mark

Tone = Literal["", "strong", "muted", "ok", "warn", "bad", "info", "title", "key", "alarm", "pick"]
_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_PARTS: Final = " ▏▎▍▌▋▊▉█"
_DAYS: Final = (mark("Mon"), mark("Tue"), mark("Wed"), mark("Thu"), mark("Fri"), mark("Sat"), mark("Sun"))
_MONTHS: Final = (
    *(mark("Jan"), mark("Feb"), mark("Mar"), mark("Apr"), mark("May"), mark("Jun")),
    *(mark("Jul"), mark("Aug"), mark("Sep"), mark("Oct"), mark("Nov"), mark("Dec")),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text in one tone. The text may be foreign: it never becomes markup."""

    text: str
    tone: Tone = ""


Line: TypeAlias = tuple[Piece, ...]


def line(*parts: Piece | str) -> Line:
    """Pieces and plain texts as one line."""
    return tuple(Piece(part) if isinstance(part, str) else part for part in parts if part != "")


def width(pieces: Line) -> int:
    """Its cells."""
    return sum(cell_len(each.text) for each in pieces)


def fitted(text: str, cells: int) -> str:
    """Exactly so many cells: padded, or cut with an ellipsis."""
    if cells <= 0:
        return ""
    if cell_len(text) <= cells:
        return text + " " * (cells - cell_len(text))
    return set_cell_size(set_cell_size(text, cells - 1) + "…", cells)


def fit(pieces: Line, cells: int) -> Line:
    """The line in exactly so many cells."""
    shown: list[Piece] = []
    left = cells
    for each in pieces:
        needed = cell_len(each.text)
        if needed > left:
            shown.append(Piece(fitted(each.text, left), each.tone))
            return tuple(shown)
        shown.append(each)
        left -= needed
    return (*shown, Piece(" " * left))


def spread(left: Line, right: Line, cells: int) -> Line:
    """Left and right in one line; the right one keeps its place, the left one is cut."""
    right = fit(right, cells) if width(right) > cells else right
    return (*fit(left, max(0, cells - width(right))), *right)


def wrap(text: str, cells: int) -> list[str]:
    """The text in lines of at most so many cells, broken at spaces, a longer word anywhere. At least one line."""
    cells = max(2, cells)
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if cell_len(joined) <= cells:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        while cell_len(word) > cells:
            head = _head(word, cells)
            lines[-1], word = head, word[len(head) :]
            lines.append("")
        lines[-1] = word
    return lines


def paragraph(text: str, cells: int, tone: Tone = "", indent: str = "", first: Line = ()) -> list[Line]:
    """The text as lines: `first` before the first one (above it when it is long), `indent` before the others."""
    cells = max(2, cells)  # a box that has no room yet
    if width(first) > cells // 2:
        return [fit(first, cells), *paragraph(text, cells, tone, indent)]
    margin = max(width(first), cell_len(indent))
    start = (*first, Piece(" " * (margin - width(first))))
    rows = wrap(text, cells - margin)
    return [(*(start if number == 0 else (Piece(" " * margin),)), Piece(row, tone)) for number, row in enumerate(rows)]


def _head(word: str, cells: int) -> str:
    taken = 0
    for count, character in enumerate(word):
        taken += cell_len(character)
        if taken > cells:
            return word[:count] or word[:1]
    return word


def bar(share: float, cells: int) -> str:
    """A bar of so many cells, filled from the left by eighths."""
    eighths = round(max(0.0, min(1.0, share)) * cells * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_PARTS[rest] if rest else "")).ljust(cells)


def columns(values: Sequence[float], rows: int) -> list[str]:
    """Values as columns of eighths: `rows` texts from the top, one character a value. Nothing above zero hides."""
    most = max(values, default=0.0) or 1.0
    heights = [max(1, round(value / most * rows * 8)) if value > 0 else 0 for value in values]
    return ["".join(_EIGHTHS[max(0, min(8, height - 8 * row))] for height in heights) for row in reversed(range(rows))]


def clock(moment: datetime, words: Words) -> str:
    """The hour where the admin sits: `09:41`."""
    return f"{moment.astimezone(words.zone):%H:%M}"


def day(moment: datetime, words: Words) -> str:
    """`Mon 23 Nov`, `lun. 23 nov.`."""
    local = moment.astimezone(words.zone)
    return f"{words(_DAYS[local.weekday()])} {local.day} {words(_MONTHS[local.month - 1])}"


def short_date(which: date, words: Words) -> str:
    """`23 Nov`, `23 nov.`; at most 7 cells."""
    return f"{which.day} {words(_MONTHS[which.month - 1])}"


def when(moment: datetime, now: datetime, words: Words) -> str:
    """In a list: the hour today, the day of the week within six days, else the date; at most 7 cells."""
    local, today = moment.astimezone(words.zone), now.astimezone(words.zone)
    if local.date() == today.date():
        return clock(moment, words)
    if timedelta() < today - local < timedelta(days=6):
        return words(_DAYS[local.weekday()])
    return f"{local.day} {words(_MONTHS[local.month - 1])}"


def exactly(moment: datetime, words: Words) -> str:
    """Day and second, for a detail."""
    return f"{day(moment, words)} {moment.astimezone(words.zone):%H:%M:%S}"


def span(seconds: float, words: Words) -> str:
    """How long, in its largest unit: `12 s`, `3 min`, `5 h`, `2 days`."""
    whole = max(0, int(seconds))
    if whole < 60:
        return words("{count} s", count=whole)
    if whole < 3_600:
        return words("{count} min", count=whole // 60)
    if whole < 86_400:
        return words("{count} h", count=whole // 3_600)
    return words.n("{count} day", "{count} days", whole // 86_400)


def ago(moment: datetime, now: datetime, words: Words) -> str:
    """`3 min ago`."""
    return words("{span} ago", span=span((now - moment).total_seconds(), words))


def size(octets: int, words: Words) -> str:
    """`512 B`, `12 kB`, `1.5 MB`."""
    if octets < 1_000:
        return words("{number} B", number=octets)
    if octets < 1_000_000:
        return words("{number} kB", number=round(octets / 1_000))
    if octets < 1_000_000_000:
        return words("{number} MB", number=words.number(octets / 1_000_000))
    return words("{number} GB", number=words.number(octets / 1_000_000_000))


def joined(texts: Iterable[str], between: str = ", ") -> str:
    """Those that say something."""
    return between.join(text for text in texts if text)
