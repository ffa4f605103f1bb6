"""What became of the mail of the last weeks, as numbers: by hour, by points, by delay, by who wrote to whom. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from gateway.core.tally import DELAY, RECIPIENT, SCORE, SENDER, VERDICT, Tally

NAMES_SHOWN: Final = 500
# name: how often lately, and in all.
Names = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Statistics:
    """`hours` are verdicts, `delays` classes, `scores` points (all under hour 0)."""

    hours: Tally
    delays: Tally
    scores: Tally
    senders: Names
    recipients: Names

    def with_(self, waiting: Tally, recent: int) -> Statistics:
        """The same with what is not written yet; `recent` is the hour from which lately begins."""
        lately = Counter({place: number for place, number in waiting.items() if place.hour >= recent})
        return Statistics(
            self.hours + _of(waiting, VERDICT),
            self.delays + _of(lately, DELAY),
            self.scores + _summed(lately, SCORE),
            _added(self.senders, waiting, SENDER, recent),
            _added(self.recipients, waiting, RECIPIENT, recent),
        )


def unusual(now: int, usual: float) -> float:
    """How far a number is from the usual one: how many times as much, newcomers above regulars, single messages low."""
    return (now - usual) / (usual + 3.0)


def _of(counted: Tally, kind: str) -> Tally:
    return Counter({place: number for place, number in counted.items() if place.kind == kind})


def _summed(counted: Tally, kind: str) -> Tally:
    summed: Tally = Counter()
    for place, number in _of(counted, kind).items():
        summed[place._replace(hour=0)] += number
    return summed


def _added(names: Names, counted: Tally, kind: str, recent: int) -> Names:
    added = dict(names)
    for place, number in _of(counted, kind).items():
        now, total = added.get(place.name, (0, 0))
        added[place.name] = (now + number * (place.hour >= recent), total + number)
    ordered = sorted(((name, each) for name, each in added.items() if each[0]), key=lambda each: (-each[1][0], each[0]))
    return dict(ordered[:NAMES_SHOWN])


@dataclass(frozen=True, slots=True)
class Counted:
    """The numbers, the moment they are of (seconds since the epoch), our domains, and the thresholds of now."""

    statistics: Statistics
    now: float
    ours: frozenset[str]
    mark_at: float
    quarantine_at: float
    reject_at: float
