"""One connection of the control socket: lines in, lines out, each wait with an end.

Knows the wire and nothing of what is asked.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass

from gateway.control.answer import Clerk
from gateway.control.params import TOPICS, Subscribe
from gateway.control.protocol import INVALID_REQUEST, LINE_MAXIMUM_OCTETS, Failure, encode_failure
from gateway.control.subscriber import Hub, Subscriber

# StreamReader finds a separator at this index at most; the first octet is read apart.
READER_LIMIT_OCTETS = LINE_MAXIMUM_OCTETS - 2


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. `idle`: without a request and without a subscription; `half_line`: from a line's first octet to its end.

    `write`: until a client has taken what we say.
    """

    idle_seconds: float = 3_600.0
    half_line_seconds: float = 10.0
    write_seconds: float = 10.0


class Conversation:
    """One client, from its first line to its end."""

    def __init__(self, patience: Patience, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._patience = patience
        self._reader = reader
        self._writer = writer
        self._sending = asyncio.Lock()
        self._pump: asyncio.Task[None] | None = None

    async def run(self, clerk: Clerk, hub: Hub, language: str) -> None:
        """Answer line after line until the client goes, is too slow, or says too much."""
        async with asyncio.TaskGroup() as group:
            with ExitStack() as subscription:
                while (line := await self._next_line()) is not None:
                    answer = await clerk.answer(line)
                    if answer.subscribe is not None and self._pump is None:
                        # Before the answer goes out: from then on the client relies on missing nothing.
                        # The task begins when we next wait, so the answer is still the first to be written.
                        subscriber = _subscriber(answer.subscribe, language)
                        subscription.enter_context(hub.subscribed(subscriber))
                        if answer.subscribe.as_interface:
                            subscription.enter_context(clerk.office.sessions.open(clerk.by))
                        self._pump = group.create_task(self._notify(subscriber))
                    if answer.line is not None and not await self._send(answer.line):
                        break
            if self._pump is not None:
                self._pump.cancel()
        await self.last_word(b"")

    async def last_word(self, line: bytes) -> None:
        """Say this and end: what was said before still arrives, unless the client doesn't take it in time."""
        if not self._writer.is_closing():
            self._writer.write(line)
            self._writer.close()
        try:
            async with asyncio.timeout(self._patience.write_seconds):
                await self._writer.wait_closed()
        except (TimeoutError, ConnectionError):
            self._writer.transport.abort()

    async def _next_line(self) -> bytes | None:
        """The next line, None when there will be none."""
        try:
            async with asyncio.timeout(None if self._pump else self._patience.idle_seconds):
                first = await self._reader.readexactly(1)
            if first == b"\n":
                return first
            async with asyncio.timeout(self._patience.half_line_seconds):
                return first + await self._reader.readuntil(b"\n")
        except asyncio.LimitOverrunError:
            too_long = Failure(INVALID_REQUEST, f"A line has at most {LINE_MAXIMUM_OCTETS} octets.")
            await self._send(encode_failure(None, too_long))
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            pass
        return None

    async def _send(self, line: bytes) -> bool:
        """False when the client is gone or doesn't take it in time."""
        try:
            async with asyncio.timeout(self._patience.write_seconds), self._sending:
                self._writer.write(line)
                await self._writer.drain()
        except (ConnectionError, TimeoutError):
            return False
        return True

    async def _notify(self, subscriber: Subscriber) -> None:
        while (line := await subscriber.next_line()) is not None and await self._send(line):
            pass
        await self.last_word(subscriber.gap())


def _subscriber(wanted: Subscribe, language: str) -> Subscriber:
    return Subscriber(frozenset(wanted.topics or TOPICS), wanted.language or language)
