"""What of history is shown: one verdict or state, from when until when; and how people write a moment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final, Literal

from gateway.control.values import MessageSummary
from tui.language import Words, mark

Action = Literal["", "accept", "mark", "quarantine", "reject", "defer"]
State = Literal["", "delivered", "quarantined", "rejected", "refused", "deferred", "spooled", "on-hold", "dead"]
_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?")
_HOUR: Final = re.compile(r"(\d{1,2})[:h](\d{2})?")


class MomentError(ValueError):
    """What was typed is no moment."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a message: a verdict, a state, or both."""

    name: str
    action: Action = ""
    state: State = ""


# In the order of how often they are looked for.
FATES: Final = (
    Fate(mark("all")),
    Fate(mark("held"), state="quarantined"),
    Fate(mark("refused"), "reject"),
    Fate(mark("marked"), "mark"),
    Fate(mark("delivered"), "accept"),
    Fate(mark("released"), "quarantine", "delivered"),
    Fate(mark("put off"), "defer"),
    Fate(mark("waiting"), state="spooled"),
    Fate(mark("given up"), state="dead"),
    Fate(mark("refused by your server"), state="refused"),
)
# Days back; 0 for all that history has.
SPANS: Final = ((0, mark("all times")), (1, mark("24 h")), (7, mark("7 days")), (30, mark("30 days")))


@dataclass(frozen=True, slots=True)
class Filter:
    """`days` back from now, or from `since` until `until`, which count where `days` is 0."""

    fate: Fate = FATES[0]
    days: int = 0
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_all(self) -> bool:
        """True when it lets everything through."""
        return self == Filter()

    def begins(self, now: datetime) -> datetime | None:
        """From when on."""
        return now - timedelta(days=self.days) if self.days else self.since

    def lets_in(self, item: MessageSummary, now: datetime) -> bool:
        """Whether a message belongs to what is shown."""
        since = self.begins(now)
        fits = self.fate.action in ("", item.action) and self.fate.state in ("", item.state)
        return fits and (since is None or item.time >= since) and (self.until is None or item.time < self.until)


def said(chosen: Filter, words: Words) -> str:
    """The filter in a few words: `held, 7 days`, `all, 24/11 09:00 → 24/11 18:00`."""
    times = words(dict(SPANS)[chosen.days]) if chosen.days else ""
    if not chosen.days and (chosen.since is not None or chosen.until is not None):
        ends = (f"{each.astimezone(words.zone):%d/%m %H:%M}" if each else "…" for each in (chosen.since, chosen.until))
        times = " → ".join(ends)
    return f"{words(chosen.fate.name)}, {times}" if times else words(chosen.fate.name)


def moment(text: str, now: datetime, zone: tzinfo | None, *, at_end: bool = False) -> datetime | None:
    """A moment as people type it: `23/11`, `23.11.2026 9:00`, `2026-11-23`, `09:30` (of today); None for nothing.

    A day without an hour begins at midnight, or ends there with `at_end`. A date without a year is the last such day.
    Raises MomentError.
    """
    words, local = text.split(), now.astimezone(zone)
    if not words:
        return None
    dates = [found for each in words if (found := _DATE.fullmatch(each))]
    hours = [found for each in words if (found := _HOUR.fullmatch(each))]
    if len(dates) + len(hours) != len(words) or len(dates) > 1 or len(hours) > 1:
        raise MomentError(text)
    try:
        start = _day(dates[0], local) if dates else local.replace(hour=0, minute=0, second=0, microsecond=0)
        if hours:
            return start.replace(hour=int(hours[0][1]), minute=int(hours[0][2] or 0))
        return start + timedelta(days=1) if at_end else start
    except (ValueError, OverflowError) as error:
        raise MomentError(text) from error


def _day(found: re.Match[str], local: datetime) -> datetime:
    if found[1]:
        return local.replace(int(found[1]), int(found[2]), int(found[3]), 0, 0, 0, 0)
    chosen = local.replace(int(found[6] or local.year), int(found[5]), int(found[4]), 0, 0, 0, 0)
    return chosen.replace(year=chosen.year - 1) if chosen > local and not found[6] else chosen
