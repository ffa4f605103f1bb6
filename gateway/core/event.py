"""What happened, one frozen class each: the words of journal, history and interface.

Events go up by an injected `publish(Event)`; whoever publishes does not know who listens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from gateway.core.record import MessageRecord


@dataclass(frozen=True, slots=True)
class MessageHandled:
    """A message, or a refused client or recipient, came to its end for now."""

    record: MessageRecord


@dataclass(frozen=True, slots=True)
class MessageFollowed:
    """What became of a message later: a follow-up to its first row (`core.followup`)."""

    record: MessageRecord


@dataclass(frozen=True, slots=True)
class LaneChanged:
    """A next hop's health changed. `state`: "up", "away", "sick"; `cause` in words."""

    lane: str
    state: str
    cause: str


@dataclass(frozen=True, slots=True)
class DependencyChanged:
    """rspamd, clamd, redis, dns, worker, disk or clock changed. `state`: "up", "down" or "slow"; `cause` in words."""

    name: str
    state: str
    cause: str


@dataclass(frozen=True, slots=True)
class QuarantineChanged:
    """An item was held, released, deleted or expired (`change`)."""

    code: str
    change: str


@dataclass(frozen=True, slots=True)
class QueueChanged:
    """A spooled message moved; `cause` in words.

    `state` is delivered, queued, refused, in-doubt, held, on-hold (by the gateway itself, for a person to decide)
    or dead.
    """

    code: str
    lane: str
    state: str
    cause: str


@dataclass(frozen=True, slots=True)
class BypassChanged:
    """Mail is relayed unfiltered from now on, or filtered again. `until` is seconds since the epoch, UTC."""

    is_on: bool
    by: str
    until: float = 0.0


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """Settings run on trial, were kept, reverted, or the last that ran stand in for the file's (`change`).

    `change`: trial, kept, reverted, fallback. `by` is who did it, "" for the gateway itself; `why` in words;
    `ends` is when a trial does, seconds since the epoch, UTC.
    """

    version: int
    change: str
    by: str
    why: str
    ends: float = 0.0


@dataclass(frozen=True, slots=True)
class Fault:
    """An unexpected exception, caught at an edge: where, and its text for the journal only."""

    where: str
    text: str


Event: TypeAlias = (
    MessageHandled
    | MessageFollowed
    | LaneChanged
    | DependencyChanged
    | QuarantineChanged
    | QueueChanged
    | BypassChanged
    | SettingsChanged
    | Fault
)
Publish: TypeAlias = Callable[[Event], None]
