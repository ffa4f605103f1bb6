"""A gateway that is none, behind the real control server on a temporary socket."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from gateway.control.answer import Office
from gateway.control.conversation import Patience
from gateway.control.desk import Refusal
from gateway.control.door import door
from gateway.control.place import socket_path
from gateway.control.server import ControlServer
from gateway.control.sessions import Sessions
from gateway.control.subscriber import Hub
from gateway.control.values import (
    Counts,
    LaneStatus,
    ListenerStatus,
    Load,
    PartStatus,
    QuarantineStatus,
    RspamdStatus,
    Status,
    WorkerStatus,
)
from gateway.core.access import House
from gateway.core.address import ForwardPath, Mailbox
from gateway.core.envelope import Recipient
from gateway.core.event import Event, Fault
from gateway.core.fold import fold
from gateway.core.held import HeldMessage
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.page import Cursor, Page
from gateway.core.record import Disposition, Evidence, MessageRecord, WeighedReason
from gateway.core.reply import Reply
from gateway.core.statistics import Counted, Statistics
from gateway.core.tally import hour_of, tally
from tests.support.healthdesk import FakeHealth
from tests.support.recipientsdesk import FakeRecipients
from tests.support.rulesdesk import FakeRules
from tests.support.settingsdesk import FakeSettings
from tests.support.work import FakeWork

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
# Clear screen, write the clipboard, turn the line around, hide: what a Subject can do to a terminal.
HOSTILE = "\x1b[2J\x1b]52;c;ZXZpbA==\x07pay\u202egnp.exe\u200b\x9b31m\r\nnow"

HELD_OCTETS = (
    b"From: =?utf-8?q?Ren=C3=A9?= <rene@sender.example>\r\nSubject: Facture\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour,\r\n\x1b[2Jla facture.\r\n"
)

STATUS = Status(
    version="0.1.0",
    hostname="mx.office.example",
    since=NOON,
    listeners=(ListenerStatus("internet", "0.0.0.0:25", "inbound", "listening"),),
    lanes=(LaneStatus("backend:exchange", "up", since=NOON, last_reply="250 2.6.0 <a> Queued mail for delivery"),),
    rspamd=RspamdStatus("up", version="3.8", last_scan=NOON),
    dns=PartStatus("dns", "up"),
    worker=WorkerStatus("up", not_enforced=("seccomp",)),
    today=Counts(accept=12, mark=3, quarantine=2, reject=1),
    quarantine=QuarantineStatus(2, 20_000, 1_073_741_824),
    load=Load(0, 134_217_728, 1, 200),
)


def record(number: int = 0, **changes: object) -> MessageRecord:
    """A quarantined message; `number` makes its code and its time."""
    reasons = (
        WeighedReason("score-quarantine", 0.0, (("score", "9.5"), ("limit", "9"))),
        WeighedReason("BAYES_SPAM", 5.1, (("description", "Looks like spam by its words"),)),
    )
    whole = MessageRecord(
        code=f"F7K2{number}",
        time=NOON.timestamp() - number,
        kind="message",
        client_ip="192.0.2.1",
        client_name="mail.sender.example",
        helo="mail.sender.example",
        listener="internet",
        reverse_path="rene@sender.example",
        dispositions=(Disposition("anna@office.example", "quarantine", "quarantined", reasons=reasons),),
        reply="250 2.0.0 Received [F7K2Q]",
        subject="Facture",
        from_field="René <rene@sender.example>",
        score=9.5,
        size_octets=4_096,
        evidence=(Evidence("spf", "pass", (("domain", "sender.example"),), 12.5),),
        timings=(("checks", 120.0), ("handing on", 60.0)),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # a test names fields of the record


def held(number: int = 0, **changes: object) -> HeldMessage:
    """The same message, held."""
    whole = HeldMessage(
        code=f"F7K2{number}",
        held_at=NOON.timestamp() - number,
        kind="held",
        reverse_path="rene@sender.example",
        recipients=("anna@office.example", "bob@office.example"),
        from_field="René <rene@sender.example>",
        subject="Facture",
        reasons=("score-quarantine", "BAYES_SPAM"),
        score=9.5,
        size_octets=len(HELD_OCTETS),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # a test names fields of the row


def outcome(recipient: str, result: Result = Result.DELIVERED) -> Outcome:
    """One recipient's end."""
    local, _, domain = recipient.partition("@")
    path = ForwardPath(Mailbox(local, domain, domain))
    reply = Reply.of(250, "2.0.0", "Queued") if result is Result.DELIVERED else None
    return Outcome(Recipient(path), result, Stage.DOT, "10.0.0.9:25", reply)


@dataclass
class FakeDesk:
    """Holds rows and notes what was asked of it."""

    state: Status = STATUS
    records: Sequence[MessageRecord] = ()
    held_rows: Sequence[HeldMessage] = ()
    octets: bytes = HELD_OCTETS
    results: dict[str, Result] = field(default_factory=dict)
    refusal: Refusal | None = None
    learned_already: bool = False
    broken: bool = False
    work: FakeWork = field(default_factory=FakeWork)
    recipients: FakeRecipients = field(default_factory=FakeRecipients)
    settings: FakeSettings = field(default_factory=FakeSettings)
    rules: FakeRules = field(default_factory=FakeRules)
    health: FakeHealth = field(default_factory=FakeHealth)
    asked: list[tuple[object, ...]] = field(default_factory=list)

    async def status(self) -> Status:
        if self.broken:
            raise RuntimeError("secret inside")
        return self.state

    async def messages(self, after: Cursor | None, limit: int, search: str) -> Page[MessageRecord]:
        rows = [row for row in self.records if _finds(search, row) and _is_behind(after, row.time, row.code)]
        shown = tuple(rows[:limit])
        return Page(shown, Cursor(shown[-1].time, shown[-1].code) if len(rows) > limit else None)

    async def message(self, code: str) -> tuple[MessageRecord, ...]:
        return tuple(row for row in self.records if row.code == code)

    async def statistics(self, recent_hours: int, hours: int) -> Counted:
        now = NOON.timestamp() + 7_200
        recent, since = hour_of(now) + 1 - recent_hours, hour_of(now) + 1 - hours
        counted = tally(each for each in self.records if hour_of(each.time) >= since)
        empty = Statistics(Counter(), Counter(), Counter(), {}, {})
        return Counted(empty.with_(counted, recent), now, frozenset({"office.example"}), 6.0, 9.0, 15.0)

    async def held(self, after: Cursor | None, limit: int, search: str) -> Page[HeldMessage]:
        rows = [row for row in self.held_rows if _finds(search, row) and _is_behind(after, row.held_at, row.code)]
        shown = tuple(rows[:limit])
        return Page(shown, Cursor(shown[-1].held_at, shown[-1].code) if len(rows) > limit else None)

    async def held_message(self, code: str) -> HeldMessage | None:
        return next((row for row in self.held_rows if row.code == code), None)

    async def held_octets(self, code: str) -> bytes:
        return self.octets

    async def release(self, code: str, recipients: tuple[str, ...], by: str) -> tuple[Outcome, ...] | Refusal | None:
        self.asked.append(("release", code, recipients, by))
        row = next((row for row in self.held_rows if row.code == code), None)
        if row is None or self.refusal:
            return self.refusal
        return tuple(outcome(each, self.results.get(each, Result.DELIVERED)) for each in recipients or row.recipients)

    async def delete(self, code: str, by: str) -> bool:
        self.asked.append(("delete", code, by))
        return any(row.code == code for row in self.held_rows)

    async def learn(self, code: str, learn_as: str, by: str) -> bool | Refusal | None:
        self.asked.append(("learn", code, learn_as, by))
        if not any(row.code == code for row in self.held_rows):
            return None
        return self.refusal or not self.learned_already

    def viewed(self, code: str, by: str) -> None:
        self.asked.append(("viewed", code, by))


def _finds(search: str, row: MessageRecord | HeldMessage) -> bool:
    """In code and subject, folded as the stores do it."""
    return fold(search) in fold(f"{row.code} {row.subject}")


def _is_behind(after: Cursor | None, time: float, code: str) -> bool:
    return after is None or Cursor(time, code) < after


@dataclass
class FakeGateway:
    """The real server before a fake desk. `faults` are those it published."""

    path: Path
    desk: FakeDesk
    hub: Hub
    loop: asyncio.AbstractEventLoop
    sessions: Sessions = field(default_factory=lambda: Sessions(lambda: NOON))
    faults: list[Event] = field(default_factory=list)

    def call_soon(self, call: Callable[[], None]) -> None:
        """From another thread: run it in the gateway's loop."""
        self.loop.call_soon_threadsafe(call)


@asynccontextmanager
async def fake_gateway(
    folder: Path, desk: FakeDesk, house: House | None = None, patience: Patience | None = None
) -> AsyncIterator[FakeGateway]:
    """Serve `folder/control.sock` in this event loop."""
    gateway = FakeGateway(socket_path(folder), desk, Hub(), asyncio.get_running_loop())
    office = Office(desk, gateway.faults.append, gateway.sessions)
    server = ControlServer(office, gateway.hub, house or House(os.geteuid()), patience)
    with door(gateway.path) as listening:
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(server.run(listening))
            yield gateway
            serving.cancel()


@contextmanager
def gateway_in_thread(folder: Path, desk: FakeDesk, house: House | None = None) -> Iterator[FakeGateway]:
    """The same for blocking clients: its loop runs in a thread."""
    ready: list[FakeGateway] = []
    started, stop = threading.Event(), threading.Event()

    async def run() -> None:
        async with fake_gateway(folder, desk, house) as gateway:
            ready.append(gateway)
            started.set()
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    try:
        assert started.wait(10)
        yield ready[0]
    finally:
        stop.set()
        thread.join(10)


def fault(where: str = "test") -> Fault:
    """An event."""
    return Fault(where, "text")
