"""System in lines: what can be done there, and what stands beside each: parts, room, pause, privacy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.control.values import Status
from tui.format import Line, Piece, Tone, ago, bar, clock, exactly, fit, fitted, joined, line, paragraph, size, spread
from tui.language import Words, mark
from tui.state.present import also_here

_BAR_CELLS: Final = 16
_WIDE_CELLS: Final = 70
# What a state means for mail: sign, word, tone.
_STATES: Final[dict[str, tuple[str, str, Tone]]] = {
    "up": ("✓", mark("works"), "ok"),
    "listening": ("✓", mark("listens"), "ok"),
    "unknown": ("○", mark("not asked yet"), "info"),
    "off": ("○", mark("switched off"), "muted"),
    "slow": ("⚠", mark("slow"), "warn"),
    "sick": ("⚠", mark("answers badly"), "warn"),
    "away": ("✗", mark("away"), "bad"),
    "down": ("✗", mark("away"), "bad"),
    "failed": ("✗", mark("failed"), "bad"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list. `name` is what the screen does with it."""

    name: str
    label: str
    about: str


ENTRIES: Final = (
    Entry("settings", mark("Settings"), mark("Every setting with what it is for, its default and its bounds.")),
    Entry("history", mark("History of settings"), mark("Who changed what and when; u takes it back.")),
    Entry("journal", mark("Journal of changes"), mark("Settings and rules in one list: who did what.")),
    Entry("services", mark("Services"), mark("The parts that mail depends on, and since when they work or not.")),
    Entry("storage", mark("Storage"), mark("Room for queue, quarantine and history, and how much is used.")),
    Entry("bypass", mark("Pause the filter"), mark("Let mail pass unfiltered for some hours, for an emergency.")),
    Entry("privacy", mark("Privacy"), mark("What is kept of people's mail, and for how long.")),
    Entry("forget", mark("Forget an address"), mark("Take a person out of the history, as the law may ask.")),
    Entry("language", mark("Language"), mark("English or French; it is remembered for you.")),
    Entry("screen", mark("Screen"), mark("Colours, signs and the mouse; remembered for you.")),
    Entry("assistant", mark("Assistant"), mark("Step by step to a gateway that takes and delivers mail.")),
)
STORAGE_KEYS: Final = ("limits.spool_octets", "quarantine.size_octets", "quarantine.keep_days", "history.keep_days")
PRIVACY_KEYS: Final = (
    "history.subjects",
    "history.keep_days",
    "quarantine.keep_days",
    "known_correspondents.learn",
    "known_correspondents.keep_days",
)
PAUSES: Final = (1_800, 3_600, 7_200, 14_400, 28_800, 86_400)


@dataclass(frozen=True, slots=True)
class Part:
    """A part that mail depends on, as it is now."""

    name: str
    state: str
    cause: str = ""
    since: datetime | None = None


def parts(status: Status, words: Words) -> Iterator[Part]:
    """Everything that can be away, in the order that mail meets it."""
    for each in status.listeners:
        yield Part(words("Reception {address}", address=each.address), each.state, each.cause)
    yield Part(words("Names (DNS)"), status.dns.state, status.dns.cause, status.dns.since)
    scan = status.rspamd
    yield Part(joined((words("Spam scanner"), scan.version), " "), scan.state, scan.cause)
    virus = status.antivirus
    yield Part(joined((words("Virus scanner"), virus.version), " "), virus.state, virus.cause)
    yield Part(words("Scanner's memory (redis)"), status.redis.state, status.redis.cause, status.redis.since)
    yield Part(words("Reader of attachments"), status.worker.state, status.worker.cause)
    for lane in status.lanes:
        kind, _, name = lane.name.partition(":")
        label = words("Server {name}", name=name) if kind == "backend" else words("Way out {name}", name=name or kind)
        yield Part(label, lane.state, lane.cause, lane.since)
    yield Part(words("Disk"), status.disk.state, status.disk.cause, status.disk.since)
    yield Part(words("Clock"), status.clock.state, status.clock.cause, status.clock.since)


def entry_row(entry: Entry, status: Status | None, now: datetime, cells: int, words: Words) -> Line:
    """One line of the list, with what matters of it at the right."""
    return spread(line(Piece(words(entry.label), "strong")), _aside(entry, status, now, words), cells)


def services(status: Status, now: datetime, cells: int, words: Words) -> list[Line]:
    """Each part with its state, those that fail first with their cause."""
    found = sorted(parts(status, words), key=lambda each: _tone(each.state) not in ("bad", "warn"))
    rows: list[Line] = []
    for each in found:
        sign, word, tone = _STATES.get(each.state, ("•", each.state, "muted"))
        since = ago(each.since, now, words) if each.since else ""
        right = line(Piece(joined((words(word), since), ", "), tone))
        rows.append(spread(line(Piece(f"{sign} ", tone), each.name), right, cells))
        if each.cause and tone in ("bad", "warn"):
            rows += paragraph(each.cause, cells, "muted", first=line("  "))
    running = words("Poterne {version} runs since {time}.", version=status.version, time=exactly(status.since, words))
    others = also_here(status.sessions, words)
    return [*rows, (), *paragraph(joined((running, others), " "), cells, "muted")]


def storage(status: Status, cells: int, words: Words) -> list[Line]:
    """Room by purpose: how much of what is allowed, as bars."""
    queue, held, kept = status.queue, status.quarantine, status.storage
    days = words.n("{count} day", "{count} days", kept.history_days)
    held_days = words.n("{count} day", "{count} days", kept.quarantine_days)
    used = kept.total_octets - kept.free_octets
    return [
        _room(words("Queue"), queue.size_octets, queue.limit_octets, "", cells, words),
        _room(words("Quarantine"), held.size_octets, held.limit_octets, held_days, cells, words),
        _room(words("History"), kept.history_octets, kept.total_octets, days, cells, words),
        _room(words("Whole disk"), used, kept.total_octets, "", cells, words),
    ]


def paused(status: Status, now: datetime, cells: int, words: Words) -> list[Line]:
    """Whether mail is filtered, and what a pause does."""
    bypass = status.bypass
    rows: list[Line] = []
    if bypass.is_on and bypass.until is not None:
        text = words(
            "Mail passes UNFILTERED until {time}; {by} ordered it.", time=clock(bypass.until, words), by=bypass.by
        )
        rows += paragraph(text, cells, "warn", first=line(Piece("⚠ ", "warn")))
        rows += paragraph(words("Enter filters again at once."), cells)
    else:
        rows += paragraph(words("Mail is filtered."), cells, "ok", first=line(Piece("✓ ", "ok")))
        text = words("A pause ends by itself. Meanwhile spam and viruses reach the mailboxes.")
        rows += paragraph(text, cells)
    return rows


def about(entry: Entry, cells: int, words: Words) -> list[Line]:
    """What the line is for."""
    return paragraph(words(entry.about), cells, "info")


def pause_label(seconds: int, words: Words) -> str:
    """`30 min`, `1 h`."""
    if seconds < 3_600:
        return words("{count} min", count=seconds // 60)
    return words("{count} h", count=seconds // 3_600)


def forgotten(rows: int, held: int, queued: int, listed: int, words: Words) -> tuple[str, Tone]:
    """What became of an address, and where it still stands."""
    text = words.n("Taken out of {count} record.", "Taken out of {count} records.", rows)
    rest = joined(
        (
            words.n("{count} held message", "{count} held messages", held) if held else "",
            words.n("{count} waiting message", "{count} waiting messages", queued) if queued else "",
            words.n("{count} rule", "{count} rules", listed) if listed else "",
        )
    )
    return (f"{text} {words('It still stands in: {where}.', where=rest)}", "warn") if rest else (text, "ok")


def _aside(entry: Entry, status: Status | None, now: datetime, words: Words) -> Line:
    if status is None:
        return ()
    if entry.name == "services":
        bad = sum(1 for each in parts(status, words) if _tone(each.state) in ("bad", "warn"))
        if bad:
            return line(Piece(words.n("✗ {count} does not work", "✗ {count} do not work", bad), "bad"))
        return line(Piece(words("✓ all work"), "ok"))
    if entry.name == "bypass" and status.bypass.is_on and status.bypass.until is not None:
        return line(Piece(words("⚠ until {time}", time=clock(status.bypass.until, words)), "warn"))
    if entry.name == "storage" and status.storage.total_octets:
        free = status.storage.free_octets
        return line(Piece(words("{size} free", size=size(free, words)), "muted"))
    if entry.name in ("settings", "history") and status.trial is not None:
        return line(Piece(words("on trial"), "warn"))
    return ()


def _tone(state: str) -> Tone:
    return _STATES.get(state, ("", "", "muted"))[2]


def _room(name: str, used: int, of: int, note: str, cells: int, words: Words) -> Line:
    share = used / of if of else 0.0
    tone: Tone = "bad" if share >= 0.95 else "warn" if share >= 0.8 else "ok"
    said = words("{used} of {all}", used=size(used, words), all=size(of, words)) if of else size(used, words)
    left = line(
        Piece(f"{fitted(name, 14)} ", "strong"),
        Piece(bar(share, _BAR_CELLS if cells >= _WIDE_CELLS else _BAR_CELLS // 3), tone),
        f" {said}",
    )
    return fit(spread(left, line(Piece(note, "muted")), cells), cells)
