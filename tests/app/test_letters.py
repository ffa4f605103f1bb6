from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from gateway.app.letters import FIRST_SECONDS, LOOK_SECONDS, AdminLetters, LetterParts
from gateway.config.schema import NotifySettings, Settings
from gateway.control.health import assess
from gateway.control.healthvalues import CertificateView
from gateway.control.values import LaneStatus, Status
from gateway.core.address import Mailbox
from gateway.core.bounce import Reporter
from gateway.core.case import Policy
from gateway.core.event import Event, Fault, MessageHandled
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.queued import QueueState
from gateway.core.reply import Reply
from gateway.pipeline.codes import Codes
from gateway.pipeline.notices import NoticeParts, Notices, Office
from gateway.pipeline.returned import Returned
from gateway.pipeline.routes import DomainRoute, Routes
from gateway.store.errors import DiskFull
from gateway.store.store import Store
from tests.support.clock import HandClock
from tests.support.control import HELD_OCTETS, STATUS, held
from tests.support.storage import envelope
from tests.support.values import recipient

ROUTES = Routes(
    {"office.example": DomainRoute("backend:exchange", Policy())}, recipient("it@office.example").forward_path
)
OFFICE = Office(Reporter("mx.office.example", "it@office.example"), ROUTES)
SCANNER_AWAY = replace(STATUS, rspamd=replace(STATUS.rspamd, state="down", cause="no answer"))
SETTINGS = Settings("mx.office.example", "it@office.example", notify=NotifySettings(quiet_hours="", morning_at=""))
EXPIRING = CertificateView("mx", "/x/mx.pem", ("internet",), ("mx.office.example",), "CN=R11", STATUS.since, 9)


class Writing(Notices):
    """On a disk that may be full."""

    is_full = False

    async def write(self, mailbox: Mailbox, octets: bytes, reason: str) -> str:
        if self.is_full:
            raise DiskFull("no room")
        return await super().write(mailbox, octets, reason)


@dataclass
class Desk:
    """An office whose state a test sets; `closed` is why the way to its server is closed."""

    store: Store
    notices: Writing
    clock: HandClock
    folder: Path
    events: list[Event]
    state: Status = STATUS
    settings: Settings = SETTINGS
    closed: str = ""
    papers: list[CertificateView] = field(default_factory=list)
    letters: AdminLetters = field(init=False)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        async def status(language: str) -> Status:
            return assess(self.state, language)

        async def papers() -> tuple[CertificateView, ...]:
            return tuple(self.papers)

        self.letters = AdminLetters(
            LetterParts(
                status,
                papers,
                lambda: self.settings,
                lambda lane: self.closed,
                self.notices,
                self.store.quarantine,
                self.folder / "told.json",
                self.clock,
                self._hear,
                UTC,
            )
        )

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        self.heard.set()

    async def spend(self, minutes: float) -> list[EmailMessage]:
        """So much time, with a look each half minute; the letters of it."""
        before = len(await self.sent())
        for _ in range(int(minutes * 60 / LOOK_SECONDS)):
            self.clock.advance(LOOK_SECONDS)
            await self.letters.look()
        return (await self.sent())[before:]

    async def sent(self) -> list[EmailMessage]:
        found = []
        for entry in sorted((await self.store.queue_desk.list()).items, key=lambda each: each.since):
            consignment = await self.store.queue.open(entry.id)
            assert consignment is not None
            assert (entry.lane, entry.state) == ("backend:exchange", QueueState.QUEUED)
            assert consignment.envelope.reverse_path.is_null
            octets = b"".join(consignment.octets())
            found.append(email.message_from_bytes(octets, policy=email.policy.default))
        return found


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[Desk]:
    clock, events = HandClock(), cast(list[Event], [])
    store = await Store.open(folder, clock, events.append)
    codes = Codes(b"secret", clock)
    notices = Writing(NoticeParts(store.queue, Returned(store.quarantine, codes, clock), codes, clock, events.append))
    notices.adopt(OFFICE)
    try:
        yield Desk(store, notices, clock, folder, events)
    finally:
        await store.close()


async def test_what_is_wrong_is_written_once_and_its_end_too(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.state = SCANNER_AWAY
        (letter,) = await at.spend(60)
        assert letter["subject"] == "[Poterne] A part of the gateway is away"
        assert letter["auto-submitted"] == "auto-generated"
        assert letter["to"] == "it@office.example"
        assert "Restart rspamd" in letter.get_content()
        at.state = STATUS
        (letter,) = await at.spend(60)
        assert letter["subject"] == "[Poterne] The gateway is whole again"


async def test_a_letter_stands_in_the_history_and_its_failure_is_told_to_nobody(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.state = SCANNER_AWAY
        await at.spend(15)
        (row,) = [each.record for each in at.events if isinstance(each, MessageHandled)]
        assert row.dispositions[0].reasons[0].name == "admin-letter"
        (entry,) = (await at.store.queue_desk.list()).items
        consignment = await at.store.queue.open(entry.id)
        assert consignment is not None
        refused = [
            Outcome(each, Result.REFUSED_RECIPIENT, Stage.RCPT, "hop", Reply.of(550, "5.1.1", "no"))
            for each in consignment.recipients
        ]
        assert not at.notices.must_wait(consignment, refused)
        await at.notices.refused(consignment, refused)
        assert len(await at.sent()) == 1


async def test_a_restart_tells_nothing_twice(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.state = SCANNER_AWAY
        assert len(await at.spend(15)) == 1
        for _ in range(5):
            at.restart()
            assert await at.spend(60) == []
        (at.folder / "told.json").write_text("{nonsense")
        at.restart()
        assert len(await at.spend(60)) == 1


async def test_while_the_way_to_the_admin_is_closed_nothing_is_written_and_then_only_what_was(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.state = replace(STATUS, lanes=(LaneStatus("backend:exchange", "away", "connection refused"),))
        at.closed = "connection refused"
        assert await at.spend(120) == []
        at.state, at.closed = STATUS, ""
        (letter,) = await at.spend(30)
        assert letter["subject"] == "[Poterne] Mail flows again"


async def test_nothing_is_written_while_the_time_is_unknown(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.state, at.clock.synchronised = SCANNER_AWAY, False
        assert await at.spend(60) == []
        at.clock.synchronised = True
        assert len(await at.spend(15)) == 1


async def test_the_settings_switch_it_off_and_choose_language_and_recipient(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.state = SCANNER_AWAY
        at.settings = replace(SETTINGS, notify=replace(SETTINGS.notify, enabled=False))
        assert await at.spend(60) == []
        at.settings = replace(SETTINGS, notify=replace(SETTINGS.notify, to="chef@office.example", language="fr"))
        (letter,) = await at.spend(15)
        assert letter["to"] == "chef@office.example"
        assert letter["subject"] == "[Poterne] Une partie de la passerelle est absente"


async def test_a_recipient_to_whom_no_way_leads_is_a_fault_that_is_told_once(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.settings = replace(SETTINGS, notify=replace(SETTINGS.notify, to="anna@elsewhere.example"))
        await at.spend(10)
        (fault,) = [each for each in at.events if isinstance(each, Fault)]
        assert "no way leads to anna@elsewhere.example" in fault.text


async def test_a_full_disk_lets_the_letter_go_later_and_only_once(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.state = SCANNER_AWAY
        at.notices.is_full = True
        assert await at.spend(30) == []
        at.notices.is_full = False
        assert len(await at.spend(60)) == 1
        assert len([each for each in at.events if isinstance(each, Fault)]) == 1


async def test_a_certificate_is_told_days_ahead(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.papers = [EXPIRING]
        (letter,) = await at.spend(5)
        assert letter["subject"] == "[Poterne] A certificate expires soon"
        assert "expires in 9 days" in letter.get_content()


async def test_each_morning_says_what_is_held_if_anything_is(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.settings = replace(SETTINGS, notify=replace(SETTINGS.notify, morning_at="12:30"))
        assert await at.spend(60) == []
        await at.store.quarantine.hold(held(1), envelope("anna@office.example"), [HELD_OCTETS])
        ours = held(2, reverse_path="", reasons=("refused-by-server",))
        await at.store.quarantine.hold(ours, envelope("it@office.example", sender=""), [HELD_OCTETS])
        (letter,) = await at.spend(24 * 60)
        assert letter["subject"].startswith("[Poterne] Held messages: 1")
        assert "poterne quarantine release F7K21" in letter.get_content()
        assert "F7K22" not in letter.get_content()


async def test_it_looks_soon_after_the_start(tmp_path: Path) -> None:
    async with desk(tmp_path) as at, asyncio.TaskGroup() as group:
        at.settings = replace(SETTINGS, notify=replace(SETTINGS.notify, to="anna@elsewhere.example"))
        running = group.create_task(at.letters.run())
        await at.clock.turn(FIRST_SECONDS - 0.5)
        assert at.events == []
        at.clock.advance(0.5)
        async with asyncio.timeout(20):
            await at.heard.wait()
        running.cancel()
