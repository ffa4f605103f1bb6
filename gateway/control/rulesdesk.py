"""What the control socket needs of the gateway for the allow and block lists. As `desk`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from gateway.core.case import Policy
from gateway.core.listentry import Kind, ListChange, ListDraft, ListEntry
from gateway.core.page import Cursor, Page
from gateway.core.record import MessageRecord
from gateway.core.replay import Fate


@dataclass(frozen=True, slots=True)
class CantList:
    """Why a list can't be changed; `entry` is the one that is in the way."""

    why: Literal["other-list", "full", "no-change", "undone", "changed-since"]
    entry: ListEntry | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What shall be tried on the past: one draft more, one entry less, or other policies by name."""

    draft: ListDraft | None = None
    without: int = 0
    policy: str = ""
    thresholds: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Messages looked at, those that would differ, how often each change of action, and the newest with their fates."""

    since: float
    seen: int
    differ: int
    counts: tuple[tuple[str, str, int], ...]
    items: tuple[tuple[MessageRecord, tuple[Fate, ...]], ...]
    next: Cursor | None


class RulesDesk(Protocol):
    """The lists as people see and change them. `by` is the user's name."""

    @property
    def entries(self) -> Sequence[ListEntry]:
        """All of them, expired ones too."""
        ...

    def list(self, after: Cursor | None, limit: int, search: str, kind: Kind | None) -> Page[ListEntry]:
        """Entries, newest first, from behind `after`."""
        ...

    def get(self, number: int) -> ListEntry | None:
        """One entry."""
        ...

    async def add(self, draft: ListDraft, by: str) -> ListChange | CantList:
        """Make or renew an entry."""
        ...

    async def remove(self, number: int, by: str) -> ListChange | None:
        """Take an entry out; None when there is none."""
        ...

    async def undo(self, number: int, by: str) -> ListChange | CantList:
        """Take a change back, the last one for 0."""
        ...

    async def changes(self, after: Cursor | None, limit: int) -> Page[ListChange]:
        """The journal, newest first."""
        ...

    async def replay(self, trial: Trial, days: int, after: Cursor | None, limit: int) -> Outcomes:
        """Try it on the messages of the last days; the first `limit` of those that differ."""
        ...

    def policy_of(self, recipient: str) -> Policy:
        """The policy of a recipient (a folded address)."""
        ...

    def is_ours(self, domain: str) -> bool:
        """True for one of the office's domains."""
        ...

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        ...
