"""What the admin is told by mail, and when: a state machine fed with what is wrong now and with the time.

Pure: it knows no mail and no words. A condition is told once it has lasted; what ends is told too; a family of
conditions gets at most one letter in a while, however often they come and go; at night only what can't wait is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from itertools import groupby
from operator import attrgetter
from typing import Final

# Between two letters of a family: whoever is called every minute looks at none.
GAP_SECONDS: Final = 1_800.0
# What was away so short a time is not over yet: a next hop that comes and goes, a gateway that just starts.
SETTLED_SECONDS: Final = 120.0
# A machine that was off in the morning writes later; one that starts in the evening waits for the next day.
MORNING_SECONDS: Final = 6 * 3_600.0
# More than these at once tell nobody more.
KNOWN_MAXIMUM: Final = 100


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that is wrong now. `key` names it as long as it lasts, `family` what is told together with it.

    It is told when it has lasted `patience_seconds`, and again when its `stage` falls (the days that a certificate
    has left); `is_urgent`: also at night.
    """

    key: str
    family: str
    what: str
    cure: str
    is_urgent: bool = False
    patience_seconds: float = 0.0
    stage: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """A condition since it began (seconds since the epoch); `told_stage` None while the admin does not know of it.

    `absent_since`: when it was last seen to be gone, None while it lasts.
    """

    condition: Condition
    since: float
    told_stage: int | None = None
    absent_since: float | None = None

    @property
    def is_told(self) -> bool:
        """True when the admin knows that it began."""
        return self.told_stage is not None


@dataclass(frozen=True, slots=True)
class AlarmState:
    """All that must outlive a restart. `letters`: when each family was last written about; `digest_on`: an ISO date."""

    known: tuple[Known, ...] = ()
    letters: Mapping[str, float] = field(default_factory=dict)
    digest_on: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """When to be quiet, on the clock of the place; the same time twice is never."""

    begin: time
    end: time

    def hold(self, now: time) -> bool:
        """True while it is quiet, over midnight too."""
        if self.begin <= self.end:
            return self.begin <= now < self.end
        return now >= self.begin or now < self.end


NEVER: Final = Hours(time(), time())


@dataclass(frozen=True, slots=True)
class Alarm:
    """One letter about a family: what is wrong now and new, what is over, what was told before and lasts."""

    family: str
    begun: tuple[Known, ...]
    ended: tuple[Known, ...]
    still: tuple[Known, ...]


def followed(state: AlarmState, conditions: Sequence[Condition], now: float) -> AlarmState:
    """The state after a look at what is wrong now."""
    present = {each.key: each for each in conditions}
    kept = [_followed(each, present.pop(each.condition.key, None), now) for each in state.known]
    kept = [each for each in kept if not _is_forgotten(each, now)]
    new = [Known(each, now) for each in present.values()]
    return replace(state, known=tuple([*kept, *new][:KNOWN_MAXIMUM]))


def due(state: AlarmState, local: datetime, quiet: Hours) -> tuple[Alarm, ...]:
    """The letters to write now; `local` is the time of day of the place."""
    by_family = attrgetter("condition.family")
    families = groupby(sorted(state.known, key=by_family), key=by_family)
    alarms = (_alarm(family, tuple(members), local.timestamp()) for family, members in families)
    return tuple(each for each in alarms if _may_go(each, state, local, quiet))


def told(state: AlarmState, alarm: Alarm, now: float) -> AlarmState:
    """The state after this letter left."""
    gone = {each.condition.key for each in alarm.ended}
    begun = {each.condition.key for each in alarm.begun}
    known = (
        replace(each, told_stage=each.condition.stage) if each.condition.key in begun else each
        for each in state.known
        if each.condition.key not in gone
    )
    return replace(state, known=tuple(known), letters={**state.letters, alarm.family: now})


def digest_is_due(state: AlarmState, local: datetime, at: time | None) -> bool:
    """True when this morning's letter about what is held has yet to be written; `at` None: never."""
    if at is None or state.digest_on == local.date().isoformat():
        return False
    passed = local - local.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return 0 <= passed.total_seconds() < MORNING_SECONDS


def digested(state: AlarmState, local: datetime) -> AlarmState:
    """The state after this morning's letter, also when there was nothing to say."""
    return replace(state, digest_on=local.date().isoformat())


def _followed(known: Known, condition: Condition | None, now: float) -> Known:
    if condition is not None:
        return replace(known, condition=condition, absent_since=None)
    return known if known.absent_since is not None else replace(known, absent_since=now)


def _is_forgotten(known: Known, now: float) -> bool:
    """Nobody was told of it and nobody need be: it was over before it mattered."""
    return _is_settled(known, now) and not known.is_told and not _has_lasted(known, now)


def _is_settled(known: Known, now: float) -> bool:
    return known.absent_since is not None and not 0 <= now - known.absent_since < SETTLED_SECONDS


def _has_lasted(known: Known, now: float) -> bool:
    end = now if known.absent_since is None else known.absent_since
    return end - known.since >= known.condition.patience_seconds


def _alarm(family: str, members: tuple[Known, ...], now: float) -> Alarm:
    lasting = [each for each in members if each.absent_since is None]
    begun = [each for each in lasting if _has_lasted(each, now) and _is_news(each)]
    # What nobody could be told of while it lasted (the way to the admin was away too) is told when it is over.
    ended = [each for each in members if _is_settled(each, now)]
    still = [each for each in lasting if each.is_told and each not in begun]
    return Alarm(family, tuple(begun), tuple(ended), tuple(still))


def _is_news(known: Known) -> bool:
    return known.told_stage is None or known.condition.stage < known.told_stage


def _may_go(alarm: Alarm, state: AlarmState, local: datetime, quiet: Hours) -> bool:
    if not alarm.begun and not alarm.ended:
        return False
    if 0 <= local.timestamp() - state.letters.get(alarm.family, float("-inf")) < GAP_SECONDS:
        return False
    return not quiet.hold(local.time()) or any(each.condition.is_urgent for each in (*alarm.begun, *alarm.ended))
