"""`recipient_verification = callout`: the backend is asked at RCPT, and its answers are remembered.

Identical questions asked at the same time become one. What the hop's answers mean is decided in `asks`.
"""

from __future__ import annotations

import asyncio

from gateway.core.envelope import Recipient
from gateway.delivery.lane import HopAnswer
from gateway.recipients.asks import Hop, is_about_existence, verification
from gateway.recipients.base import Existence, Verification
from gateway.recipients.cache import Cache
from gateway.recipients.canary import Canary
from gateway.recipients.none import TAKEN
from gateway.recipients.subaddress import without_detail

# D1: what nobody can verify is not taken into a spool, or it becomes backscatter.
AWAY = Verification(Existence.UNDECIDED, "callout", cause="the next hop is away, and it never verifies recipients")


class Callout:
    """Asks by SMTP. `tasks` owns the questions, so that a client that hangs up wastes none.

    `delimiter` is the backend's subaddress delimiter, "" for none.
    """

    def __init__(self, hop: Hop, cache: Cache, canary: Canary, tasks: asyncio.TaskGroup, delimiter: str = "") -> None:
        self._hop = hop
        self._cache = cache
        self._canary = canary
        self._tasks = tasks
        self._delimiter = delimiter
        self._asked: dict[str, asyncio.Task[HopAnswer]] = {}

    def state(self) -> str:
        """ "untested", "verifying", or "unverifying": the backend takes any address."""
        return self._canary.state

    async def verify(self, recipient: Recipient) -> Verification:
        """What is remembered, else the hop's answer; while it can't be asked, whom it knew before (frozen, D1)."""
        if self._canary.state == "unverifying":
            # Its 250 at RCPT proves nothing, neither now nor when it was remembered.
            return AWAY if self._hop.is_closed else TAKEN
        remembered = self._cache.find(recipient.key)
        if remembered is not None and remembered.is_valid:
            if remembered.is_stale:
                self._question(recipient)
            return Verification(Existence.KNOWN if remembered.is_known else Existence.UNKNOWN, "cache")
        answer = await asyncio.shield(self._question(recipient))
        if answer.meaning == "uncertain" and self._knew(recipient):
            return Verification(Existence.KNOWN, "cache", answer.reply)
        return verification(answer, "callout")

    def _question(self, recipient: Recipient) -> asyncio.Task[HopAnswer]:
        """The question about this address that is under way, or a new one."""
        key = recipient.key
        task = self._asked.get(key)
        if task is None:
            task = self._tasks.create_task(self._ask(recipient), name="callout")
            self._asked[key] = task
        return task

    async def _ask(self, recipient: Recipient) -> HopAnswer:
        try:
            answer = await self._hop.ask(recipient)
        finally:
            self._asked.pop(recipient.key, None)
        if answer.meaning == "accepted":
            self._cache.note_known(recipient.key)
        elif is_about_existence(answer):
            self._cache.note_unknown(recipient.key)
        elif answer.meaning == "refused":
            self._cache.forget(recipient.key)
        return answer

    def _knew(self, recipient: Recipient) -> bool:
        """True when the hop once took this address, or it without its detail."""
        stripped = without_detail(recipient, self._delimiter)
        for each in (recipient, stripped):
            if each is not None and (remembered := self._cache.find(each.key)) is not None and remembered.is_known:
                return True
        return False
