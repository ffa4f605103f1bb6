"""What is told about the allow and block lists: entries, changes, cures for a message, replays. As `values`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gateway.control.values import Released


@dataclass(frozen=True, slots=True)
class RuleView:
    """An entry. `subject` as it is written; `text` is all of it in one sentence; `last_hit` None: never.

    `subject_kind`: address, domain or network. `recipient`: "" for everybody.
    """

    id: int
    kind: Literal["allow", "block"]
    subject: str
    subject_kind: str
    subdomains: bool
    recipient: str
    by: str
    created: datetime
    expires: datetime | None
    is_expired: bool
    reason: str
    hits: int
    last_hit: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class RuleChanged:
    """A change was made; `change` is its number, by which it is taken back. `what`: added, renewed, removed.

    `text` says it in a sentence; `warning` what to mind, or "".
    """

    change: int
    what: Literal["added", "renewed", "removed"]
    rule: RuleView
    text: str
    warning: str = ""


@dataclass(frozen=True, slots=True)
class RuleChangeView:
    """A line of the journal. `undoes`: the number of the change that it took back, 0 for none."""

    number: int
    time: datetime
    by: str
    what: Literal["added", "renewed", "removed"]
    rule: RuleView
    undoes: int
    is_undone: bool
    text: str


@dataclass(frozen=True, slots=True)
class CureView:
    """An entry that could be made of a message's sender: whether it would help, and in a sentence why or why not.

    `method` takes the message's code and this `scope`. `rule`: the number of the entry that is there already, or 0.
    """

    kind: Literal["allow", "block"]
    scope: Literal["address", "domain", "network"]
    subject: str
    helps: bool
    text: str
    method: str
    rule: int = 0


@dataclass(frozen=True, slots=True)
class Cures:
    """What can be done about a message's sender, the best first."""

    code: str
    cures: tuple[CureView, ...]


@dataclass(frozen=True, slots=True)
class ReplayedMessage:
    """A message that would have fared differently. `was` and `would_be` are actions; `text` says it in words."""

    code: str
    time: datetime
    sender: str
    recipient: str
    subject: str
    score: float | None
    was: str
    would_be: str
    text: str


@dataclass(frozen=True, slots=True)
class ReplayedCount:
    """How many went from one action to another, in words in `text`."""

    was: str
    would_be: str
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What would have been different since `since`: `differ` of `seen` messages, by kind, and the newest of them.

    `text` says it in one sentence. A page behind the first has no counts.
    """

    since: datetime
    seen: int
    differ: int
    counts: tuple[ReplayedCount, ...]
    items: tuple[ReplayedMessage, ...]
    next: str | None
    text: str


@dataclass(frozen=True, slots=True)
class ReleasedAndAllowed:
    """A held message was released; and its sender allowed, or `why_not` says why that would not help and what does."""

    released: Released
    allowed: RuleChanged | None
    why_not: str = ""
