"""The method about the mail of the last weeks: tallies become numbers that a chart can draw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from gateway.control import protocol
from gateway.control.room import Handler, Room
from gateway.control.statsvalues import DelayView, HourView, NameView, ScoreView, Stats, StatsQuery
from gateway.core.statistics import Counted, Names, unusual
from gateway.core.tally import HOUR_SECONDS, OTHERS, Tally, delay_at, hour_of
from gateway.core.text import safe

HISTORY_DAYS: Final = 30
NAMES_TOLD: Final = 100
_NAME_CHARACTERS: Final = 120
_VERDICTS: Final = frozenset({"accept", "mark", "quarantine", "reject", "defer"})


async def stats(room: Room, params: StatsQuery) -> Stats:
    """The last days, beside the month."""
    counted = await room.desk.statistics(params.days * 24, HISTORY_DAYS * 24)
    found, hour = counted.statistics, hour_of(counted.now)
    recent = hour - params.days * 24 + 1
    spans = _spans(found.hours, hour, params.days)
    return Stats(
        now=datetime.fromtimestamp(counted.now, UTC),
        since=_time(recent),
        days=params.days,
        hours=tuple(_hours(found.hours)),
        scores=tuple(ScoreView(int(place.name), number) for place, number in sorted(found.scores.items(), key=_points)),
        delays=tuple(_delays(found.delays)),
        senders=_names(found.senders, spans, counted),
        recipients=_names(found.recipients, spans, counted),
        mark_at=counted.mark_at,
        quarantine_at=counted.quarantine_at,
        reject_at=counted.reject_at,
    )


def _points(item: tuple[object, int]) -> int:
    place = item[0]
    return int(getattr(place, "name", "0"))


def _spans(hours: Tally, hour: int, days: int) -> float:
    """How many spans as long as this one lie before it, as far as anything was counted."""
    first = min((place.hour for place in hours), default=hour)
    return max(0.0, (hour - days * 24 + 1 - first) / (days * 24))


def _hours(counted: Tally) -> Iterable[HourView]:
    by_hour: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for place, number in counted.items():
        by_hour[place.hour][place.name if place.name in _VERDICTS else "refused"] += number
    for hour in sorted(by_hour):
        yield HourView(_time(hour), **by_hour[hour])


def _delays(counted: Tally) -> Iterable[DelayView]:
    by_hour: dict[int, dict[int, int]] = defaultdict(dict)
    for place, number in counted.items():
        by_hour[place.hour][int(place.name)] = number
    for hour in sorted(by_hour):
        half, most = delay_at(0.5, by_hour[hour]), delay_at(0.95, by_hour[hour])
        if half is not None and most is not None:
            yield DelayView(_time(hour), half, most)


def _names(names: Names, spans: float, counted: Counted) -> tuple[NameView, ...]:
    views = []
    for name, (now, total) in names.items():
        if name != OTHERS:
            usual = (total - now) / spans if spans else 0.0
            is_ours = name.rpartition("@")[2] in counted.ours
            views.append(
                NameView(safe(name, _NAME_CHARACTERS), is_ours, now, round(usual, 2), round(unusual(now, usual), 3))
            )
    return tuple(sorted(views, key=lambda each: (-each.messages, each.name))[:NAMES_TOLD])


def _time(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * HOUR_SECONDS, UTC)


HANDLERS: Final[MappingProxyType[str, Handler]] = MappingProxyType({protocol.STATS.name: stats})
