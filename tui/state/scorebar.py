"""Points against their limits, as one bar with a mark at each; and the sliders and the histogram of the limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gateway.control.statsvalues import ScoreView
from gateway.control.values import Limits
from tui.format import Line, Piece, Tone, columns, fit, line
from tui.language import Words

_MARK: Final = "│"
_LEAST_BAR_CELLS: Final = 8
# The bar ends a little behind the last limit.
_BEYOND: Final = 1.2


def against_limits(value: float, limits: Limits, cells: int, words: Words) -> Line:
    """One line: filled as far as the points go, a mark where mail is marked, held, refused, and these in numbers."""
    named = words(
        " mark {mark} · hold {hold} · refuse {refuse}",
        mark=_short(limits.mark_at, words),
        hold=_short(limits.quarantine_at, words),
        refuse=_short(limits.reject_at, words),
    )
    room = cells - len(named)
    if room < _LEAST_BAR_CELLS:
        return fit(line(Piece(named.strip(), "muted")), cells)
    return fit((*bar(value, limits, room), Piece(named, "muted")), cells)


def bar(value: float, limits: Limits, cells: int) -> Line:
    """The bar alone."""
    marks = {place(limit, limits, cells) for limit in (limits.mark_at, limits.quarantine_at, limits.reject_at)}
    end = place(value, limits, cells) if value > 0 else 0
    pieces = [
        Piece(_MARK, "strong")
        if cell in marks
        else Piece("█", tone_of(value, limits))
        if cell < end
        else Piece("░", "muted")
        for cell in range(cells)
    ]
    return tuple(pieces)


def place(points: float, limits: Limits, cells: int) -> int:
    """The cell of so many points."""
    return max(0, min(cells - 1, round(points / (limits.reject_at * _BEYOND) * cells)))


def tone_of(points: float, limits: Limits) -> Tone:
    """What mail with so many points gets, as a tone."""
    if points >= limits.quarantine_at:
        return "bad" if points >= limits.reject_at else "warn"
    return "info" if points >= limits.mark_at else "ok"


def histogram(scores: Sequence[ScoreView], limits: Limits, rows: int, cells: int) -> list[Line]:
    """How many messages had how many points; each column has the tone of what they would get, each limit a mark."""
    lowest, highest = -4, max(20, round(limits.reject_at) + 3)
    counts = {points: 0 for points in range(lowest, highest + 1)}
    for each in scores:
        counts[max(lowest, min(highest, each.points))] += each.messages
    wide = max(1, min(3, (cells - 2) // len(counts)))
    shown: list[Line] = [
        line(*(Piece(each * wide, tone_of(points + 0.5, limits)) for points, each in zip(counts, text, strict=True)))
        for text in columns(list(counts.values()), rows)
    ]
    at_limit = {round(each) for each in (limits.mark_at, limits.quarantine_at, limits.reject_at)}
    ruled = "".join(("▲" if points in at_limit else "─") + "─" * (wide - 1) for points in counts)
    numbers = ""
    for points in counts:
        at = (points - lowest) * wide
        if points % 5 == 0 and at >= len(numbers):
            numbers = numbers.ljust(at) + str(points)
    return [*shown, line(Piece(ruled, "muted")), line(Piece(numbers, "muted"))]


def slider(value: float, limits: Limits, cells: int, tone: Tone) -> Line:
    """A rule with a knob at this limit."""
    at = place(value, limits, cells)
    return line(Piece("─" * at, "muted"), Piece("█", tone), Piece("─" * (cells - at - 1), "muted"))


def _short(value: float, words: Words) -> str:
    return words.number(value, 0 if float(value).is_integer() else 1)
