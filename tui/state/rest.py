"""The console at rest: what anybody in the room may see without a login. No names of people, no subjects.

How mail fares, this day's numbers, and how to reach the box: address, fingerprint of its key, and both as a QR code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.control.values import Status
from tui.format import Line, Piece, Tone, ago, clock, day, fit, line, spread, wrap
from tui.language import Words

# Beside the texts, where a code of the size that an address needs still fits.
_TEXT_CELLS = 47


@dataclass(frozen=True, slots=True)
class Box:
    """The machine: `addresses` that people may reach it at; `fingerprint` of its SSH key, "" where it has none.

    `code` is the QR code in rows of equal width, () where there is none.
    """

    user: str = "admin"
    addresses: tuple[str, ...] = ()
    fingerprint: str = ""
    code: tuple[str, ...] = ()


def reach(box: Box) -> str:
    """What to type on another computer, "" when it has no address."""
    return f"ssh {box.user}@{box.addresses[0]}" if box.addresses else ""


def screen(status: Status | None, box: Box, now: datetime, size: tuple[int, int], words: Words) -> list[Line]:
    """The whole screen in exactly (columns, lines)."""
    cells, rows = size
    head = spread(
        line(Piece(f" {words('Mail gateway')} {status.version if status else ''}", "title")),
        line(Piece(f"{status.hostname if status else ''}  {day(now, words)} {clock(now, words)} ", "title")),
        cells,
    )
    left = [*_mail(status, now, words), (), *_reach(box, words)]
    body = [*_beside(left, box.code, cells)][: rows - 5]
    body += [()] * (rows - 5 - len(body))
    rule = line(Piece("─" * cells, "muted"))
    return [fit(each, cells) for each in (head, rule, (), *body, rule, _keys(words))]


def _mail(status: Status | None, now: datetime, words: Words) -> list[Line]:
    if status is None:
        return [
            line(Piece("  " + words("✗ THE GATEWAY DOES NOT ANSWER"), "bad")),
            line(Piece("    " + words("It is starting, or stopped: log in to see why."), "muted")),
        ]
    if not status.mail_flows:
        said = line(Piece("  " + words("✗ MAIL DOES NOT FLOW"), "bad"))
    elif status.troubles:
        said = line(Piece("  " + words("⚠ MAIL FLOWS, BUT SOMETHING WANTS A LOOK"), "warn"))
    else:
        said = line(Piece("  " + words("✓ MAIL FLOWS"), "ok"))
    # A trouble's sentence may name a server, never a person.
    why = [line(f"    {row}") for each in status.troubles[:1] for row in wrap(each.what, _TEXT_CELLS - 4)[:2]]
    return [said, *(why or [_last(status, now, words)]), (), *_numbers(status, words)]


def _last(status: Status, now: datetime, words: Words) -> Line:
    last = status.rspamd.last_scan
    text = words("last message checked {ago}", ago=ago(last, now, words)) if last else words("no message yet")
    return line(Piece(f"    {text}", "muted"))


def _numbers(status: Status, words: Words) -> list[Line]:
    today = status.today
    kinds: tuple[tuple[str, int, str, Tone], ...] = (
        ("✓", today.accept + today.mark, words("delivered"), "ok"),
        ("■", today.quarantine, words("in quarantine"), "warn"),
        ("✗", today.reject + today.refused, words("refused"), "bad"),
        ("○", status.queue.entries, words("waiting"), "info"),
    )
    total = today.accept + today.mark + today.quarantine + today.reject + today.refused + today.defer
    first = line(f"  {words('Today')}  ", Piece(words("{count} received", count=words.whole(total)), "strong"))
    return [
        first,
        *(line(Piece(f"    {sign} {words.whole(count):>6} {word}", tone)) for sign, count, word, tone in kinds),
    ]


def _reach(box: Box, words: Words) -> list[Line]:
    if not box.addresses:
        return [line(Piece("  " + words("No network address yet: is the cable in?"), "warn"))]
    shown = [
        line("  " + words("To run it, from your computer:")),
        (),
        line(Piece(f"     {reach(box)}", "key")),
        (),
    ]
    if box.fingerprint:
        shown.append(line("  " + words("Fingerprint of its key, to compare:")))
        shown += [line(Piece(f"   {row}", "strong")) for row in _pieces(box.fingerprint, _TEXT_CELLS - 8)]
    others = ", ".join(box.addresses[1:3])
    return [*shown, line(Piece(f"  {words('Other addresses: {others}', others=others)}", "muted"))] if others else shown


def _pieces(text: str, cells: int) -> list[str]:
    return [text[at : at + cells] for at in range(0, len(text), cells)]


def _beside(left: Sequence[Line], code: Sequence[str], cells: int) -> list[Line]:
    """The code to the right of the text, where both have room."""
    wide = max((len(each) for each in code), default=0)
    if not code or cells < _TEXT_CELLS + wide + 1:
        return list(left)
    rows = max(len(left), len(code))
    texts = [*left, *[()] * (rows - len(left))]
    codes = [*code, *[""] * (rows - len(code))]
    return [
        (*fit(text, cells - wide - 2), Piece(each.ljust(wide + 2), "strong"))
        for text, each in zip(texts, codes, strict=True)
    ]


def _keys(words: Words) -> Line:
    return line(Piece(" F2 ", "key"), words("Log in"), "   ", Piece("F3 ", "key"), "Langue/Language")
