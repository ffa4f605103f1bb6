"""What the control socket tells of the mail of the last weeks, as frozen values: numbers for charts and tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.control.params import Language


@dataclass(frozen=True, slots=True)
class StatsQuery:
    """The mail of the last `days` (1 to 30), beside the usual. Raises ValueError for other spans."""

    days: int = 1
    language: Language = ""

    def __post_init__(self) -> None:
        """History counts no longer than a month."""
        if not 1 <= self.days <= 30:
            raise ValueError("days are from 1 to 30")


@dataclass(frozen=True, slots=True)
class HourView:
    """What came in one hour that began at `time`, by verdict. Hours without mail are left out."""

    time: datetime
    accept: int = 0
    mark: int = 0
    quarantine: int = 0
    reject: int = 0
    defer: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class ScoreView:
    """How many messages had from `points` to one point more; the first and the last stand for all beyond."""

    points: int
    messages: int


@dataclass(frozen=True, slots=True)
class DelayView:
    """Within how many seconds half and nineteen of twenty messages of an hour had their answer (upper ends)."""

    time: datetime
    half_seconds: float
    most_seconds: float


@dataclass(frozen=True, slots=True)
class NameView:
    """Who wrote or was written to: how often in the span, and usually in one as long.

    `unusual` orders by what is out of the ordinary; `is_ours`: in one of the office's domains.
    """

    name: str
    is_ours: bool
    messages: int
    usual: float
    unusual: float


@dataclass(frozen=True, slots=True)
class Stats:
    """The mail of the span that begins at `since`; `hours` reach back a month, for the usual day."""

    now: datetime
    since: datetime
    days: int
    hours: tuple[HourView, ...]
    scores: tuple[ScoreView, ...]
    delays: tuple[DelayView, ...]
    senders: tuple[NameView, ...]
    recipients: tuple[NameView, ...]
    mark_at: float
    quarantine_at: float
    reject_at: float
