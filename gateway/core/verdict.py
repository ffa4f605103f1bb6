"""What shall become of a message for one recipient, and why, as a value.

Knows no wording: `explain` turns reasons into sentences.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Action(Enum):
    """The five words used everywhere (D14)."""

    ACCEPT = "accept"
    MARK = "mark"
    QUARANTINE = "quarantine"
    REJECT = "reject"
    DEFER = "defer"

    @property
    def severity(self) -> int:
        """Which of several demands wins: a refusal before a deferral, and both before taking the message."""
        return _SEVERITY[self]


_SEVERITY: Final = {
    action: severity
    for severity, action in enumerate((Action.ACCEPT, Action.MARK, Action.QUARANTINE, Action.DEFER, Action.REJECT))
}


def strictest(actions: Iterable[Action]) -> Action:
    """The one with the most severity; to accept it when there is none."""
    return max(actions, key=lambda action: action.severity, default=Action.ACCEPT)


class Flag(Enum):
    """What is true beside the action: never scanned, or not checked at all (the bypass)."""

    UNSCANNED = "unscanned"
    BYPASSED = "bypassed"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that weighed: `name` is a key of the catalogue in `explain` or an rspamd symbol.

    `score` is what it added (0.0 for a rule that decides without points). `details` fill the
    sentence: foreign text, made safe when shown. `decides` marks a rule that set the action itself.
    """

    name: str
    score: float = 0.0
    details: tuple[tuple[str, str], ...] = ()
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision for one recipient. `reasons` by weight, deciding rules first.

    `would_change` is the key and details of the sentence that says what would have changed it.
    """

    action: Action
    score: float
    reasons: tuple[Reason, ...]
    flags: frozenset[Flag] = frozenset()
    would_change: Reason | None = None
