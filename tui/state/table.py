"""The rows of the two lists, message by message: one piece for each column, the verdict first, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.control.values import HeldSummary, MessageSummary
from tui.format import Line, Piece, Tone, when
from tui.language import Words, mark

# The last one: what stands before it may be a name that is made to look like an address.
_ADDRESS: Final = re.compile(r"<([^<>\s]*@[^<>\s]*)>\s*\Z")


@dataclass(frozen=True, slots=True)
class Column:
    """`cells` wide; 0 takes its share of what is left, by `share`. `is_number`: to the right."""

    title: str
    cells: int = 0
    share: int = 1
    is_number: bool = False


MESSAGE_COLUMNS: Final = (
    Column(mark("Verdict"), 11),
    Column(mark("Time"), 7),
    Column(mark("From"), share=5),
    Column(mark("To"), share=3),
    Column(mark("Subject"), share=6),
    Column(mark("Score"), 6, is_number=True),
)
HELD_COLUMNS: Final = (
    Column(mark("Likely?"), 11),
    Column(mark("Held"), 7),
    Column(mark("From"), share=4),
    Column(mark("To"), share=2),
    Column(mark("Subject"), share=4),
    Column(mark("Score"), 6, is_number=True),
)

_LIKELY: Final[dict[str, tuple[str, str, Tone]]] = {
    "wanted": ("✓", mark("wanted"), "ok"),
    "unsure": ("?", mark("unsure"), ""),
    "spam": ("✗", mark("spam"), "bad"),
    "virus": ("✗", mark("virus"), "bad"),
}

# State, else action, to sign, word and tone.
_VERDICTS: Final[dict[str, tuple[str, str, Tone]]] = {
    "delivered": ("✓", mark("delivered"), "ok"),
    "quarantined": ("■", mark("held"), "warn"),
    "rejected": ("✗", mark("refused"), "bad"),
    "refused": ("✗", mark("refused"), "bad"),
    "deferred": ("○", mark("put off"), "info"),
    "spooled": ("○", mark("waiting"), "info"),
    "in-doubt": ("○", mark("in doubt"), "info"),
    "on-hold": ("○", mark("on hold"), "info"),
    "dead": ("✗", mark("given up"), "bad"),
}


def verdict(state: str, action: str, words: Words) -> Piece:
    """What became of a message, as sign and word."""
    if state == "delivered" and action == "mark":
        return Piece(f"⚠ {words('marked')}", "warn")
    if state == "delivered" and action in ("quarantine", "reject"):
        return Piece(f"✓ {words('released')}", "ok")
    sign, word, tone = _VERDICTS.get(state, ("•", "", "muted"))
    return Piece(f"{sign} {words(word) or state}", tone)


def author(from_field: str, reverse_path: str) -> str:
    """Who wrote it, as an address where there is one."""
    address = _ADDRESS.search(from_field)
    return (address[1] if address else from_field or reverse_path) or "<>"


def addressees(recipients: tuple[str, ...], count: int) -> str:
    """To whom, short: the first mailbox, and how many more."""
    first = recipients[0].partition("@")[0] if recipients else ""
    return f"{first} +{count - 1}" if count > 1 else first


def score(value: float | None, words: Words) -> str:
    """`7.1`, "-" where nobody counted."""
    return "-" if value is None else words.number(value)


def message_row(item: MessageSummary, now: datetime, words: Words) -> Line:
    """One row of Messages."""
    return (
        verdict(item.state, item.action, words),
        Piece(when(item.time, now, words), "muted"),
        Piece(item.client_ip if item.kind == "client-refused" else author(item.from_field, item.reverse_path)),
        Piece(addressees(item.recipients, item.recipient_count)),
        Piece(item.subject or item.reason, "" if item.subject else "muted"),
        Piece(score(item.score, words)),
    )


def held_row(item: HeldSummary, now: datetime, words: Words) -> Line:
    """One row of Quarantine: whether it is likely wanted, or that somebody has it already."""
    sign, word, tone = _LIKELY.get(item.likely, _LIKELY["unsure"])
    return (
        Piece(f"✓ {words('released')}", "ok") if item.released_to else Piece(f"{sign} {words(word)}", tone),
        Piece(when(item.time, now, words), "muted"),
        Piece(author(item.from_field, item.reverse_path)),
        Piece(addressees(item.recipients, item.recipient_count)),
        Piece(item.subject or words("(no subject)"), "" if item.subject else "muted"),
        Piece(words("VIRUS"), "bad") if item.likely == "virus" else Piece(score(item.score, words)),
    )


def by_wanted(items: Sequence[HeldSummary]) -> list[HeldSummary]:
    """Those that are likely wanted first, the newest before others, what somebody has already last."""
    order = tuple(_LIKELY)

    def rank(item: HeldSummary) -> tuple[bool, int]:
        return bool(item.released_to), order.index(item.likely) if item.likely in order else 1

    return sorted(items, key=rank)


def laid_out(columns: tuple[Column, ...], cells: int) -> tuple[int, ...]:
    """The width of each column, one cell between them: fixed ones first, the rest by their shares."""
    free = cells - sum(each.cells for each in columns) - (len(columns) - 1)
    shares = sum(each.share for each in columns if not each.cells) or 1
    widths = [each.cells or max(1, free * each.share // shares) for each in columns]
    flexible = [number for number, each in enumerate(columns) if not each.cells]
    if flexible:
        widths[flexible[-1]] += max(0, free - sum(widths[number] for number in flexible))
    return tuple(widths)
