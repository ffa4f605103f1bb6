"""The gateway's own knowledge of recipients over a real database in a folder, with a clock turned by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gateway.core.event import Event, MessageHandled
from gateway.core.record import Disposition, MessageRecord
from gateway.recipients.byhand import ByHand
from gateway.recipients.known import Known
from gateway.recipients.learning import Learning
from gateway.store.database import Database
from gateway.store.recipients import RecipientRows
from gateway.store.sqlite import QUEUE
from tests.support.clock import HandClock

OFFICE = "office.example"


@dataclass
class Facts:
    """What is known, and what was told of it."""

    database: Database
    known: Known
    learning: Learning
    by_hand: ByHand
    clock: HandClock
    events: list[Event] = field(default_factory=list)

    def deliver(self, *addresses: str) -> None:
        """A next hop took a message for each."""
        for each in addresses:
            self.hear(each, "delivered", "250 2.6.0 Queued mail for delivery")

    def hear(self, address: str, state: str, hop_reply: str, hop: str = "10.0.0.9:25") -> None:
        """One row of history comes by."""
        self.learning.hear(MessageHandled(handled(address, state, hop_reply, hop)))


@asynccontextmanager
async def facts(folder: Path, clock: HandClock | None = None) -> AsyncIterator[Facts]:
    """Opened, with `office.example` and `shop.example` (delimiter +) as ours."""
    clock = clock or HandClock()
    events: list[Event] = []
    database = await Database.open(folder / "queue.sqlite3", QUEUE, clock)
    known = Known(RecipientRows(database), clock)
    await known.load()
    learning = Learning(known, clock, events.append)
    learning.adopt({OFFICE: "", "shop.example": "+"})
    try:
        yield Facts(database, known, learning, ByHand(known), clock, events)
    finally:
        await database.close()


def handled(
    address: str, state: str, hop_reply: str, hop: str = "10.0.0.9:25", action: str = "accept"
) -> MessageRecord:
    """A message that came to this end."""
    disposition = Disposition(address, action, state, hop, hop_reply)
    return MessageRecord("F7K2Q", 0.0, "message", "", "", "", "", "ann@sender.example", (disposition,), "250 ok")
