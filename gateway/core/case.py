"""What the policy looks at for one recipient: the case, the office and its policy, and what a rule answers.

Values only; the rules themselves are in `rules`, their order of strictness in `policy`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.core.alignment import DmarcResult
from gateway.core.envelope import Recipient, Transaction
from gateway.core.facts import UNLISTED, Listed
from gateway.core.verdict import Action, Reason


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds in points, what a p=reject failure, a virus, and each kind of attachment gets.

    `attachments` is keyed by `AttachmentHit.kind` and "unscannable"; a kind it lacks is accepted.
    `forbidden_endings` are those of file names that the office wants nowhere, lower case, without dot.
    """

    mark_at: float = 6.0
    quarantine_at: float = 9.0
    reject_at: float = 15.0
    dmarc_reject: Action = Action.QUARANTINE
    attachments: Mapping[str, Action] = field(default_factory=dict)
    defer_without_dns: bool = False
    virus: Action = Action.REJECT
    forbidden_endings: frozenset[str] = frozenset()

    @property
    def thresholds(self) -> tuple[tuple[float, Action], ...]:
        """From how many points a message gets which action, the strictest first; below all it is accepted."""
        return (
            (self.reject_at, Action.REJECT),
            (self.quarantine_at, Action.QUARANTINE),
            (self.mark_at, Action.MARK),
        )


@dataclass(frozen=True, slots=True)
class Office:
    """What is ours and whom we know: domains (A-labels), ARC sealers we trust, List-Ids we know (lower case).

    `hostname` is our own name, by which we know our own Received fields.
    """

    domains: frozenset[str]
    trusted_sealers: frozenset[str] = frozenset()
    known_lists: frozenset[str] = frozenset()
    hostname: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """All that a rule may look at."""

    transaction: Transaction
    recipient: Recipient
    dmarc: DmarcResult
    policy: Policy
    office: Office
    score: float
    listed: Listed = UNLISTED

    @property
    def is_from_outside(self) -> bool:
        """False for the office's own servers and devices: authentication says nothing about those."""
        return self.transaction.client.relay_client is None


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one rule demands, why, and the sentence that says what would have avoided it."""

    action: Action
    reason: Reason
    cure: Reason | None = None
