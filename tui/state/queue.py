"""What waits, in lines: the causes with their ages, one entry a row, and all that is known of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from gateway.control.workvalues import EntryView, Waiting
from tui.format import (
    Line,
    Piece,
    Tone,
    ago,
    bar,
    clock,
    exactly,
    fit,
    joined,
    line,
    paragraph,
    size,
    span,
    spread,
    when,
)
from tui.language import Words, mark
from tui.state.table import Column, addressees

QUEUE_COLUMNS: Final = (
    Column(mark("State"), 11),
    Column(mark("Since"), 7),
    Column(mark("From"), share=3),
    Column(mark("To"), share=2),
    Column(mark("Cause"), share=5),
    Column(mark("Next"), 6, is_number=True),
)
# A queue that is older than this is stuck in anybody's eyes: the whole bar.
_OLD_SECONDS: Final = 86_400.0
_BAR_CELLS: Final = 4
_STATES: Final[dict[str, tuple[str, str, Tone]]] = {
    "queued": ("○", mark("waiting"), "info"),
    "in-doubt": ("○", mark("in doubt"), "info"),
    "held": ("■", mark("on hold"), "warn"),
    "dead": ("✗", mark("given up"), "bad"),
}
_MEANT: Final = {
    "queued": mark("It is tried again by itself; r tries it now."),
    "in-doubt": mark("The server has it but did not say so yet; a second copy is not sent before that is clear."),
    "held": mark("Somebody put it on hold; r lets it go on."),
    "dead": mark("It was given up; r brings it back, d removes it for good."),
}


def causes(waiting: Sequence[Waiting], now: datetime, cells: int, words: Words) -> list[Line]:
    """Why mail waits: one line a cause, with its age as a bar and the next try."""
    return [_cause(each, now, cells, words) for each in waiting]


def _cause(each: Waiting, now: datetime, cells: int, words: Words) -> Line:
    age = (now - each.since).total_seconds()
    sign, _, tone = _STATES.get(each.state, ("•", "", ""))
    again = f"→ {clock(each.next_attempt, words)}" if each.next_attempt else ""
    aside = joined((span(age, words), again), " ")
    right = line(" ", Piece(bar((age / _OLD_SECONDS) ** 0.5, _BAR_CELLS), tone), Piece(f" {aside}", "muted"))
    return spread(line(Piece(f"{sign} ", tone), each.text), right, cells)


def entry_row(item: EntryView, now: datetime, words: Words) -> Line:
    """One row of the queue."""
    sign, word, tone = _STATES.get(item.state, ("•", item.state, "muted"))
    names = tuple(each.address for each in item.recipients)
    return (
        Piece(f"{sign} {words(word)}", tone),
        Piece(when(item.since, now, words), "muted"),
        Piece(item.reverse_path or "<>"),
        Piece(addressees(names, item.recipient_count)),
        Piece(item.cause or words("not tried yet"), "muted"),
        Piece(when(item.next_attempt, now, words) if item.next_attempt else "-"),
    )


def entry_panel(item: EntryView, now: datetime, cells: int, words: Words) -> list[Line]:
    """All about one entry: since when, for which server, what it said, what happens next."""
    sign, word, tone = _STATES.get(item.state, ("•", item.state, "muted"))
    facts = joined(
        (
            item.lane.partition(":")[2],
            words.n("{count} try", "{count} tries", item.attempts),
            size(item.size_octets, words),
        )
    )
    shown = [
        fit(line(Piece(f"{sign} {words(word).upper()}  ", tone), Piece(item.code, "strong"), f"  {facts}"), cells),
        fit(
            line(
                Piece(words("here since {time}", time=exactly(item.since, words)), "muted"),
                f" ({ago(item.since, now, words)})",
            ),
            cells,
        ),
    ]
    if item.cause:
        shown += paragraph(item.cause, cells, "warn")
    for each in item.recipients[:4]:
        reply = joined((each.result, each.reply), ": ")
        shown.append(
            fit(
                line(
                    Piece("○ " if each.is_open else "✓ ", "info" if each.is_open else "ok"),
                    each.address,
                    Piece(f"  {reply}", "muted"),
                ),
                cells,
            )
        )
    if (more := item.recipient_count - 4) > 0:
        shown.append(line(Piece(words("and {count} more", count=more), "muted")))
    return [*shown, *paragraph(words(_MEANT.get(item.state, "")), cells, "info")]


def nothing(is_dead: bool, words: Words) -> tuple[str, str]:
    """What stands there when the list is empty, and what to do."""
    if is_dead:
        return words("Nothing was given up."), words("f shows what waits.")
    return words("Nothing waits: all mail is where it belongs."), words("f shows what was given up.")
