"""Domains and servers in lines: where each domain's mail goes, how the server is, how well recipients are known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from gateway.control.values import LaneStatus, Status
from gateway.control.workvalues import BackendProbed, DomainStatus, ProbeStep
from tui.format import Line, Piece, Tone, ago, clock, day, fit, joined, line, paragraph, span, when
from tui.language import Words, mark
from tui.state.servers import Row
from tui.state.table import Column

COLUMNS: Final = (
    Column(mark("State"), 13),
    Column(mark("Domain"), share=5),
    Column(mark("Server"), share=6),
    Column(mark("TLS"), 3),
    Column(mark("Recipients"), 15),
    Column(mark("Last"), 7, is_number=True),
)
KINDS: Final = {
    "exchange": "Exchange",
    "exchange-online": "Exchange Online",
    "dovecot": "Dovecot",
    "generic": mark("mail server"),
}
_LANE: Final[dict[str, tuple[str, str, Tone]]] = {
    "up": ("✓", mark("answers"), "ok"),
    "away": ("✗", mark("away"), "bad"),
    "sick": ("✗", mark("refuses us"), "bad"),
    "unknown": ("○", mark("not tried"), "info"),
}
# In a row; then the sentence, and what to do.
_VERIFIED: Final[dict[str, tuple[str, str, Tone, str, str]]] = {
    "verifying": (
        "✓",
        mark("server knows"),
        "ok",
        mark("The server is asked for each recipient, and refuses those who do not exist."),
        "",
    ),
    "unverifying": (
        "⚠",
        mark("takes anybody"),
        "warn",
        mark("The server says yes to every address, and sends bounces to forged senders later."),
        mark("m, then “learned”: the gateway learns who exists; or “ldap”: it reads the directory; or give it a list."),
    ),
    "unverified": (
        "○",
        mark("not checked"),
        "warn",
        mark("Recipients are not verified: mail for anybody at this domain is taken."),
        mark("m sets how: “callout” asks the server, “learned” learns from mail, “ldap” reads the directory."),
    ),
    "untested": (
        "○",
        mark("not tested"),
        "info",
        mark("Whether the server knows who exists was not found out yet; it is tried every few minutes."),
        mark("t tries it now."),
    ),
    "unavailable": (
        "⚠",
        mark("nobody to ask"),
        "warn",
        mark("Nobody can be asked who exists: mail for unknown recipients is put off."),
        mark("It ends when the server answers; “learned” keeps what is known for such times."),
    ),
    "learning": (
        "○",
        mark("learning"),
        "info",
        mark("The gateway still learns who exists: unknown recipients are taken if the server takes them."),
        mark("Sooner: poterne recipients import FILE takes a whole list at once."),
    ),
    "directory-away": (
        "⚠",
        mark("no directory"),
        "warn",
        mark("The directory can't be read; the copy of before still counts."),
        mark("m shows where it is looked for; Enter, then s reads it again."),
    ),
    "directory-held": (
        "⚠",
        mark("old directory"),
        "warn",
        mark("The directory lost so many addresses that its copy of before still counts."),
        mark("If that is right: poterne recipients sync --accept-loss"),
    ),
}
_SIGNS: Final[dict[str, tuple[str, Tone]]] = {"ok": ("✓", "ok"), "warn": ("⚠", "warn"), "bad": ("✗", "bad")}


def lane_of(row: Row, status: Status | None) -> LaneStatus | None:
    """How its lane is."""
    return next((each for each in status.lanes if each.name == row.lane), None) if status is not None else None


def verification_of(row: Row, status: Status | None) -> DomainStatus | None:
    """How well its recipients are known."""
    if row.kind != "domain" or status is None:
        return None
    return next((each for each in status.recipients if each.domain == row.name), None)


def row_line(row: Row, status: Status | None, now: datetime, words: Words) -> Line:
    """One row, the state first, in a word."""
    lane = lane_of(row, status)
    domain = {
        "domain": Piece(row.name, "strong"),
        "server": Piece(words("(no domain)"), "muted"),
        "route": Piece(_reach(row, words), "muted"),
    }[row.kind]
    return (
        _state(row, lane, now, words),
        domain,
        Piece(_where(row, words)),
        _tls(row, lane),
        _recipients(row, status, words),
        Piece(when(lane.delivered, now, words) if lane is not None and lane.delivered else "-", "muted"),
    )


def _state(row: Row, lane: LaneStatus | None, now: datetime, words: Words) -> Piece:
    if not row.lane:
        return Piece(f"○ {words('way out')}", "info")
    if lane is None:
        return Piece(f"○ {words('not known')}", "muted")
    sign, word, tone = _LANE.get(lane.state, ("○", lane.state, "muted"))
    since = span((now - lane.since).total_seconds(), words) if lane.since and tone == "bad" else ""
    return Piece(joined((f"{sign} {words(word)}", since), " "), tone)


def _where(row: Row, words: Words) -> str:
    if row.server is None:
        return words("direct, to each domain's server")
    first = row.server.hosts[0].removesuffix(":25") if row.server.hosts else "-"
    more = f" +{len(row.server.hosts) - 1}" if len(row.server.hosts) > 1 else ""
    return f"{row.server.name} {first}{more}"


def _reach(row: Row, words: Words) -> str:
    return f"→ {', '.join(row.of)}" if row.of else f"→ {words('outside')}"


def _tls(row: Row, lane: LaneStatus | None) -> Piece:
    if _is_local(row):
        return Piece(" ●", "muted")
    if lane is None or lane.is_encrypted is None:
        return Piece(" ○", "muted")
    return Piece(" ●", "ok") if lane.is_encrypted else Piece(" ✗", "warn")


def _is_local(row: Row) -> bool:
    return row.server is not None and all(each.startswith("/") for each in row.server.hosts or ("",))


def _recipients(row: Row, status: Status | None, words: Words) -> Piece:
    known = verification_of(row, status)
    if known is None:
        return Piece("-", "muted")
    sign, word, tone, *_ = _VERIFIED.get(known.state, ("○", known.state, "muted", "", ""))
    if known.known and known.state in ("verifying", "learning"):
        return Piece(f"{sign} {words('{count} known', count=words.whole(known.known))}", tone)
    return Piece(f"{sign} {words(word)}", tone)


def panel(row: Row, status: Status | None, now: datetime, cells: int, words: Words) -> list[Line]:
    """All of one row in sentences, each with what to do."""
    lane = lane_of(row, status)
    if row.kind == "route" and not row.lane:
        shown = paragraph(
            words("Mail goes straight to the server of each domain, found by DNS."),
            cells,
            "info",
            first=line(Piece("→ ", "info")),
        )
        return [*shown, *_outgoing(status, cells, words)]
    shown = [fit(line(Piece(_title(row, words), "strong")), cells), *_health(row, lane, now, cells, words)]
    shown += _encryption(row, lane, cells, words)
    if (known := verification_of(row, status)) is not None:
        shown += _verification(known, cells, words)
    if row.kind == "domain":
        shown += _judged(row, cells, words)
    elif row.kind == "server":
        shown += paragraph(words("No domain of ours sends its mail there."), cells, "muted")
    return shown


def _moment(moment: datetime, words: Words) -> str:
    return f"{day(moment, words)} {clock(moment, words)}"


def _title(row: Row, words: Words) -> str:
    server = row.server
    if server is None:
        return row.name
    kind = words(KINDS.get(server.kind, server.kind))
    told = joined((kind if row.kind != "route" else "", server.transport.upper(), ", ".join(server.hosts)))
    name = row.name if row.kind != "route" else _reach(row, words)
    return f"{joined(dict.fromkeys((name, server.name)), ' → ')}  ({told})"


def _health(row: Row, lane: LaneStatus | None, now: datetime, cells: int, words: Words) -> list[Line]:
    if lane is None:
        return paragraph(words("How the server is, is not known yet: t tries it."), cells, "muted", first=line("○ "))
    sign, _, tone = _LANE.get(lane.state, ("○", "", "muted"))
    first = line(Piece(f"{sign} ", tone))
    if lane.state == "up":
        since = (
            words("It answers since {time}.", time=_moment(lane.since, words)) if lane.since else words("It answers.")
        )
        took = words("It last took mail {ago}.", ago=ago(lane.delivered, now, words)) if lane.delivered else ""
        size = (
            words("Messages up to {count} MB.", count=lane.size_octets // 1_000_000)
            if lane.size_octets is not None
            else ""
        )
        return paragraph(
            joined((since, took or words("No mail went there since the start."), size), " "), cells, first=first
        )
    if lane.state == "unknown":
        return paragraph(words("It was not tried yet: t tries it, and so does the first message."), cells, first=first)
    since = clock(lane.since, words) if lane.since else "?"
    said = (
        words("It has been away since {time}: {cause}.", time=since, cause=lane.cause)
        if lane.state == "away"
        else words("It has refused us since {time}: {cause}.", time=since, cause=lane.cause)
    )
    cure = (
        words("Mail waits here and is delivered when it is back. t tries it now; r tries what waits.")
        if lane.state == "away"
        else words("Mail waits here. e shows what to set on the server; r then tries what waits.")
    )
    return [*paragraph(said, cells, "bad", first=first), *paragraph(cure, cells, "info", indent="  ", first=line("  "))]


def _encryption(row: Row, lane: LaneStatus | None, cells: int, words: Words) -> list[Line]:
    if lane is None or lane.is_encrypted is None:
        return []
    if lane.is_encrypted:
        return paragraph(words("The last session was encrypted (TLS)."), cells, first=line(Piece("✓ ", "ok")))
    if _is_local(row):
        return paragraph(words("It is on this machine: no TLS is needed."), cells, first=line(Piece("✓ ", "ok")))
    said = words("The last session was not encrypted: mail crosses your network in clear. Turn TLS on at the server.")
    return paragraph(said, cells, "warn", first=line(Piece("⚠ ", "warn")))


def _verification(known: DomainStatus, cells: int, words: Words) -> list[Line]:
    sign, _, tone, sentence, cure = _VERIFIED.get(known.state, ("○", "", "muted", known.state, ""))
    number = words.n("{count} address is known.", "{count} addresses are known.", known.known) if known.known else ""
    until = words("Until {time}.", time=_moment(known.until, words)) if known.until else ""
    cause = f"({known.cause})" if known.cause else ""
    told = joined((words(sentence), cause, number, until), " ")
    shown = paragraph(told, cells, "warn" if tone == "warn" else "", first=line(Piece(f"{sign} ", tone)))
    return [*shown, *(paragraph(words(cure), cells, "info", first=line("  ")) if cure else [])]


def _judged(row: Row, cells: int, words: Words) -> list[Line]:
    taken = (
        words("Senders hear the server's own answer.")
        if row.acceptance == "cut-through"
        else words("Mail is taken first and handed on from the queue.")
    )
    return paragraph(joined((words("Policy {name}.", name=row.policy), taken), " "), cells, "muted", first=line("  "))


def _outgoing(status: Status | None, cells: int, words: Words) -> list[Line]:
    waiting = [each for each in status.queue.waiting if each.lane.startswith("domain:")] if status is not None else []
    if not waiting:
        return paragraph(words("Nothing waits on the way out."), cells, first=line(Piece("✓ ", "ok")))
    shown: list[Line] = []
    for each in waiting[:5]:
        shown += paragraph(each.text, cells, first=line(Piece("○ ", "info")))
    return [*shown, *paragraph(words("4 shows each of them."), cells, "muted")]


def empty(cells: int, words: Words) -> list[Line]:
    """No domain yet: what to do first."""
    return [
        *paragraph(
            words("No domain yet: the gateway takes no mail from outside."), cells - 2, "strong", first=line("  ")
        ),
        *paragraph(
            words("n asks for the domain and your server, tries it, and sets both."),
            cells - 2,
            "info",
            first=line("  "),
        ),
    ]


def probed(found: BackendProbed, cells: int, words: Words) -> list[Line]:
    """What a server that was tried said, step by step, with its times."""
    head = (
        Piece(words("✓ Mail can be handed to it."), "ok")
        if found.works
        else Piece(words("✗ Mail can't be handed to it now."), "bad")
    )
    shown: list[Line] = [line(head), ()]
    for step in found.steps:
        shown += _step(step, cells, words)
    return shown


def _step(step: ProbeStep, cells: int, words: Words) -> list[Line]:
    sign, tone = _SIGNS[step.state]
    seconds = words("{number} s", number=words.number(step.elapsed_ms / 1_000, 2)) if step.elapsed_ms else ""
    text = f"{step.text[:1].upper()}{step.text[1:]}"
    return paragraph(joined((text, f"({seconds})" if seconds else ""), " "), cells, first=line(Piece(f"{sign} ", tone)))


def summary(shown: Sequence[Row], status: Status | None, words: Words) -> Line:
    """The line above the list."""
    domains = sum(1 for each in shown if each.kind == "domain")
    text = words.n("{count} domain", "{count} domains", domains)
    bad = sum(
        1
        for each in {row.lane: lane_of(row, status) for row in shown}.values()
        if each and each.state in ("away", "sick")
    )
    if not bad:
        return line(Piece(f" {text}", "strong"))
    return line(
        Piece(f" {text}   ", "strong"), Piece(words.n("✗ {count} server away", "✗ {count} servers away", bad), "bad")
    )
