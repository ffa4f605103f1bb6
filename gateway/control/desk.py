"""What the control socket needs of the gateway, and nothing else: the composition root implements it.

Knows values of the core only. Expected outcomes are values: None for "no such message", `Refusal`
for what can't be done; an exception is a fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.control.params import HeldQuery, MessageQuery
from gateway.control.values import Page, Status
from gateway.core.outcome import Outcome
from gateway.core.record import MessageRecord, WeighedReason


@dataclass(frozen=True, slots=True)
class Held:
    """A row of the quarantine. `time` and `expires` are UTC; `reasons` are those of its verdict, by weight.

    `is_copy`: the sender was told 5xx. `released_to`: the recipients who got it by a release.
    """

    code: str
    time: datetime
    reverse_path: str
    recipients: tuple[str, ...]
    from_field: str
    subject: str
    size_octets: int
    score: float | None
    reasons: tuple[WeighedReason, ...] = ()
    is_copy: bool = False
    expires: datetime | None = None
    released_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A held message with its octets: all of them, or as many as a preview needs (64 KiB and the header)."""

    held: Held
    octets: bytes


@dataclass(frozen=True, slots=True)
class Refusal:
    """It can't be done; one sentence says why."""

    text: str


class Desk(Protocol):
    """The gateway as people see it. `by` is the user's name, for the journal."""

    async def status(self) -> Status:
        """The parts' states; `mail_flows` and `troubles` are added by `health.assess`, after those given here."""
        ...

    async def messages(self, query: MessageQuery) -> Page[MessageRecord]:
        """Rows of history, newest first. A cursor that is not ours begins at the newest."""
        ...

    async def message(self, code: str) -> MessageRecord | None:
        """The row of this code."""
        ...

    async def held(self, query: HeldQuery) -> Page[Held]:
        """Held messages, newest first."""
        ...

    async def held_message(self, code: str) -> HeldMessage | None:
        """One held message."""
        ...

    async def release(self, code: str, recipients: tuple[str, ...], by: str) -> tuple[Outcome, ...] | Refusal | None:
        """Deliver to all who lack it, or to those named; one outcome each. Refused when nobody is left to get it."""
        ...

    async def delete(self, code: str, by: str) -> Refusal | bool | None:
        """Remove it for good. True when it is gone, None when there is none."""
        ...

    async def learn(self, code: str, learn_as: str, by: str) -> bool | Refusal | None:
        """Teach the scanner "spam" or "ham". False when it knew it already."""
        ...

    def viewed(self, code: str, by: str) -> None:
        """Write to the journal that somebody read the text of this message."""
        ...
