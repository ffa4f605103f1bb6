"""What the verifiers need of a lane: a question, and whether it can be asked at all."""

from __future__ import annotations

from typing import Protocol

from gateway.core.envelope import Recipient
from gateway.delivery.lane import HopAnswer
from gateway.net.clock import Clock
from gateway.recipients.base import Existence, Verification

# Exchange makes a bad RCPT wait 5 s and takes 5.2 s for it (backends.md §4.3); twice that is lost.
LIMIT_SECONDS = 10.0


class Asks(Protocol):
    """A lane as the verifiers see it."""

    @property
    def is_closed(self) -> bool:
        """True while the hop can't be asked."""
        ...

    async def ask(self, recipient: Recipient, deadline: float) -> HopAnswer:
        """The hop's word on this recipient, by the deadline (monotonic)."""
        ...


class Hop:
    """Asks one lane, within the limit."""

    def __init__(self, lane: Asks, clock: Clock) -> None:
        self._lane = lane
        self._clock = clock

    @property
    def is_closed(self) -> bool:
        """True while the hop can't be asked."""
        return self._lane.is_closed

    async def ask(self, recipient: Recipient) -> HopAnswer:
        """The hop's word, after at most LIMIT_SECONDS."""
        return await self._lane.ask(recipient, self._clock.monotonic() + LIMIT_SECONDS)


def verification(answer: HopAnswer, source: str) -> Verification:
    """The answer as the pipeline wants it."""
    if answer.meaning == "accepted":
        return Verification(Existence.KNOWN, source, answer.reply)
    if answer.meaning == "refused":
        return Verification(Existence.UNKNOWN, source, answer.reply)
    cause = answer.detail or (str(answer.reply) if answer.reply else "the next hop gives no answer")
    return Verification(Existence.UNDECIDED, source, answer.reply, cause)


def is_about_existence(answer: HopAnswer) -> bool:
    """True for 550, 551 or 553 with 5.1.x or without enhanced status code: only these may be remembered.

    5.1.7 and 5.1.8 speak of the reverse-path (RFC 3463 §3.2); 5.2.x and 5.7.x may be gone tomorrow.
    """
    reply = answer.reply
    if answer.meaning != "refused" or reply is None or reply.code not in (550, 551, 553):
        return False
    if not reply.enhanced:
        return True
    return reply.enhanced.startswith("5.1.") and reply.enhanced not in ("5.1.7", "5.1.8")
