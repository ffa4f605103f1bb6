"""The three limits of the points as sliders, the histogram below them, and what others would have done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

from gateway.control.rulesvalues import Replayed
from gateway.control.statsvalues import ScoreView, Stats
from gateway.control.values import Limits
from tui.format import Line, Piece, Tone, fit, fitted, line, paragraph, spread
from tui.language import Words, mark
from tui.state.rules import DAYS, moved
from tui.state.scorebar import histogram, slider

Name = Literal["mark_at", "quarantine_at", "reject_at"]
NAMES: Final[tuple[Name, ...]] = ("mark_at", "quarantine_at", "reject_at")
STEP: Final = 0.5
# rspamd's points of spam seldom go higher; a limit at nothing would hold all mail.
_LEAST: Final = 0.5
_MOST: Final = 50.0
_WORDS: Final[dict[Name, tuple[str, Tone]]] = {
    "mark_at": (mark("Marked from"), "info"),
    "quarantine_at": (mark("Held from"), "warn"),
    "reject_at": (mark("Refused from"), "bad"),
}
_NAME_CELLS: Final = 14
_NUMBER_CELLS: Final = 16


def value(limits: Limits, name: Name) -> float:
    """One of the three."""
    return {"mark_at": limits.mark_at, "quarantine_at": limits.quarantine_at, "reject_at": limits.reject_at}[name]


def step(limits: Limits, name: Name, by: float) -> Limits:
    """With this limit moved; it never reaches its neighbours."""
    place = NAMES.index(name)
    least = value(limits, NAMES[place - 1]) + STEP if place else _LEAST
    most = value(limits, NAMES[place + 1]) - STEP if place < len(NAMES) - 1 else _MOST
    wanted = max(least, min(most, value(limits, name) + by))
    if name == "mark_at":
        return replace(limits, mark_at=wanted)
    return replace(limits, quarantine_at=wanted) if name == "quarantine_at" else replace(limits, reject_at=wanted)


def slider_row(present: Limits, drafted: Limits, name: Name, cells: int, words: Words) -> Line:
    """One limit: its name, a rule with a knob, the number, and what it was."""
    word, tone = _WORDS[name]
    was, now = value(present, name), value(drafted, name)
    number = words.number(now) if was == now else f"{words.number(was)} → {words.number(now)}"
    return line(
        Piece(f"{fitted(words(word), _NAME_CELLS)} ", "strong"),
        *slider(now, _scale(present), cells - _NAME_CELLS - _NUMBER_CELLS - 1, tone),
        Piece(number.rjust(_NUMBER_CELLS), "warn" if was != now else ""),
    )


def in_a_line(told: Stats, cells: int, words: Words) -> Line:
    """The limits that hold, and the key to them."""
    text = words(
        " By points: marked from {mark}, held from {hold}, refused from {refuse}",
        mark=words.number(told.mark_at),
        hold=words.number(told.quarantine_at),
        refuse=words.number(told.reject_at),
    )
    return spread(line(Piece(text, "muted")), line(Piece("s ", "key"), Piece(words("changes them "), "muted")), cells)


def chart(scores: Sequence[ScoreView], drafted: Limits, rows: int, cells: int, words: Words) -> list[Line]:
    """Messages by points, in the tones of what they would get."""
    if not scores:
        return [line(Piece(words("No points yet."), "muted"))]
    legend: list[Piece | str] = []
    for word, tone in (
        (words("delivered"), "ok"),
        (words("marked"), "info"),
        (words("held"), "warn"),
        (words("refused"), "bad"),
    ):
        legend += [Piece("█ ", tone), f"{word}   "]  # type: ignore[arg-type]  # each is a Tone
    return [*histogram(scores, drafted, rows, cells), fit(line(*legend), cells)]


def said(present: Limits, drafted: Limits, told: Replayed | None, cells: int, words: Words) -> list[Line]:
    """What these limits would have done to the last days."""
    if present == drafted:
        text = words("These limits hold now. ← → moves the chosen one; nothing changes before F10.")
        return paragraph(text, cells, "muted")
    if told is None:
        return [line(Piece(words("Reckoning on the last {days} days …", days=DAYS), "muted"))]
    net = moved(told.counts, words)
    if not net:
        text = words("The last {days} days would have been the same: no message would have fared otherwise.", days=DAYS)
        return paragraph(text, cells, "ok")
    text = words("In the last {days} days: {moved} (of {count} messages).", days=DAYS, moved=net, count=told.seen)
    return [*paragraph(text, cells, "strong"), line(Piece("y ", "key"), Piece(words("shows which"), "info"))]


def changed(present: Limits, drafted: Limits, words: Words) -> list[str]:
    """Was → is, one each."""
    return [
        f"{words(_WORDS[name][0])} {words.number(value(present, name))} → {words.number(value(drafted, name))}"
        for name in NAMES
        if value(present, name) != value(drafted, name)
    ]


def edits(present: Limits, drafted: Limits, policy: str) -> tuple[tuple[str, str], ...]:
    """What `config.edit` is asked for."""
    moved_ones = [name for name in NAMES if value(present, name) != value(drafted, name)]
    return tuple((f"policy.{policy}.{name}", str(float(value(drafted, name)))) for name in moved_ones)


def _scale(present: Limits) -> Limits:
    """The sliders' rule stands still while they move."""
    return replace(present, reject_at=max(present.reject_at, 20.0))
