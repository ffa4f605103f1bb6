"""Health in rows: each part the gateway depends on, in one line; what it means, and what to do, in the panel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from gateway.control.healthvalues import CertificateView, DnsChecked, DnsItem, DnsServerView
from gateway.control.values import LaneStatus, Status, Trouble
from tui.format import Line, Piece, Tone, ago, bar, clock, fitted, joined, line, paragraph, size, span, spread
from tui.language import Words, mark
from tui.state import healthwords
from tui.state.table import Column

State = Literal["ok", "weak", "bad", "unknown", "off"]
COLUMNS: Final = (Column(mark("State"), 9), Column(mark("Part"), 23), Column(mark("Now")))
_SIGNS: Final[dict[State, tuple[str, str, Tone]]] = {
    "ok": ("✓", mark("well"), "ok"),
    "weak": ("⚠", mark("look"), "warn"),
    "bad": ("✗", mark("broken"), "bad"),
    "unknown": ("○", mark("unknown"), "info"),
    "off": ("○", mark("off"), "muted"),
}
_GRAVITY: Final[dict[State, int]] = {"bad": 0, "weak": 1, "unknown": 2, "ok": 3, "off": 4}
# A bar of ninety days with a mark at thirty, when a letter goes out.
_BAR_DAYS: Final = 90
_BAR_CELLS: Final = 12
_SOON_DAYS: Final = 30
_UP: Final = frozenset({"up", "listening", "usable", "verifying"})


@dataclass(frozen=True, slots=True)
class HealthRow:
    """One part: how it is, its name, what it says now; what it is for and what to do, as sentences.

    `backend`: the server of the settings that it is about. The record to publish, where one helps.
    """

    key: str
    state: State
    name: str
    now: str
    meaning: str
    cure: str = ""
    backend: str = ""
    record: tuple[str, str, str] = ("", "", "")


def rows(
    status: Status | None, papers: Sequence[CertificateView], dns: DnsChecked | None, moment: datetime, words: Words
) -> tuple[HealthRow, ...]:
    """All parts that are known, in the order in which mail meets them."""
    found: list[HealthRow] = []
    if status is not None:
        found += [*_doors(status, words), *_lanes(status, moment, words), *_parts(status, moment, words)]
        found += [*_room(status, words), *_recipients(status, words), *_zones(status, words)]
    found += [_paper(each, words) for each in papers]
    if dns is not None:
        found += [_server(each, words) for each in dns.servers]
        found += [_record(each.domain, item, words) for each in dns.domains for item in each.items]
    return tuple(found)


def urgent_first(items: Sequence[HealthRow]) -> tuple[HealthRow, ...]:
    """What is broken before what is weak before the rest; else as they were."""
    return tuple(sorted(items, key=lambda each: _GRAVITY[each.state]))


def summary(items: Sequence[HealthRow], looked: datetime | None, cells: int, words: Words) -> Line:
    """How many need somebody, and when it was last looked."""
    wrong = sum(1 for each in items if each.state in ("bad", "weak"))
    said = (
        Piece(words.n(" {count} of {all} needs you", " {count} of {all} need you", wrong, all=len(items)), "warn")
        if wrong
        else Piece(words.n(" {count} part is well", " All {count} parts are well", len(items)), "ok")
    )
    if not items:
        said = Piece(" " + words("Asking …"), "muted")
    aside = words("looked at {time}", time=clock(looked, words)) if looked is not None else words("looking …")
    return spread(line(said), line(Piece(f"{aside} ", "muted")), cells)


def row(item: HealthRow, words: Words) -> Line:
    """One line of the list."""
    sign, word, tone = _SIGNS[item.state]
    return (Piece(f"{sign} {words(word)}", tone), Piece(item.name), Piece(item.now, "muted"))


def panel(item: HealthRow, cells: int, words: Words) -> list[Line]:
    """What it is for, how it is, what to do, what to publish."""
    sign, _, tone = _SIGNS[item.state]
    shown = paragraph(item.now or item.name, cells, "strong", first=line(Piece(f"{sign} ", tone)))
    shown += paragraph(item.meaning, cells, "muted")
    if item.cure:
        shown += paragraph(item.cure, cells, first=line(Piece(words("What to do: "), "key")))
    name, kind, value = item.record
    if value:
        shown += record_lines(name, kind, value, cells, words)
    if item.backend:
        shown += paragraph(words("Enter shows what to set on this server, and tries it."), cells, "info")
    return shown


def record_lines(name: str, kind: str, value: str, cells: int, words: Words) -> list[Line]:
    """A record to publish, and how to take it along."""
    facts = ((words("Name"), name), (words("Type"), kind), (words("Value"), value))
    shown = [part for label, text in facts for part in _fact(label, text, cells)]
    hint = words("c copies the value to your PC, p shows it on a plain page.")
    return [*shown, *paragraph(hint, cells, "info")]


def plain(item: HealthRow, words: Words) -> str:
    """For the plain page: one line a fact, whole."""
    name, kind, value = item.record
    facts = ((words("Name"), name), (words("Type"), kind), (words("Value"), value)) if value else ()
    texts = (item.name, item.now, item.cure, *(f"{label}: {text}" for label, text in facts))
    return "\n".join(each for each in texts if each)


def empty(is_away: bool, cells: int, words: Words) -> list[Line]:
    """What stands there when nothing is known."""
    text = words("Not known while the gateway is away.") if is_away else words("Asking …")
    return [line(Piece(f"  {text}", "muted"))]


def _fact(label: str, text: str, cells: int) -> list[Line]:
    return paragraph(text, cells, "strong", first=line(Piece(fitted(label, 8), "muted")))


# --- the parts ------------------------------------------------------------------------------------------


def _cure(status: Status, key: str, about: str = "") -> str:
    return _trouble(status, key, about).cure


def _trouble(status: Status, key: str, about: str = "") -> Trouble:
    """What the gateway says of it, in words; an empty one when all is well."""
    for each in status.troubles:
        if each.key.removesuffix("-puts-off") == key and (not about or each.about == about):
            return each
    return Trouble("", "")


def _doors(status: Status, words: Words) -> Iterator[HealthRow]:
    for each in status.listeners:
        said = each.address if each.state == "listening" else joined((each.address, each.cause), ": ")
        yield HealthRow(
            f"listener:{each.name}:{each.address}",
            "ok" if each.state == "listening" else "bad",
            words("Door {name}", name=each.name),
            said,
            words("Mail from outside comes in here.") if each.role == "inbound" else words("The office sends here."),
            _cure(status, "listener", each.name),
        )
    if not status.listeners:
        yield HealthRow("listeners", "bad", words("Door"), words("listens nowhere"), "", _cure(status, "listeners"))


def _lanes(status: Status, moment: datetime, words: Words) -> Iterator[HealthRow]:
    for each in status.lanes:
        kind, _, name = each.name.partition(":")
        key = "lane-sick" if each.state == "sick" else "lane-away"
        yield HealthRow(
            each.name,
            _state(each.state),
            words("Server {name}", name=name),
            _lane(each, moment, words),
            words("It keeps the office's mail.") if kind == "backend" else words("It takes mail that leaves."),
            _cure(status, key, name),
            backend=name if kind == "backend" else "",
        )


def _lane(lane: LaneStatus, moment: datetime, words: Words) -> str:
    if lane.state not in ("up", "unknown"):
        since = words("for {span}", span=ago_span(lane, moment, words)) if lane.since else ""
        return joined((healthwords.lane(lane.state, words), since, lane.cause or lane.last_reply))
    tls = (
        {True: words("TLS"), False: words("no TLS")}.get(lane.is_encrypted, "") if lane.is_encrypted is not None else ""
    )
    said = words("answers") if lane.state == "up" else words("not tried yet")
    return joined((said, tls, lane.last_reply))


def ago_span(lane: LaneStatus, moment: datetime, words: Words) -> str:
    """How long the state lasts."""
    return span((moment - lane.since).total_seconds(), words) if lane.since else ""


def _parts(status: Status, moment: datetime, words: Words) -> Iterator[HealthRow]:
    rspamd, clamd = status.rspamd, status.antivirus
    last = words("last scan {ago}", ago=ago(rspamd.last_scan, moment, words)) if rspamd.last_scan else ""
    yield HealthRow(
        "rspamd",
        "weak" if rspamd.state == "slow" else _state(rspamd.state),
        words("Spam filter"),
        rspamd.cause or joined((joined(("rspamd", rspamd.version), " "), last)),
        words("It gives every message its points."),
        _cure(status, "rspamd") or _cure(status, "rspamd-slow"),
    )
    yield _plain_part("redis", status.redis.state, status.redis.cause, status, words)
    yield HealthRow(
        "clamd",
        "off" if clamd.state == "off" else "weak" if clamd.stale_days else _state(clamd.state),
        words("Virus scanner"),
        _clamd(status, words),
        words("It looks for known viruses; attachments are also judged by what they are."),
        _cure(status, "clamd") or _cure(status, "signatures"),
    )
    fences = ", ".join(status.worker.not_enforced)
    yield HealthRow(
        "worker",
        "weak" if fences and status.worker.state == "up" else _state(status.worker.state),
        words("Attachment examiner"),
        status.worker.cause
        or (words("without {fences}", fences=fences) if fences else healthwords.state(status.worker.state, words)),
        words("It opens attachments in a closed room; what this machine does not give it is named."),
        _cure(status, "worker") or (words("On the gateway's own image all of it is there.") if fences else ""),
    )
    yield _plain_part("dns", status.dns.state, status.dns.cause, status, words)
    yield _plain_part("clock", status.clock.state, status.clock.cause, status, words)


def _plain_part(key: str, state: str, cause: str, status: Status, words: Words) -> HealthRow:
    name, meaning = healthwords.part(key, words)
    return HealthRow(key, _state(state), name, cause or healthwords.state(state, words), meaning, _cure(status, key))


def _clamd(status: Status, words: Words) -> str:
    clamd = status.antivirus
    if clamd.state == "off":
        return words("none is set (clamd.socket)")
    if clamd.stale_days:
        return words("signatures are {count} days old", count=clamd.stale_days)
    return clamd.cause or joined((joined(("ClamAV", clamd.version), " "),))


def _room(status: Status, words: Words) -> Iterator[HealthRow]:
    storage, queue, held = status.storage, status.queue, status.quarantine
    free = words("{size} free", size=size(storage.free_octets, words)) if storage.total_octets else ""
    scarce = bool(storage.total_octets) and storage.free_octets * 10 < storage.total_octets
    yield HealthRow(
        "disk",
        "bad" if status.disk.state == "down" else "weak" if scarce else "ok",
        words("Disk"),
        status.disk.cause or free or healthwords.state("up", words),
        words("Mail that waits or is held, and the history, lie on it."),
        _cure(status, "disk") or (words("Free some room, or keep things for fewer days.") if scarce else ""),
    )
    yield _budget("queue", words("Room for waiting mail"), queue.size_octets, queue.limit_octets, "", words)
    cure = _cure(status, "quarantine")
    yield _budget("quarantine", words("Room for held mail"), held.size_octets, held.limit_octets, cure, words)
    for key, number, name in (
        ("dead", queue.dead, words("Given up mail")),
        ("damaged", queue.damaged, words("Damaged files")),
    ):
        if number:
            yield HealthRow(key, "weak", name, words.whole(number), _trouble(status, key).what, _cure(status, key))


def _budget(key: str, name: str, used: int, limit: int, cure: str, words: Words) -> HealthRow:
    share = used / limit if limit else 0.0
    said = words("{used} of {limit}", used=size(used, words), limit=size(limit, words)) if limit else ""
    state: State = "weak" if share >= 0.9 else "ok"
    shown = f"{bar(share, _BAR_CELLS)} {said}" if limit else healthwords.state("up", words)
    return HealthRow(f"room:{key}", state, name, shown, healthwords.part(f"room-{key}", words)[1], cure)


def _recipients(status: Status, words: Words) -> Iterator[HealthRow]:
    for each in status.recipients:
        bad = each.state in ("unavailable", "directory-away")
        state: State = (
            "bad" if bad else "ok" if each.state in _UP else "unknown" if each.state == "untested" else "weak"
        )
        known = words.n("{count} address", "{count} addresses", each.known) if each.known else ""
        yield HealthRow(
            f"recipients:{each.domain}",
            state,
            words("Recipients"),
            joined((each.domain, healthwords.recipients(each.state, words), known)),
            words("Mail for people who do not exist is refused at once only where somebody knows who exists."),
            _cure(status, each.state, each.domain),
        )


def _zones(status: Status, words: Words) -> Iterator[HealthRow]:
    for each in status.zones:
        state: State = "ok" if each.state == "usable" else "unknown" if each.state == "untested" else "weak"
        yield HealthRow(
            f"zone:{each.zone}:{each.family}",
            state,
            words("Block list"),
            joined((f"{each.zone} IPv{each.family}", healthwords.zone(each.state, words), each.cause)),
            words("Senders on it are refused, or noted, when they connect."),
            _cure(status, "zone", each.zone),
        )


def _paper(paper: CertificateView, words: Words) -> HealthRow:
    name = words("Certificate {name}", name=paper.name)
    meaning = words("Whoever connects to {listeners} sees it.", listeners=", ".join(paper.listeners))
    if paper.not_after is None:
        return HealthRow(
            f"paper:{paper.name}", "bad", name, paper.cause, meaning, words("See the file {file}.", file=paper.file)
        )
    days = words.n("{count} day", "{count} days", max(0, paper.days_left))
    hosts = ", ".join(paper.names)
    who = words("self-signed") if paper.is_self_signed else paper.issuer
    state: State = "bad" if paper.days_left < 0 else "weak" if paper.days_left <= _SOON_DAYS else "ok"
    facts = words("For {hosts}. File: {file}", hosts=hosts, file=paper.file)
    cure = words("Put a new one in its place; it is loaded by itself.") if state != "ok" else ""
    if paper.is_self_signed:
        facts = joined((facts, words("Self-signed: other mail servers take it, programs of people warn.")), ". ")
    return HealthRow(
        f"paper:{paper.name}", state, name, joined((f"{life(paper.days_left)} {days}", who)), f"{meaning} {facts}", cure
    )


def life(days: int) -> str:
    """The days as a bar, with a mark at thirty."""
    at = _BAR_CELLS * _SOON_DAYS // _BAR_DAYS
    drawn = bar(days / _BAR_DAYS, _BAR_CELLS)
    return f"{drawn[:at]}│{drawn[at:]}"


def _server(server: DnsServerView, words: Words) -> HealthRow:
    said = words("answers in {count} ms", count=round(server.elapsed_ms)) if server.answers else server.cause
    return HealthRow(
        f"server:{server.address}",
        "ok" if server.answers else "bad",
        words("DNS server"),
        joined((server.address, said)),
        words("Every look-up of the gateway goes to the DNS servers in its settings."),
        "" if server.answers else words("See that it runs and is reached from here, or name another: dns.servers."),
    )


def _record(domain: str, item: DnsItem, words: Words) -> HealthRow:
    states: dict[str, State] = {"ok": "ok", "weak": "weak", "bad": "bad"}
    return HealthRow(
        f"dns:{domain}:{item.check}:{item.name}",
        states.get(item.state, "unknown"),
        f"{healthwords.check(item.check, words)} {domain}",
        item.text,
        healthwords.check_meaning(item.check, words),
        item.cure,
        record=(item.name, item.kind, item.value),
    )


def _state(state: str) -> State:
    return "ok" if state in _UP else "unknown" if state == "unknown" else "off" if state == "off" else "bad"
