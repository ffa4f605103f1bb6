"""What is owed to senders of mail that waits or can't be delivered: the protocol, and the look for what waits long.

Knows the queue and the time; who is told what is decided by whoever implements the protocol.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from gateway.core.consignment import Consignment
from gateway.core.outcome import Outcome
from gateway.core.queued import QueueEntry
from gateway.core.schedule import DELAY_NOTICE_SECONDS
from gateway.net.clock import Clock
from gateway.store.queue import Queue

# Between two looks for mail whose senders must be told that it waits, and how much is looked at each time.
OVERDUE_SECONDS = 60.0
OVERDUE_ENTRIES = 50


class Aftercare(Protocol):
    """Who answers to senders for what can't be delivered. Every method but `must_wait` raises StoreError."""

    def must_wait(self, consignment: Consignment, refused: Sequence[Outcome]) -> bool:
        """True when the refusal can't be settled yet: somebody has to be told, and can't be now."""
        ...

    async def refused(self, consignment: Consignment, refused: Sequence[Outcome]) -> None:
        """Take over what a next hop refused for good, before it is settled."""
        ...

    async def expired(self, consignment: Consignment) -> bool:
        """Its time is over. True when the sender knows, and nothing needs to be kept."""
        ...

    async def delayed(self, entry: QueueEntry, consignment: Consignment) -> None:
        """It waits for long. Called once for each entry."""
        ...


class DelayWatch:
    """Looks for what waits long, also on lanes that are not tried now."""

    def __init__(self, queue: Queue, aftercare: Aftercare, clock: Clock) -> None:
        self._queue = queue
        self._aftercare = aftercare
        self._clock = clock
        self._next_look = clock.monotonic() + OVERDUE_SECONDS

    async def look(self) -> None:
        """At most once in OVERDUE_SECONDS, and never by a clock that may be wrong (D17). Raises StoreError."""
        if not self._clock.is_synchronised() or self._clock.monotonic() < self._next_look:
            return
        self._next_look = self._clock.monotonic() + OVERDUE_SECONDS
        before = self._clock.now().timestamp() - DELAY_NOTICE_SECONDS
        for entry in await self._queue.overdue(before, OVERDUE_ENTRIES):
            consignment = await self._queue.open(entry.id)
            if consignment is not None:
                await self._aftercare.delayed(entry, consignment)
            await self._queue.note_told(entry.id)
