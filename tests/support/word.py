"""A lane that answers questions from a table. Knows HopAnswer, no connection."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from gateway.core.envelope import Recipient
from gateway.core.outcome import Stage
from gateway.core.reply import Reply
from gateway.delivery.lane import HopAnswer

ACCEPTED = HopAnswer("accepted", Stage.RCPT, Reply.of(250, "2.1.5", "OK"))
UNKNOWN = HopAnswer("refused", Stage.RCPT, Reply.of(550, "5.1.1", "User unknown"))
AWAY = HopAnswer("uncertain", Stage.CONNECT, None, "connection refused")


def refused(code: int, enhanced: str) -> HopAnswer:
    """A refusal that is about the recipient."""
    return HopAnswer("refused", Stage.RCPT, Reply.of(code, enhanced, "no"))


class Word:
    """`answers` by address, else `otherwise`. While `may_answer` is not set, everybody waits."""

    def __init__(self, answers: Mapping[str, HopAnswer] | None = None, otherwise: HopAnswer = UNKNOWN) -> None:
        self.answers = dict(answers or {})
        self.otherwise = otherwise
        self.asked: list[str] = []
        self.deadlines: list[float] = []
        self.is_closed = False
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def ask(self, recipient: Recipient, deadline: float) -> HopAnswer:
        """The table's word."""
        self.asked.append(str(recipient))
        self.deadlines.append(deadline)
        await self.may_answer.wait()
        return self.answers.get(str(recipient), self.otherwise)
