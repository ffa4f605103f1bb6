"""The two lines at the top of every screen: how mail fares, in words, and where one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.control.values import Status
from tui.format import Line, Piece, clock, day, fitted, line, spread, width
from tui.language import Words, mark
from tui.state.trial import in_title

_NAME_CELLS: Final = 16
# Each with its key; together they fit 80 cells in both languages.
TABS: Final = (
    (1, "home", mark("Home")),
    (2, "messages", mark("Messages")),
    (3, "quarantine", mark("Quarantine")),
    (4, "queue", mark("Queue")),
    (5, "domains", mark("Domains")),
    (6, "rules", mark("Rules")),
    (7, "health", mark("Health")),
    (8, "reports", mark("Stats")),
    (9, "system", mark("System")),
)


@dataclass(frozen=True, slots=True)
class LinkState:
    """The connection to the gateway. `why` says what is wrong; `again_at` is when we try again."""

    is_up: bool = False
    why: str = ""
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What the title bar is computed from; `status` is the last one heard, also when the link is down."""

    status: Status | None = None
    link: LinkState = LinkState()

    @property
    def is_alarm(self) -> bool:
        """True when mail does not flow, or nobody knows."""
        return bool(self.link.why) or (self.status is not None and not self.status.mail_flows)


def title(frame: Frame, now: datetime, cells: int, words: Words) -> Line:
    """The first line: name, state in one word, what waits, and the time."""
    status = frame.status
    said: list[Piece | str] = [verdict(frame, words)]
    if status is not None and status.trial is not None and not frame.link.why:
        said += in_title(status.trial, now, words)
    elif status is not None and status.bypass.is_on and status.bypass.until is not None:
        said += ["  ", Piece(words("UNFILTERED until {time}", time=clock(status.bypass.until, words)), "strong")]
    elif status is not None:
        said.append(words("  Queue {count}", count=words.whole(status.queue.entries)))
        said.append(words("  Quarantine {count}", count=words.whole(status.quarantine.items)))
        if alerts := len(status.troubles):
            said.append(words.n("  ⚠ {count} alert", "  ⚠ {count} alerts", alerts))
    right = line(f" {day(now, words) if cells >= 100 else ''} {clock(now, words)} ")
    # What is said is never cut: the name gives way.
    room = max(3, min(_NAME_CELLS, cells - width(line(*said)) - width(right) - 3))
    name = status.hostname.partition(".")[0] if status else "poterne"
    left = line(Piece(f" {fitted(name, room).rstrip()}  ", "strong"), *said)
    return spread(left, right, cells)


def verdict(frame: Frame, words: Words) -> Piece:
    """How mail fares, as sign and words."""
    if frame.link.why:
        return Piece(words("✗ Gateway away"), "strong")
    if frame.status is None:
        return Piece(words("○ connecting"), "strong")
    if not frame.status.mail_flows:
        return Piece(words("✗ Mail does not flow"), "strong")
    if frame.status.troubles:
        return Piece(words("⚠ Mail flows"), "strong")
    return Piece(words("✓ Mail OK"), "strong")


def tabs(current: str, words: Words) -> Line:
    """The second line: the screens with their keys."""
    shown: list[Piece | str] = []
    for number, name, label in TABS:
        shown += [" ", Piece(f"{number}{words(label)}", "pick" if name == current else "muted")]
    return line(*shown)


def connection(link: LinkState, now: datetime, words: Words) -> Line:
    """What the last line but one says while the gateway is away, () while it is there."""
    if not link.why:
        return ()
    seconds = max(0, round((link.again_at - now).total_seconds())) if link.again_at else 0
    again = words("next try in {count} s", count=seconds) if seconds else words("trying again")
    return line(Piece(f" {link.why} ", "alarm"), Piece(f" {again}", "muted"))
