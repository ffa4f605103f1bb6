"""Who is known of a domain, in lines: one address a row, what mail for it gets now and why, and what was changed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from gateway.control.recipientsvalues import (
    AddressesAdded,
    DirectoriesRead,
    KnownRecipient,
    RecipientCheck,
    RecipientsUndone,
    SourceView,
)
from gateway.control.workvalues import DomainStatus
from tui.format import Line, Piece, Tone, fit, joined, line, paragraph, when
from tui.language import Words, mark
from tui.state.table import Column

COLUMNS: Final = (
    Column(mark("Address"), share=5),
    Column(mark("How it is known"), share=6),
    Column(mark("Since"), 7),
    Column(mark("Seen"), 7),
)
_SOURCES: Final = {
    "delivery": mark("the server took mail for it"),
    "sender": mark("it wrote from inside"),
    "person": mark("on the list"),
    "directory": mark("in the directory"),
    "removed": mark("taken off the list"),
}
_SIGNS: Final[dict[str, tuple[str, Tone]]] = {
    "known": ("✓", "ok"),
    "unknown": ("✗", "bad"),
    "undecided": ("○", "warn"),
    "doubted": ("■", "warn"),
    "inside-only": ("⚠", "warn"),
}
_UNDONE: Final = {"import": mark("the import"), "add": mark("what was added"), "remove": mark("what was removed")}


def recipient_row(item: KnownRecipient, now: datetime, words: Words) -> Line:
    """One address."""
    since = [each.since for each in item.sources if each.since is not None]
    seen = [each.seen for each in item.sources if each.seen is not None]
    gone = any(each.source == "removed" for each in item.sources)
    how = joined(words(_SOURCES.get(each.source, each.source)) for each in item.sources)
    return (
        Piece(item.address, "muted" if gone else "strong"),
        Piece(how, "bad" if gone else ""),
        Piece(when(min(since), now, words) if since else "-", "muted"),
        Piece(when(max(seen), now, words) if seen else "-", "muted"),
    )


def check_panel(told: RecipientCheck, now: datetime, cells: int, words: Words) -> list[Line]:
    """What a stranger who writes to it hears now, and why."""
    sign, tone = _SIGNS.get(told.existence, ("•", "info"))
    shown = [
        fit(line(Piece(f"{sign} ", tone), Piece(told.address, "strong")), cells),
        *paragraph(told.text, cells, "warn" if tone in ("bad", "warn") else "", first=line("  ")),
        *paragraph(told.reply, cells, "muted", first=line(Piece(f"  {words('The gateway answers:')} ", "muted"))),
    ]
    for each in told.sources:
        shown += paragraph(_source(each, now, words), cells, first=line(Piece("• ", "info")))
    return shown


def _source(each: SourceView, now: datetime, words: Words) -> str:
    since = words("since {time}", time=when(each.since, now, words)) if each.since else ""
    seen = words("last seen {time}", time=when(each.seen, now, words)) if each.seen else ""
    return joined((each.text, since, seen))


def state_line(domain: str, known: DomainStatus | None, words: Words) -> str:
    """Whose recipients, and how many of them are known."""
    count = words.n("{count} known", "{count} known", known.known) if known is not None and known.known else ""
    return joined((domain, count), ": ")


def added(told: AddressesAdded, words: Words) -> tuple[str, Tone]:
    """What adding one address did."""
    if told.bad:
        return words("That is no address: {text}", text=told.bad[0]), "bad"
    if told.foreign:
        return words("{domain} is not one of our domains.", domain=told.foreign[0].domain), "bad"
    idle = words("But its domain does not look at the list (m sets “learned”).") if told.idle else ""
    if told.new_count:
        text = words("{address} is on the list; u takes it back.", address=told.new[0] if told.new else "")
    elif told.confirmed_count:
        text = words("It was known from mail, and is on the list now; u takes it back.")
    else:
        text = words("It is on the list already.")
    return joined((text, idle), " "), "warn" if idle else "ok"


def undone(told: RecipientsUndone, words: Words) -> str:
    """What was taken back."""
    what = words(_UNDONE.get(told.what, told.what))
    return words.n(
        "Taken back: {what} by {by}, {count} address.",
        "Taken back: {what} by {by}, {count} addresses.",
        told.addresses,
        what=what,
        by=told.by,
    )


def read(told: DirectoriesRead) -> tuple[str, Tone]:
    """What reading a directory came to."""
    text = joined((f"{each.domain}: {each.text}" for each in told.items), " ")
    return text, "ok" if told.complete else "warn"


def empty(text: str, domain: str, cells: int, words: Words) -> list[Line]:
    """Nobody is known, or nobody of that name."""
    if text:
        said = words("No known address holds “{text}”.", text=text)
        cure = words("v says what mail for any address gets.")
    else:
        said = words("Nobody is known of {domain} yet.", domain=domain)
        cure = words("n adds one address, a whole list: poterne recipients import FILE")
    return [
        *paragraph(said, cells - 2, "strong", first=line("  ")),
        *paragraph(cure, cells - 2, "muted", first=line("  ")),
    ]
