"""The state machine: octets of the hop go in, the next step of a script comes out.

Knows which replies are awaited and nothing of their meaning. It is the only place that decides
whether what arrived answers what was asked.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from gateway.core.dialogue.steps import Answer, Say, Script, SendContent, Step
from gateway.core.reply import Reply
from gateway.core.replyparser import ReplyError, ReplyParser

Result = TypeVar("Result")

UNASKED = "the hop spoke without being asked"


class Conversation(Generic[Result]):
    """Runs one script on one connection; `parser` outlives it, so that nothing that came is overlooked.

    `step` is what to do now, None at the end; then `result` is there. The owner of the connection
    calls `receive` with octets, `done` when a step without replies is carried out, `fail` when it can't be.
    """

    def __init__(self, script: Script[Result], parser: ReplyParser) -> None:
        self._script = script
        self._parser = parser
        self._replies: list[Reply] = []
        self._result: list[Result] = []
        self.step: Step | None = None
        self._next(None)

    @property
    def result(self) -> Result:
        """What the script returned. Only once `step` is None."""
        return self._result[0]

    def receive(self, octets: bytes) -> None:
        """Take in what arrived; moves on when all awaited replies are there."""
        self._parser.feed(octets)
        self._collect()

    def _collect(self) -> None:
        wanted = self._wanted()
        try:
            while wanted > len(self._replies) and (reply := self._parser.take()) is not None:
                self._replies.append(reply)
        except ReplyError as error:
            self.fail(str(error))
            return
        if wanted and len(self._replies) >= wanted:
            # RFC 5321 §4.3.2: a reply during the content ends it; whatever it says, no dot has been sent.
            self._next(Answer(tuple(self._replies), UNASKED if isinstance(self.step, SendContent) else ""))

    def done(self) -> None:
        """The handshake is made, or the content is written."""
        self._next(Answer())

    def drop_input(self) -> None:
        """Forget what came before a handshake (RFC 3207 §4.2; Exim's CVE-2021-38371)."""
        self._parser.clear()

    def fail(self, why: str, *, was_said: bool = True, is_unsafe: bool = False) -> None:
        """The step can't be carried out: connection lost, time over, handshake failed, content unsafe."""
        self._next(Answer(tuple(self._replies), why, was_said, is_unsafe))

    def _wanted(self) -> int:
        if isinstance(self.step, Say):
            return self.step.replies
        return 1 if isinstance(self.step, SendContent) else 0

    def _next(self, answer: Answer | None) -> None:
        """Hand the answer to the script and take its next step."""
        self._replies = []
        while True:
            try:
                self.step = next(self._script) if answer is None else self._script.send(answer)
            except StopIteration as end:
                self.step = None
                self._result = [end.value]
                return
            if self._parser.is_empty:
                return
            if isinstance(self.step, SendContent):
                self._collect()
                return
            if not isinstance(self.step, Say) or not self.step.octets:
                return
            # Something that waits before we ask cannot be the answer to what we are about to ask.
            answer = Answer((), UNASKED, was_said=False)
