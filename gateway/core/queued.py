"""An entry of the queue as it is listed: one message for one lane, its recipients and what happened so far."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class QueueState(Enum):
    """Where an entry stands; `gateway/store/README.md` says what is on disk in each."""

    QUEUED = "queued"
    IN_DOUBT = "in-doubt"  # our final dot went out without an answer: the hop may have it (D1)
    HELD = "held"  # by a person
    DEAD = "dead"  # given up or dropped; the file is kept in `dead/`
    DONE = "done"  # every recipient is settled; the file is about to go


@dataclass(frozen=True, slots=True)
class QueuedRecipient:
    """One recipient of an entry. `is_open`: still to be tried. The rest is the last outcome, "" before the first.

    `result` and `stage` are the words of `core.outcome`; `reply` is the hop's own and raw.
    """

    address: str
    is_open: bool = True
    result: str = ""
    stage: str = ""
    hop: str = ""
    reply: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """`id` is random and names the file; `code` is the message's and may occur in several entries.

    `since` and `next_attempt` are seconds since the epoch, UTC. `cause` says in words why it waits.
    """

    id: str
    code: str
    lane: str
    state: QueueState
    since: float
    next_attempt: float
    attempts: int
    reverse_path: str
    size_octets: int
    recipients: tuple[QueuedRecipient, ...]
    cause: str = ""

    @property
    def open_recipients(self) -> tuple[QueuedRecipient, ...]:
        """Those who are still to be tried."""
        return tuple(each for each in self.recipients if each.is_open)


@dataclass(frozen=True, slots=True)
class LaneCause:
    """Entries of a lane that are in one state for one cause; times as in `LaneLoad`, those of the first of them."""

    lane: str
    state: QueueState
    cause: str
    entries: int
    since: float
    next_attempt: float


@dataclass(frozen=True, slots=True)
class LaneLoad:
    """How many entries of a lane are in a state, and the oldest of them (seconds since the epoch)."""

    lane: str
    state: QueueState
    entries: int
    since: float
    next_attempt: float
