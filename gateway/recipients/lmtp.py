"""`recipient_verification = lmtp`: the mail store itself is asked each time, exactly and at once.

Remembers only who exists, for the time when the store is away.
"""

from __future__ import annotations

from gateway.core.envelope import Recipient
from gateway.recipients.asks import Hop, verification
from gateway.recipients.base import Existence, Verification
from gateway.recipients.cache import Cache


class AskedByLmtp:
    """Asks by LMTP (RFC 2033): MAIL, RCPT, RSET."""

    def __init__(self, hop: Hop, cache: Cache) -> None:
        self._hop = hop
        self._cache = cache

    def state(self) -> str:
        """Always "verifying": an LMTP server delivers itself, so its RCPT tells the truth."""
        return "verifying"

    async def verify(self, recipient: Recipient) -> Verification:
        """The store's answer; while it is away, what it said before."""
        answer = await self._hop.ask(recipient)
        if answer.meaning == "accepted":
            self._cache.note_known(recipient.key)
        elif answer.meaning == "refused":
            self._cache.forget(recipient.key)
        elif (remembered := self._cache.find(recipient.key)) is not None and remembered.is_known:
            return Verification(Existence.KNOWN, "cache", answer.reply)
        return verification(answer, "lmtp")
