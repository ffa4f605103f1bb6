"""What the control socket tells of the work in hand, as frozen values: what waits and why, the bypass, the test.

As `values`: words and numbers ready to be shown, times in UTC, absent text is "".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Waiting:
    """Entries of one lane that wait for the same cause. `since` is the oldest; `text` says it in words.

    `state`: queued, in-doubt, held. `next_attempt` is None where nobody will try by itself.
    """

    lane: str
    state: str
    entries: int
    since: datetime
    cause: str
    text: str
    next_attempt: datetime | None = None


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """What is spooled: entries that wait, dead letters, files that were set aside as damaged; the octets of all."""

    entries: int = 0
    dead: int = 0
    damaged: int = 0
    size_octets: int = 0
    limit_octets: int = 0
    waiting: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True)
class StorageStatus:
    """The octets of the history's database and how many days it keeps; what is free of the disk, and all of it.

    0 of 0 for a disk that can't say.
    """

    history_octets: int = 0
    history_days: int = 0
    quarantine_days: int = 0
    free_octets: int = 0
    total_octets: int = 0


@dataclass(frozen=True, slots=True)
class DomainStatus:
    """How well the recipients of one domain are verified.

    "verifying"; "unverifying": the server says yes to everybody; "unverified": not asked, as set; "untested";
    "unavailable": nobody can be asked; "learning": unknown addresses are taken, until `until`; "directory-away" and
    "directory-held": the copy of before counts, `cause` says why. `known` addresses, where a list decides.
    """

    domain: str
    state: str
    known: int = 0
    until: datetime | None = None
    cause: str = ""


@dataclass(frozen=True, slots=True)
class ZoneStatus:
    """One DNS list for one `family` (4 or 6): "usable", "broken" (lists nobody or everybody), "silent", "untested"."""

    zone: str
    family: int
    state: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class SessionView:
    """A user who has the interface open: how many times, the first since when. `is_you`: the one who asks."""

    user: str
    count: int
    since: datetime
    is_you: bool = False


@dataclass(frozen=True, slots=True)
class BypassStatus:
    """Whether mail is relayed unfiltered, since whose order, and until when."""

    is_on: bool = False
    by: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntryRecipient:
    """One recipient of an entry; `is_open`: still to be tried. `reply` is what the next hop last said, or the cause."""

    address: str
    is_open: bool
    result: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry of the queue: one message for one lane. `id` names this entry, `code` the message (and its others).

    `state`: queued, in-doubt, held, dead; `outcome` says it in words. At most the first 100 of `recipient_count`.
    """

    id: str
    code: str
    lane: str
    state: str
    outcome: str
    since: datetime
    attempts: int
    reverse_path: str
    recipients: tuple[EntryRecipient, ...]
    recipient_count: int
    size_octets: int
    cause: str = ""
    next_attempt: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entries:
    """All entries of one message, or the one that was asked for."""

    items: tuple[EntryView, ...]


@dataclass(frozen=True, slots=True)
class Lanes:
    """What waits, grouped by lane and cause, the longest first."""

    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What a verb did to one entry. `text` says it, or why nothing was done."""

    id: str
    code: str
    done: bool
    text: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a verb did; `complete` when it did it to every entry."""

    complete: bool
    changes: tuple[EntryChange, ...]


@dataclass(frozen=True, slots=True)
class Woken:
    """What waits in a lane is tried now: how many entries."""

    lane: str
    entries: int


@dataclass(frozen=True, slots=True)
class DamagedView:
    """A file that was set aside, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Damaged:
    """The files that were set aside; never deleted by the gateway. At most 200 of `count`."""

    items: tuple[DamagedView, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Queue and quarantine have a row for every sound file again: how many there are, and what was damaged."""

    queued: int
    held: int
    brought_back: int
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The address stands no more in `rows` rows of history.

    It still does in so many held messages, entries of the queue and of the lists, which nobody but the admin may end.
    `correspondent`: it was one to whom the office had written, and is no more.
    """

    rows: int
    held: int = 0
    queued: int = 0
    correspondent: bool = False
    listed: int = 0


@dataclass(frozen=True, slots=True)
class ChainStep:
    """One step of the chain: what happened, in words, and how long it took."""

    name: str
    done: bool
    text: str
    elapsed_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class ChainTest:
    """What became of one message through the whole chain.

    `checks` are those that ran, each with its result word; `fields` the header fields that were put on top. Steps:
    send, judge, deliver, server (the office's own was asked, without a message), record; to an address outside: route,
    deliver. `cause` and `cure` say what the reply of the failing step means, "" where nobody knows.
    """

    works: bool
    code: str
    steps: tuple[ChainStep, ...]
    checks: tuple[tuple[str, str], ...] = ()
    fields: tuple[str, ...] = ()
    cause: str = ""
    cure: str = ""


@dataclass(frozen=True, slots=True)
class ProbeStep:
    """One thing that was tried of a server: "ok", "warn" (mail may flow, but look at it) or "bad"; `text` says it."""

    name: Literal["mx", "session", "tls", "recipients"]
    state: Literal["ok", "warn", "bad"]
    text: str
    elapsed_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class BackendProbed:
    """What a server says. `verifies`: does it know who exists; None where that was not asked or not answered."""

    works: bool
    steps: tuple[ProbeStep, ...]
    verifies: bool | None = None
