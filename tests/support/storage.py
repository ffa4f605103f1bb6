"""A store in a temporary folder, and values to put into it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from gateway.core.consignment import Consignment
from gateway.core.envelope import Envelope
from gateway.core.event import Event
from gateway.core.held import HeldMessage
from gateway.core.message import Edits, Message
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.queued import QueueEntry
from gateway.core.record import Disposition, MessageRecord
from gateway.core.reply import Reply
from gateway.store.disk import Disk
from gateway.store.queue import Spool
from gateway.store.store import Store, StoreLimits
from tests.support.clock import HandClock
from tests.support.values import NOON, ORDINARY, recipient, reverse_path

LANE = "backend:exchange"
RECEIVED_AT = NOON.timestamp()


class Opened:
    """A store that is open, its clock, and what it published."""

    def __init__(self, store: Store, clock: HandClock, events: list[Event]) -> None:
        self.store = store
        self.clock = clock
        self.events = events


@asynccontextmanager
async def opened(
    folder: Path, disk: Disk | None = None, limits: StoreLimits | None = None, clock: HandClock | None = None
) -> AsyncIterator[Opened]:
    """Open, and close at the end whatever happened."""
    events: list[Event] = []
    clock = clock or HandClock()
    store = await Store.open(folder, clock, events.append, limits, disk)
    try:
        yield Opened(store, clock, events)
    finally:
        await store.close()


def named(folder: Path, start: str) -> list[Path]:
    """What in a folder begins like this."""
    return sorted(each for each in folder.iterdir() if each.name.startswith(start))


def envelope(*recipients: str, sender: str = "ann@sender.example") -> Envelope:
    """An envelope; bob when nobody is named."""
    to = recipients or ("bob@office.example",)
    return Envelope(reverse_path(sender), tuple(recipient(each) for each in to))


def spool(
    code: str = "F7K2Q",
    *recipients: str,
    octets: bytes = ORDINARY,
    lane: str = LANE,
    in_doubt: bool = False,
    received_at: float = RECEIVED_AT,
    edits: Edits | None = None,
) -> Spool:
    """A consignment to keep."""
    message = Message.of(octets)
    consignment = Consignment(code, lane, envelope(*recipients), message, edits or Edits())
    return Spool(consignment, received_at, in_doubt)


async def put(store: Store, code: str = "F7K2Q", *recipients: str, in_doubt: bool = False) -> QueueEntry:
    """Keep one and return its entry."""
    (entry,) = await store.queue.put([spool(code, *recipients, in_doubt=in_doubt)])
    return entry


def outcome(result: Result = Result.DELIVERED, address: str = "bob@office.example") -> Outcome:
    """The end of the story for one recipient."""
    reply = Reply.of(250, "2.0.0", "Queued") if result is Result.DELIVERED else None
    return Outcome(recipient(address), result, Stage.DOT, "10.0.0.9:25", reply)


def held(code: str = "F7K2Q", **changes: object) -> HeldMessage:
    """An item of the quarantine."""
    base = HeldMessage(
        code=code,
        held_at=RECEIVED_AT,
        kind="held",
        reverse_path="ann@sender.example",
        recipients=("bob@office.example",),
        subject="Hello",
        from_field="Ann <ann@sender.example>",
        reasons=("BAYES_SPAM",),
        score=9.5,
        size_octets=len(ORDINARY),
        client_ip="192.0.2.7",
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # a test names the fields it is about


def record(code: str = "F7K2Q", **changes: object) -> MessageRecord:
    """A row of history."""
    base = MessageRecord(
        code=code,
        time=RECEIVED_AT,
        kind="message",
        client_ip="192.0.2.7",
        client_name="mail.sender.example",
        helo="mail.sender.example",
        listener="internet",
        reverse_path="ann@sender.example",
        dispositions=(Disposition("bob@office.example", "accept", "delivered"),),
        reply="250 2.0.0 Ok",
        subject="Hello",
        from_field="Ann <ann@sender.example>",
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # a test names the fields it is about
