"""Who exists: the question every way of recipient verification answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from gateway.core.envelope import Recipient
from gateway.core.reply import Reply


class Existence(Enum):
    """What is known of one recipient."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    UNDECIDED = "undecided"  # cannot be asked now: 451 unless something else knows the address
    DOUBTED = (
        "doubted"  # nobody knows it, and its mail is taken to be held: a person decides (`unknown = "quarantine"`)
    )


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer. `source` names what knew it (list, cache, callout, lmtp, learned, learning, directory, none).

    `hop_reply` is the next hop's own answer where it was asked: for the admin.
    `cause` says in words why it is undecided. `inside_only`: it exists, but takes no mail of strangers.
    """

    existence: Existence
    source: str
    hop_reply: Reply | None = None
    cause: str = ""
    inside_only: bool = False


class RecipientVerifier(Protocol):
    """One method of `recipient_verification` for one domain."""

    async def verify(self, recipient: Recipient) -> Verification:
        """Say whether this mailbox exists. Never raises for what a peer does."""
        ...
