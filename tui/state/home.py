"""Home: does mail flow, link by link; this day's mail; what there is to do; the gateway itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from gateway.control.values import Counts, LaneStatus, Status
from tui.format import Line, Piece, Tone, ago, bar, columns, fit, joined, line, paragraph, span, spread
from tui.language import Words

_UP: Final = "up"
_HOURS: Final = 24
_LANES_SHOWN: Final = 2
_PER_HOUR: Final = 2  # cells


@dataclass(frozen=True, slots=True)
class ToDo:
    """One line of what there is to do. `leads_to`: a screen's name, or "" where `cure` says it all."""

    sign: str
    tone: Tone
    text: str
    cure: str
    leads_to: Literal["", "quarantine", "messages", "queue"] = ""


def chain(status: Status, now: datetime, cells: int, words: Words) -> list[Line]:
    """The links that a message passes, each with its state."""
    return [
        _reception(status, cells, words),
        _analysis(status, now, cells, words),
        *_delivery(status, now, cells, words),
    ]


def _reception(status: Status, cells: int, words: Words) -> Line:
    failed = [each for each in status.listeners if each.state != "listening"]
    if failed:
        return _link("bad", words("Reception"), f"{failed[0].address}: {failed[0].cause}", "", cells)
    if not status.listeners:
        return _link("bad", words("Reception"), words("listens nowhere"), "", cells)
    places = ", ".join(each.address for each in status.listeners)
    total = _total(status.today)
    return _link(
        "ok",
        words("Reception"),
        words("listens on {places}", places=places),
        words.n("{count} today", "{count} today", total),
        cells,
    )


def _analysis(status: Status, now: datetime, cells: int, words: Words) -> Line:
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
    return _link(
        "ok" if rspamd.state == _UP else "info", words("Analysis"), last, joined(("rspamd", rspamd.version), " "), cells
    )


def _delivery(status: Status, now: datetime, cells: int, words: Words) -> list[Line]:
    lanes = sorted(status.lanes, key=lambda each: each.state in (_UP, "unknown"))
    shown = [_lane(each, now, cells, words) for each in lanes[:_LANES_SHOWN]]
    if len(lanes) > _LANES_SHOWN:
        rest = words.n("and {count} more server", "and {count} more servers", len(lanes) - _LANES_SHOWN)
        shown[-1] = spread(shown[-1], line(Piece(f"  {rest}", "muted")), cells)
    return shown or [_link("warn", words("Delivery"), words("no server is set"), "", cells)]


def _lane(lane: LaneStatus, now: datetime, cells: int, words: Words) -> Line:
    kind, _, name = lane.name.partition(":")
    label = words("Delivery") if kind == "backend" else words("Sending")
    since = words("for {span}", span=span((now - lane.since).total_seconds(), words)) if lane.since else ""
    if lane.state == _UP:
        return _link("ok", label, words("{name} answers", name=name), since, cells)
    if lane.state == "unknown":
        return _link("info", label, words("{name}: no mail yet", name=name), "", cells)
    trouble = words("{name} is away", name=name) if lane.state == "away" else words("{name} refuses us", name=name)
    return _link("bad", label, joined((trouble, lane.cause), ": "), since, cells)


def _link(tone: Tone, label: str, text: str, aside: str, cells: int) -> Line:
    sign = {"ok": "✓", "bad": "✗", "warn": "⚠"}.get(tone, "○")
    left = line(Piece(f" {sign} {label:<11} ", tone), text)
    return spread(left, line(Piece(f" {aside} ", "muted")), cells)


def hours(times: Iterable[datetime], now: datetime, words: Words) -> tuple[int, ...]:
    """How many messages came in each hour of this day, as far as it has gone."""
    today = now.astimezone(words.zone)
    counts = [0] * (today.hour + 1)
    for each in times:
        local = each.astimezone(words.zone)
        if local.date() == today.date() and local.hour <= today.hour:
            counts[local.hour] += 1
    return tuple(counts)


def hour_chart(counts: Sequence[int], rows: int, cells: int, words: Words) -> list[Line]:
    """Messages per hour as columns over a day's hours, the greatest hour named."""
    per_hour = max(1, min(_PER_HOUR, (cells - 1) // _HOURS))
    drawn = columns([*counts, *[0] * (_HOURS - len(counts))], rows)
    most = max(counts, default=0)
    lines = [line(" ", Piece("".join(each * per_hour for each in row), "info")) for row in drawn]
    scale = "".join(f"{hour}{words('h')}".ljust(6 * per_hour) for hour in (0, 6, 12, 18))
    top = words("max {count}", count=words.whole(most)) if most else ""
    return [*lines, spread(line(" ", Piece(scale.rstrip(), "muted")), line(Piece(top, "muted")), cells)]


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


def to_do(status: Status, words: Words) -> list[ToDo]:
    """What needs the admin, the most urgent first."""
    items = [
        ToDo("✗" if each.stops_mail else "⚠", "bad" if each.stops_mail else "warn", each.what, each.cure)
        for each in sorted(status.troubles, key=lambda each: not each.stops_mail)
    ]
    items += [ToDo("○", "info", each.text, "", "queue") for each in status.queue.waiting]
    if held := status.quarantine.items:
        text = words.n("{count} message is held", "{count} messages are held", held)
        items.append(ToDo("■", "warn", text, words("Examine"), "quarantine"))
    return items


def to_do_row(item: ToDo, cells: int, words: Words) -> Line:
    """One line of it."""
    aside = words("Examine") if item.leads_to else words("What to do")
    return spread(line(Piece(f"{item.sign} ", item.tone), item.text), line(Piece(f" {aside} ", "key")), cells)


def to_do_empty(frame_is_up: bool, words: Words) -> Line:
    """What stands there when there is nothing to do."""
    if not frame_is_up:
        return line(Piece("  " + words("Not known while the gateway is away."), "muted"))
    return line(Piece("  " + words("Nothing to do. Mail flows."), "ok"))


def machine(status: Status, now: datetime, cells: int, words: Words) -> list[Line]:
    """The gateway itself, in one line."""
    load = status.load
    parts = (
        words("version {version}", version=status.version),
        words("runs for {span}", span=span((now - status.since).total_seconds(), words)),
        words("connections {count} of {limit}", count=load.connections, limit=load.connections_limit),
        words("memory {share} %", share=_percent(load.memory_octets, load.memory_limit_octets)),
    )
    return [fit(line(" " + "  ".join(parts)), cells)]


def cure(item: ToDo, cells: int, words: Words) -> list[Line]:
    """One line of what there is to do, in full: cause and cure."""
    shown = paragraph(item.text, cells, "strong", first=line(Piece(f"{item.sign} ", item.tone)))
    return [*shown, (), *paragraph(item.cure or words("Nothing: the gateway tries again by itself."), cells)]


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _total(today: Counts) -> int:
    return today.accept + today.mark + today.quarantine + today.reject + today.defer + today.refused
