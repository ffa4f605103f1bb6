"""One open session with a next hop: carries out the steps of a script, each within its time.

The only place where the dialogue meets a socket. Every failure becomes an answer to the script;
after one the session must not be used again.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from gateway.config.schema import Timeouts
from gateway.core.dialogue.capabilities import NO_CAPABILITIES, Capabilities
from gateway.core.dialogue.content import UnsafeContent, stuffed
from gateway.core.dialogue.conversation import Conversation
from gateway.core.dialogue.steps import Ending, Say, Script, SendContent
from gateway.core.outcome import Stage
from gateway.core.replyparser import ReplyParser
from gateway.net.clock import Clock
from gateway.net.tls_client import TlsPolicy, secure
from gateway.net.wire import TlsFailure, Wire

Result = TypeVar("Result")
TIME_IS_UP = "the time for this message is up"


@dataclass(frozen=True, slots=True)
class Load:
    """The content of a transaction, and whom to tell when the deadline passes after our final dot.

    `is_honest` as in `Consignment`.
    """

    pieces: Iterable[bytes | memoryview]
    in_doubt: Callable[[str, tuple[Ending, ...]], None]
    is_honest: bool = False


NO_LOAD = Load((), lambda _hop, _endings: None)


class Link:
    """A connection and what was learned on it. `transactions` counts what it has carried."""

    def __init__(self, hop: str, wire: Wire, clock: Clock, timeouts: Timeouts) -> None:
        self.hop = hop
        self.capabilities: Capabilities = NO_CAPABILITIES
        self.is_encrypted = False
        self.opened_at = clock.monotonic()
        self.idle_since = self.opened_at
        self.transactions = 0
        self._wire = wire
        self._parser = ReplyParser()
        self._clock = clock
        self._timeouts = timeouts

    @property
    def is_sound(self) -> bool:
        """True while the hop has neither closed the connection nor said anything unasked."""
        return self._wire.is_open and self._wire.is_quiet and self._parser.is_empty

    def drop(self) -> None:
        """Cut the connection; nothing that waits is sent."""
        self._wire.abort()

    def farewell(self) -> None:
        """QUIT, then close without waiting for the answer (RFC 5321 §4.1.1.10)."""
        if self.is_sound:
            self._wire.send(b"QUIT\r\n")
        self._wire.close()

    async def encrypt(self, tls: tuple[TlsPolicy, ssl.SSLContext, str], deadline: float) -> None:
        """Shake hands within its time, until `deadline` (monotonic) at most. Raises TlsFailure."""
        policy, context, hostname = tls
        try:
            async with asyncio.timeout(min(self._timeouts.tls_handshake_seconds, max(0.0, self._left(deadline)))):
                await secure(self._wire, policy, context, hostname)
        except TimeoutError as error:
            raise TlsFailure("no answer at starttls in time") from error
        self.is_encrypted = True

    async def perform(
        self,
        script: Script[Result],
        deadline: float,
        load: Load = NO_LOAD,
        tls: tuple[TlsPolicy, ssl.SSLContext, str] | None = None,
    ) -> Result:
        """Run the script to its end, until `deadline` (monotonic) for all but the answer to the final dot."""
        conversation = Conversation(script, self._parser)
        try:
            while (step := conversation.step) is not None:
                if isinstance(step, Say):
                    await self._say(conversation, step, deadline, load)
                elif isinstance(step, SendContent):
                    await self._send_content(conversation, step, deadline, load)
                else:
                    await self._start_tls(conversation, deadline, tls)
        except BaseException:
            self.drop()
            raise
        return conversation.result

    async def _say(self, conversation: Conversation[Result], step: Say, deadline: float, load: Load) -> None:
        if step.stage is Stage.DOT:
            # It went out with the content: from here on there is doubt, whatever the time.
            await self._await_verdict(conversation, step, deadline, load)
            return
        if self._left(deadline) <= 0:
            conversation.fail(TIME_IS_UP, was_said=False)
            return
        if step.octets and not self._wire.is_open:
            conversation.fail(self._wire.cause, was_said=False)
            return
        self._wire.send(step.octets)
        await self._listen(conversation, step, deadline, self._timeouts.next_hop_command_seconds)

    async def _await_verdict(self, conversation: Conversation[Result], step: Say, deadline: float, load: Load) -> None:
        """Wait for the replies to the final dot: until the deadline, then tell of the doubt and wait on (D1)."""
        patience = self._timeouts.next_hop_dot_seconds
        last = self._clock.monotonic() + patience
        if deadline < last:
            if await self._listened(conversation, step, deadline, patience):
                return
            load.in_doubt(self.hop, step.meanwhile)
        await self._listen(conversation, step, last, patience)

    async def _listen(self, conversation: Conversation[Result], step: Say, until: float, seconds: float) -> None:
        if not await self._listened(conversation, step, until, seconds):
            conversation.fail(f"no answer at {step.stage.value} in time")

    async def _listened(self, conversation: Conversation[Result], step: Say, until: float, seconds: float) -> bool:
        """Take in replies until the script moves on; False when the time was over first.

        `seconds` are for each reply, so that a hop which tarpits every one of many recipients is not cut off.
        """
        try:
            while conversation.step is step:
                octets = await self._wire.read(max(0.0, min(seconds, self._left(until))))
                if octets:
                    conversation.receive(octets)
                else:
                    conversation.fail(self._wire.cause)
        except TimeoutError:
            return False
        return True

    async def _send_content(
        self, conversation: Conversation[Result], step: SendContent, deadline: float, load: Load
    ) -> None:
        """Write the content in blocks, the last with its ending. What the hop says before, or its leaving, ends it."""
        last = b""
        try:
            for block in stuffed(load.pieces, is_honest=load.is_honest):
                if last:
                    await self._write(conversation, step, last, deadline)
                    # A hop that reads as fast as we write must not keep the loop from turning.
                    await asyncio.sleep(0)
                if conversation.step is not step:
                    return
                last = block
            await self._write(conversation, step, last + step.ending, deadline)
        except UnsafeContent as unsafe:
            self.drop()
            conversation.fail(str(unsafe), is_unsafe=True)
        except TimeoutError:
            conversation.fail(TIME_IS_UP if self._left(deadline) <= 0 else "the hop takes no content")
        else:
            if conversation.step is step:
                conversation.done()

    async def _write(
        self, conversation: Conversation[Result], step: SendContent, octets: bytes, deadline: float
    ) -> None:
        """Write until the system has taken all, unless the hop speaks or leaves before. Raises TimeoutError."""
        await self._hear(conversation, step, deadline)
        if conversation.step is not step:
            return
        if (left := self._left(deadline)) <= 0:
            raise TimeoutError
        if not await self._wire.write(octets, left):
            await self._hear(conversation, step, deadline)
            if conversation.step is step:
                conversation.fail(self._wire.cause)

    async def _hear(self, conversation: Conversation[Result], step: SendContent, deadline: float) -> None:
        """Take in what the hop says now. A reply may come in pieces: once begun it is heard to its end."""
        while conversation.step is step and not (self._wire.is_quiet and self._parser.is_empty and self._wire.is_open):
            if octets := await self._wire.read(max(0.0, self._left(deadline))):
                conversation.receive(octets)
            else:
                conversation.fail(self._wire.cause)

    async def _start_tls(
        self,
        conversation: Conversation[Result],
        deadline: float,
        tls: tuple[TlsPolicy, ssl.SSLContext, str] | None,
    ) -> None:
        if tls is None:
            conversation.fail("no TLS policy for this session")
            return
        conversation.drop_input()
        try:
            await self.encrypt(tls, deadline)
        except TlsFailure as failure:
            conversation.fail(str(failure))
        else:
            conversation.done()

    def _left(self, deadline: float) -> float:
        return deadline - self._clock.monotonic()
