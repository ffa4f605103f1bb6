"""One message, or one refusal, as history keeps it and as people are shown it.

Plain text and numbers only: foreign text in it is still raw and is made safe where it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

# The words of D14, mildest first.
_STRICTNESS: Final = ("accept", "mark", "quarantine", "reject", "defer")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One finding for display: which check, its result word, what it saw, and how long it took."""

    check: str
    result: str
    details: tuple[tuple[str, str], ...] = ()
    elapsed_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class WeighedReason:
    """A reason of the verdict, as stored: catalogue key or rspamd symbol, its score, its details."""

    name: str
    score: float
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Disposition:
    """What became of the message for one recipient.

    `action` is the verdict's word, "" in a follow-up; `state` is what happened: delivered, quarantined, rejected,
    deferred, refused (by the next hop), spooled, in-doubt, on-hold (in the queue), dead (given up or dropped),
    repeated (taken before: the client had not read our reply, and has it again).
    `hop_reply` is the next hop's last reply.
    `would_change` is a sentence key as in `Verdict`.
    """

    recipient: str
    action: str
    state: str
    hop: str = ""
    hop_reply: str = ""
    reasons: tuple[WeighedReason, ...] = ()
    would_change: WeighedReason | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """A row of history. `kind`: "message", "client-refused", "recipient-refused" or "follow-up" (`core.followup`).

    `time` is seconds since the epoch, UTC. `reply` is what the sender was told. `subject` is already
    masked as the settings say. `timings` are (step, milliseconds). Absent text is "". `authors` are the addresses of
    From in folded form, or the domains where they are no honest addresses; `proven_by` as in `core.sender`.
    """

    code: str
    time: float
    kind: str
    client_ip: str
    client_name: str
    helo: str
    listener: str
    reverse_path: str
    dispositions: tuple[Disposition, ...]
    reply: str
    subject: str = ""
    from_field: str = ""
    message_id: str = ""
    size_octets: int = 0
    score: float | None = None
    evidence: tuple[Evidence, ...] = field(default=())
    timings: tuple[tuple[str, float], ...] = field(default=())
    authors: tuple[str, ...] = ()
    proven_by: str = ""

    @property
    def action(self) -> str:
        """The strictest action of its dispositions: it names the row and is counted. The kind when it has none."""
        actions = [each.action for each in self.dispositions]
        known = [action for action in _STRICTNESS if action in actions]
        return known[-1] if known else (actions[0] if actions else self.kind)
