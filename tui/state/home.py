"""Home: does mail flow, link by link; this day's mail; what there is to do; the gateway itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from gateway.control.statsvalues import HourView, Stats
from gateway.control.values import HeldSummary, LaneStatus, Status, Trouble
from tui.format import Line, Piece, Tone, ago, bar, fit, joined, line, paragraph, span, spread
from tui.language import Words, mark
from tui.state.reports import day_words, hour_chart

_UP: Final = "up"
_LANES_SHOWN: Final = 2
Screen = Literal["", "quarantine", "queue", "domains", "health"]
_LANE_TROUBLES: Final = ("lane-away", "lane-sick")
# Where a trouble is cured, by its key; one that has no screen says in words what to do.
_CURED_AT: Final[dict[str, Screen]] = {
    "lane-away": "domains",
    "lane-sick": "domains",
    "unverifying": "domains",
    "unverified": "domains",
    "unavailable": "domains",
    "learning": "domains",
    "directory-away": "domains",
    "directory-held": "domains",
    "zone": "health",
    "dns": "health",
    "clock": "health",
    "dead": "queue",
    "quarantine": "quarantine",
}
_LEADS: Final = {
    "quarantine": mark("Examine"),
    "queue": mark("Examine"),
    "domains": mark("Domains"),
    "health": mark("Health"),
}


@dataclass(frozen=True, slots=True)
class Today:
    """What Home asks for beside the state: this day's numbers, the newest mail, and what is held.

    None where it is not known yet.
    """

    stats: Stats | None = None
    newest: datetime | None = None
    held: tuple[HeldSummary, ...] | None = None

    def arrived(self, moment: datetime) -> Today:
        """One more message: in its hour at once, whatever became of it."""
        newest = max(moment, self.newest) if self.newest is not None else moment
        if self.stats is None:
            return replace(self, newest=newest)
        hour = moment.replace(minute=0, second=0, microsecond=0)
        others = [each for each in self.stats.hours if each.time != hour]
        known = next((each for each in self.stats.hours if each.time == hour), HourView(hour))
        hours = sorted((*others, replace(known, accept=known.accept + 1)), key=lambda each: each.time)
        return replace(self, newest=newest, stats=replace(self.stats, hours=tuple(hours)))

    def is_old(self, now: datetime) -> bool:
        """True when the day it is about is another one, or may be soon."""
        return self.stats is None or now - self.stats.now > timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ToDo:
    """One line of what there is to do. `leads_to`: a screen's name, or "" where `cure` says it all; `about` its row."""

    sign: str
    tone: Tone
    text: str
    cure: str
    leads_to: Screen = ""
    about: str = ""


def chain(status: Status, today: Today, now: datetime, cells: int, words: Words) -> list[Line]:
    """The links that a message passes, each with its state."""
    return [
        _reception(status, today, now, cells, words),
        _analysis(status, today, now, cells, words),
        *_delivery(status, now, cells, words),
    ]


def _reception(status: Status, today: Today, now: datetime, cells: int, words: Words) -> Line:
    failed = [each for each in status.listeners if each.state != "listening"]
    if failed:
        return _link("bad", words("Reception"), f"{failed[0].address}: {failed[0].cause}", "", cells)
    if not status.listeners:
        return _link("bad", words("Reception"), words("listens nowhere"), "", cells)
    ports = joined(dict.fromkeys(each.address.rpartition(":")[2] for each in status.listeners), " ")
    came = (
        words("last mail came {ago}", ago=ago(today.newest, now, words)) if today.newest else words("no mail seen yet")
    )
    return _link("ok", words("Reception"), came, words("listens on port {ports}", ports=ports), cells)


def _analysis(status: Status, today: Today, now: datetime, cells: int, words: Words) -> Line:
    rspamd = status.rspamd
    if status.bypass.is_on:
        return _link("warn", words("Analysis"), words("the filter is off"), "bypass", cells)
    parts = (rspamd, status.antivirus, status.redis, status.dns, status.worker)
    broken = [each for each in parts if each.state in ("down", "away", "sick")]
    if broken:
        names = {id(rspamd): "rspamd", id(status.antivirus): "clamd", id(status.redis): "Redis", id(status.dns): "DNS"}
        name = names.get(id(broken[0]), words("attachments"))
        return _link("bad", words("Analysis"), words("{name} is away", name=name), broken[0].cause, cells)
    last = words("last scan {ago}", ago=ago(rspamd.last_scan, now, words)) if rspamd.last_scan else words("no scan yet")
    if rspamd.state == "slow":
        return _link("warn", words("Analysis"), words("rspamd is slow: mail waits for it"), rspamd.cause, cells)
    took = _took(today, now, words)
    name = joined(("rspamd", rspamd.version), " ")
    return _link("ok" if rspamd.state == _UP else "info", words("Analysis"), took or last, name, cells)


def _took(today: Today, now: datetime, words: Words) -> str:
    """How long mail lately took, "" when none came."""
    delays = today.stats.delays if today.stats is not None else ()
    lately = [each for each in delays if now - each.time < timedelta(hours=2)]
    if not lately:
        return ""
    return words("half of the mail within {number} s", number=words.number(lately[-1].half_seconds))


def _delivery(status: Status, now: datetime, cells: int, words: Words) -> list[Line]:
    lanes = sorted(status.lanes, key=lambda each: each.state in (_UP, "unknown"))
    shown = [_lane(each, now, cells, words) for each in lanes[:_LANES_SHOWN]]
    if len(lanes) > _LANES_SHOWN:
        rest = words.n("and {count} more server", "and {count} more servers", len(lanes) - _LANES_SHOWN)
        shown[-1] = spread(shown[-1], line(Piece(f"  {rest}", "muted")), cells)
    if not any(each.name.startswith("backend:") for each in lanes):
        shown.insert(0, _link("warn", words("Delivery"), words("no server is set"), "", cells))
    return [*shown, *_outside(status, cells, words)]


def _outside(status: Status, cells: int, words: Words) -> list[Line]:
    """Direct sending has no lane of its own: it is told when something waits on the way out."""
    waiting = [each for each in status.queue.waiting if each.lane.startswith("domain:")]
    return [_link("info", words("Sending"), waiting[0].text, "", cells)] if waiting else []


def _lane(lane: LaneStatus, now: datetime, cells: int, words: Words) -> Line:
    kind, _, name = lane.name.partition(":")
    label = words("Delivery") if kind == "backend" else words("Sending")
    since = words("for {span}", span=span((now - lane.since).total_seconds(), words)) if lane.since else ""
    if lane.state == _UP:
        took = words("{name} took mail {ago}", name=name, ago=ago(lane.delivered, now, words)) if lane.delivered else ""
        tls = "TLS" if lane.is_encrypted else ""
        return _link("ok", label, took or words("{name} answers", name=name), tls, cells)
    if lane.state == "unknown":
        return _link("info", label, words("{name}: no mail yet", name=name), "", cells)
    trouble = words("{name} is away", name=name) if lane.state == "away" else words("{name} refuses us", name=name)
    return _link("bad", label, joined((trouble, lane.cause), ": "), since, cells)


def _link(tone: Tone, label: str, text: str, aside: str, cells: int) -> Line:
    sign = {"ok": "✓", "bad": "✗", "warn": "⚠"}.get(tone, "○")
    left = line(Piece(f" {sign} {label:<11} ", tone), text)
    return spread(left, line(Piece(f" {aside} ", "muted")), cells)


def chart(today: Today, rows: int, cells: int, words: Words) -> list[Line]:
    """Messages per hour over the usual day; on the first day what to do to see one."""
    if today.stats is None:
        return []
    if not today.stats.hours:
        said = words("No mail seen yet. t sends a test through the whole chain; nobody gets it.")
        return [(), *paragraph(said, cells - 2, "info", first=line(" "))]
    numbers = fit(line(Piece(f" {day_words(today.stats, words)}", "muted")), cells)
    return [*hour_chart(today.stats, rows, cells, words), numbers]


def verdicts(status: Status, cells: int, words: Words) -> list[Line]:
    """What became of this day's mail, as bars with their numbers."""
    today = status.today
    refused = today.reject + today.refused
    kinds: tuple[tuple[str, str, int, Tone], ...] = (
        ("✓", words("delivered"), today.accept, "ok"),
        ("⚠", words("marked"), today.mark, "warn"),
        ("■", words("held"), today.quarantine, "warn"),
        ("✗", words("refused"), refused, "bad"),
        ("○", words("put off"), today.defer, "info"),
    )
    most = max((count for _, _, count, _ in kinds), default=0) or 1
    room = max(1, cells - 21)
    return [
        line(Piece(f" {sign} {word:<9}", tone), f"{words.whole(count):>6} ", Piece(bar(count / most, room), tone))
        for sign, word, count, tone in kinds
    ]


def to_do(status: Status, today: Today, words: Words) -> list[ToDo]:
    """What needs the admin, the most urgent first."""
    items = [_trouble(each) for each in sorted(status.troubles, key=lambda each: not each.stops_mail)]
    items += [ToDo("○", "info", each.text, "", "queue") for each in status.queue.waiting]
    if held := status.quarantine.items:
        text = words.n("{count} message is held", "{count} messages are held", held)
        wanted = sum(1 for each in today.held or () if each.likely == "wanted" and _waits(each))
        likely = words.n("{count} of them likely wanted", "{count} of them likely wanted", wanted) if wanted else ""
        items.append(ToDo("■", "warn", joined((text, likely)), words("Examine"), "quarantine"))
    return items


def _waits(held: HeldSummary) -> bool:
    return not held.is_copy and len(held.released_to) < len(held.recipients)


def _trouble(trouble: Trouble) -> ToDo:
    is_bad = trouble.stops_mail or trouble.key in _LANE_TROUBLES
    leads_to = _CURED_AT.get(trouble.key, "")
    return ToDo(
        "✗" if is_bad else "⚠", "bad" if is_bad else "warn", trouble.what, trouble.cure, leads_to, trouble.about
    )


def to_do_row(item: ToDo, cells: int, words: Words) -> Line:
    """One line of it."""
    aside = words(_LEADS[item.leads_to]) if item.leads_to else words("What to do")
    return spread(line(Piece(f"{item.sign} ", item.tone), item.text), line(Piece(f" {aside} ", "key")), cells)


def to_do_empty(frame_is_up: bool, words: Words) -> Line:
    """What stands there when there is nothing to do."""
    if not frame_is_up:
        return line(Piece("  " + words("Not known while the gateway is away."), "muted"))
    return line(Piece("  " + words("Nothing to do. Mail flows."), "ok"))


def machine(status: Status, now: datetime, cells: int, words: Words) -> list[Line]:
    """The gateway itself, in one line; what has no room is left out from the left."""
    load, disk = status.load, status.storage
    parts: tuple[str, ...] = (
        words("version {version}", version=status.version),
        words("runs for {span}", span=span((now - status.since).total_seconds(), words)),
        words("connections {count} of {limit}", count=load.connections, limit=load.connections_limit),
        words("memory {share} %", share=_percent(load.memory_octets, load.memory_limit_octets)),
        words("disk {share} %", share=_percent(disk.total_octets - disk.free_octets, disk.total_octets))
        if disk.total_octets
        else "",
    )
    while len(parts) > 1 and len(joined(parts, "  ")) >= cells:
        parts = parts[1:]
    return [fit(line(" " + joined(parts, "  ")), cells)]


def cure(item: ToDo, cells: int, words: Words) -> list[Line]:
    """One line of what there is to do, in full: cause and cure."""
    shown = paragraph(item.text, cells, "strong", first=line(Piece(f"{item.sign} ", item.tone)))
    return [*shown, (), *paragraph(item.cure or words("Nothing: the gateway tries again by itself."), cells)]


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
