"""Which numbers make sense in the settings: generic by the unit in a field's name, and a few that belong together.

Knows no names and no addresses; `references` checks those.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Final

from gateway.config.problems import Path, Remark
from gateway.config.schema import Limits, Pair, PolicySettings, SecondsPair, Settings, Timeouts

# RFC 5321 §4.5.3.1.7: a message of 64K octets must be taken.
MESSAGE_MINIMUM_OCTETS: Final = 65_536
# Zero has a meaning here: do not wait, or give no grace.
_MAY_BE_ZERO: Final = frozenset({"greet_delay_seconds", "unscanned_grace_seconds", "refused_recipient_seconds"})
_PORT_MAXIMUM: Final = 65_535
MINUTES_MAXIMUM: Final = 1_440
_COUNTS: Final = frozenset(
    {
        *("connections", "connections_per_client", "recipients", "max_connections"),
        *("errors", "refused_recipients", "idle_commands"),
    }
)


def range_remarks(settings: Settings) -> Iterator[Remark]:
    """Everything about numbers that is out of range or contradicts another number."""
    yield from _of_record(settings, ())
    yield from _limits(settings.limits)
    yield from _timeouts(settings)
    for name, policy in settings.policy.items():
        yield from _thresholds(policy, ("policy", name))
    if settings.schema != 1:
        yield Remark(("schema",), f"is {settings.schema}, but this release reads schema 1")


def bounds(name: str) -> tuple[float | None, float | None, bool]:
    """The least and the most that a number of this name may be, None for no bound; True: it must be above the least."""
    if not _wrong_number(name, -1):
        return None, None, False
    most = next((each for each in (MINUTES_MAXIMUM, _PORT_MAXIMUM) if _wrong_number(name, each + 1)), None)
    if not _wrong_number(name, 0):
        return 0, most, False
    return (0, most, True) if not _wrong_number(name, 0.5) else (1, most, False)


def _of_record(record: object, path: Path) -> Iterator[Remark]:
    if isinstance(record, dict):
        for name, value in record.items():
            yield from _of_record(value, (*path, name))
    elif isinstance(record, tuple):
        for number, value in enumerate(record):
            yield from _of_record(value, (*path, number))
    elif dataclasses.is_dataclass(record):
        for field in dataclasses.fields(record):
            value = getattr(record, field.name)
            here = (*path, field.name)
            yield from _of_record(value, here)
            if message := _wrong_number(field.name, value):
                yield Remark(here, message)


def _wrong_number(name: str, value: object) -> str:
    """What is wrong with a number of this name, "" if nothing is."""
    if isinstance(value, Pair | SecondsPair):
        if value.overload > value.normal:
            return "takes more under overload than in normal times"
        return _wrong_number(name, value.overload)
    if not isinstance(value, int | float):
        return ""
    if not math.isfinite(value):
        return "must be a finite number"
    if name.endswith("_seconds"):
        return _wrong_seconds(name, value)
    if name == "port":
        return "" if 1 <= value <= _PORT_MAXIMUM else f"must be from 1 to {_PORT_MAXIMUM}"
    if name == "after_minutes":
        return "" if 1 <= value <= MINUTES_MAXIMUM else f"must be from 1 to {MINUTES_MAXIMUM} minutes"
    if name == "max_messages_per_hour":
        return "" if value >= 0 else "must not be negative"
    if name.endswith(("_octets", "_days", "_per_minute")) or name in _COUNTS:
        return "" if value >= 1 else "must be at least 1"
    return ""


def _wrong_seconds(name: str, value: float) -> str:
    if name in _MAY_BE_ZERO:
        return "" if value >= 0 else "must not be negative"
    return "" if value > 0 else "must be more than 0 seconds"


def _limits(limits: Limits) -> Iterator[Remark]:
    message, memory = _smallest(limits.message_size_octets), _smallest(limits.memory_octets)
    if 1 <= message < MESSAGE_MINIMUM_OCTETS:
        yield Remark(("limits", "message_size_octets"), f"must be at least {MESSAGE_MINIMUM_OCTETS} (RFC 5321)")
    # D15: what can never fit into memory would be refused for ever.
    if memory >= 1 and memory < _largest(limits.message_size_octets):
        yield Remark(("limits", "memory_octets"), "must be at least message_size_octets, or such a message never fits")


def _smallest(limit: int | Pair) -> int:
    return limit.overload if isinstance(limit, Pair) else limit


def _largest(limit: int | Pair) -> int:
    return limit.normal if isinstance(limit, Pair) else limit


def _timeouts(settings: Settings) -> Iterator[Remark]:
    timeouts: Timeouts = settings.timeouts
    if timeouts.checks_seconds >= timeouts.answer_budget_seconds:
        yield Remark(("timeouts", "checks_seconds"), "must be less than answer_budget_seconds")
    if settings.rspamd.timeout_seconds > timeouts.checks_seconds:
        yield Remark(("rspamd", "timeout_seconds"), "must not be more than timeouts.checks_seconds")
    # It is asked beside the other checks, before rspamd, which gets the other half.
    if settings.clamd.timeout_seconds > timeouts.checks_seconds / 2:
        yield Remark(("clamd", "timeout_seconds"), "must not be more than half of timeouts.checks_seconds")


def _thresholds(policy: PolicySettings, path: Path) -> Iterator[Remark]:
    if not policy.mark_at < policy.quarantine_at < policy.reject_at:
        yield Remark(path, "needs mark_at less than quarantine_at, and quarantine_at less than reject_at")
