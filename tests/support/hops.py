"""The outgoing side in one call: lanes, consignments, names in a small DNS. Knows the gateway, no peer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from gateway.config.schema import Backend, Timeouts
from gateway.core.consignment import Consignment
from gateway.core.envelope import Envelope, Recipient
from gateway.core.event import Event, Fault
from gateway.core.message import Edits, Message
from gateway.delivery.lane import Lane
from gateway.delivery.lanes import Lanes
from gateway.delivery.opener import Surroundings
from gateway.net.dial import Dialer
from gateway.net.dns import Answer, TemporaryFailure
from tests.support.clock import HandClock
from tests.support.values import ORDINARY, recipient, reverse_path


class Names:
    """A Resolver of fixed names; a name that maps to None does not answer."""

    def __init__(self, names: Mapping[str, tuple[str, ...] | None] | None = None) -> None:
        self._names = names or {}

    async def lookup(self, name: str, kind: str) -> Answer:
        """IPv4 for A, IPv6 for AAAA."""
        values = self._names.get(name, ())
        if values is None:
            raise TemporaryFailure("SERVFAIL")
        return Answer(tuple(each for each in values if (":" in each) == (kind == "AAAA")))


@dataclass
class Office:
    """Lanes under test with what they published."""

    lanes: Lanes
    clock: HandClock
    tasks: asyncio.TaskGroup
    events: list[Event] = field(default_factory=list)

    @property
    def lane(self) -> Lane:
        """The only lane."""
        (lane,) = self.lanes.all()
        return lane

    def deadline(self, seconds: float = 45.0) -> float:
        """So many seconds from now."""
        return self.clock.monotonic() + seconds


@asynccontextmanager
async def office(backend: Backend, clock: HandClock | None = None, **timeouts: float) -> AsyncIterator[Office]:
    """One lane, `backend:office`; what runs at the end is cancelled. A Fault fails the test."""
    hand = clock or HandClock()
    events: list[Event] = []
    around = Surroundings("mx.office.example", Dialer(Names()), hand, Timeouts(**timeouts))
    async with asyncio.TaskGroup() as tasks:
        lanes = Lanes({"office": backend}, around, events.append, tasks)
        try:
            yield Office(lanes, hand, tasks, events)
        finally:
            lanes.close()
            for task in list(tasks._tasks):
                task.cancel()
    assert not [event for event in events if isinstance(event, Fault)]


def consignment(
    *recipients: str | Recipient, octets: bytes = ORDINARY, edits: Edits | None = None, lane: str = "backend:office"
) -> Consignment:
    """An ordinary message for these recipients."""
    each = tuple(recipient(one) if isinstance(one, str) else one for one in recipients or ("bob@office.example",))
    return Consignment("F7K2Q", lane, Envelope(reverse_path(), each), Message.of(octets), edits or Edits())
