"""Clients that repeat what was taken already, because the reply did not reach them (DESIGN D16, RFC 1047).

A message that is still worked on for a client that left makes its repetition wait for that answer. Knows no wire:
the dialogue says when a reply was read.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from gateway.core.envelope import Envelope
from gateway.core.repeats import Repeats, Sign
from gateway.core.reply import Reply
from gateway.net.clock import Clock

# Half of a message's budget again (45 s, D1): then something is stuck, and the repetition goes its own way.
WAIT_SECONDS = 70.0
# Hashing so much takes a small board some milliseconds; more is done beside the loop.
_HASH_HERE_OCTETS = 262_144


@dataclass(frozen=True, slots=True)
class _Hand:
    """A message that is worked on: whether its client has left, and when it has its answer."""

    is_gone: Callable[[], bool]
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Repeating:
    """Shared by all listeners, for a client comes again by any of them.

    In memory only: it is for replies that the network lost. What a crash leaves unanswered cannot be known from it,
    and writing every reply down first would cost the card a sync for each message that is cut through.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answered = Repeats()
        self._in_hand: dict[Sign, _Hand] = {}

    async def sign(self, envelope: Envelope, octets: bytes | bytearray | memoryview) -> Sign:
        """By what this message is recognised."""
        if len(octets) > _HASH_HERE_OCTETS:
            digest = await asyncio.to_thread(_digest, octets)
        else:
            digest = _digest(octets)
        return Sign(str(envelope.reverse_path), tuple(str(each) for each in envelope.recipients), digest)

    async def known(self, sign: Sign) -> Reply | None:
        """The answer that the same message had and that nobody was heard to read; None: it is to be taken."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                while (hand := self._in_hand.get(sign)) is not None and hand.is_gone():
                    await hand.ended.wait()
        except TimeoutError:
            return None
        return self._answered.recall(sign, self._clock.monotonic())

    async def answer(self, sign: Sign, work: Awaitable[Reply], is_gone: Callable[[], bool]) -> Reply:
        """The reply that `work` comes to; a positive one is kept until `heard`. `is_gone` is about its client."""
        hand = self._in_hand[sign] = _Hand(is_gone)
        try:
            reply = await work
            if reply.is_positive:
                self._answered.note(sign, reply, self._clock.monotonic(), is_gone=is_gone())
            return reply
        finally:
            if self._in_hand.get(sign) is hand:
                del self._in_hand[sign]
            hand.ended.set()

    def heard(self, sign: Sign) -> None:
        """The client went on, or left in order: it has read the reply."""
        self._answered.forget(sign)

    def gone(self, sign: Sign) -> None:
        """The connection ended without a sign that the client has read the reply."""
        self._answered.gone(sign, self._clock.monotonic())


def _digest(octets: bytes | bytearray | memoryview) -> bytes:
    return hashlib.sha256(octets).digest()
