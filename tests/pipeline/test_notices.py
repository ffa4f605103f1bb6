from __future__ import annotations

import email
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest

from gateway.core.bounce import Reporter
from gateway.core.case import Policy
from gateway.core.consignment import Consignment
from gateway.core.envelope import Envelope, Notify, Recipient
from gateway.core.event import Event, MessageHandled
from gateway.core.message import Edits, Message
from gateway.core.origin import Origin
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.queued import QueueEntry, QueueState
from gateway.core.reply import Reply
from gateway.pipeline.codes import Codes
from gateway.pipeline.notices import NoticeParts, Notices, Office
from gateway.pipeline.returned import Returned
from gateway.pipeline.routes import DomainRoute, Routes, WayOut
from gateway.store.store import Store
from tests.support.clock import HandClock
from tests.support.values import ORDINARY, recipient, reverse_path

ROUTES = Routes(
    {"office.example": DomainRoute("backend:exchange", Policy())},
    recipient("it@office.example").forward_path,
    ways_out=(WayOut(),),
)
OFFICE = Office(Reporter("mx.office.example", "it@office.example"), ROUTES)
PROVEN = Origin("smtp", "", True, "accept")
OURS = Origin("smtp", "exchange", True, "accept")
BOB = recipient("bob@office.example")
EVE = recipient("eve@partner.example")
UNKNOWN = Reply.of(550, "5.1.1", "no such user here")


def incoming(origin: Origin = PROVEN, *, to: Recipient = BOB, sender: str = "ann@sender.example") -> Consignment:
    envelope = Envelope(reverse_path(sender), (to,))
    return Consignment("F7K2Q", "backend:exchange", envelope, Message.of(ORDINARY), Edits(), origin)


def outgoing(origin: Origin = OURS, *, to: Recipient = EVE, sender: str = "ann@office.example") -> Consignment:
    return replace(incoming(origin, to=to, sender=sender), lane="mx:partner.example")


def refused(consignment: Consignment, reply: Reply = UNKNOWN, stage: Stage = Stage.RCPT) -> list[Outcome]:
    hop = "mx.partner.example[192.0.2.1]:25"
    return [Outcome(each, Result.REFUSED_RECIPIENT, stage, hop, reply) for each in consignment.recipients]


@dataclass
class House:
    store: Store
    notices: Notices
    clock: HandClock
    events: list[Event]

    async def sent(self) -> list[Consignment]:
        """The notices in the queue."""
        found = []
        for entry in (await self.store.queue_desk.list()).items:
            consignment = await self.store.queue.open(entry.id)
            assert consignment is not None
            found.append(consignment)
        return found

    async def held(self) -> list[tuple[str, ...]]:
        return [each.recipients for each in (await self.store.quarantine.list()).items]


@asynccontextmanager
async def house(tmp_path: Path, office: Office = OFFICE) -> AsyncIterator[House]:
    clock = HandClock()
    events: list[Event] = []
    store = await Store.open(tmp_path, clock, events.append)
    codes = Codes(b"secret", clock)
    notices = Notices(NoticeParts(store.queue, Returned(store.quarantine, codes, clock), codes, clock, events.append))
    notices.adopt(office)
    try:
        yield House(store, notices, clock, events)
    finally:
        await store.close()


def parsed(notice: Consignment) -> EmailMessage:
    return cast(EmailMessage, email.message_from_bytes(b"".join(notice.octets()), policy=email.policy.default))


async def test_a_proven_sender_outside_is_told_by_the_way_out_with_a_null_reverse_path(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.notices.refused(incoming(), refused(incoming()))
        (notice,) = await at.sent()
        assert notice.lane == "mx:sender.example"
        assert notice.envelope.reverse_path.is_null
        assert [str(each) for each in notice.recipients] == ["ann@sender.example"]
        assert notice.origin.door == "notice"
        assert await at.held() == []
        text = b"".join(notice.octets())
        assert b"no such user here" not in text, "the words of our own server stay in the office"
        assert b"mx.partner.example" not in text
        assert b"Status: 5.1.1" in text


async def test_office_people_are_told_by_their_own_server_and_in_the_words_of_the_other(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.notices.refused(outgoing(), refused(outgoing()))
        (notice,) = await at.sent()
        assert notice.lane == "backend:exchange"
        _, report, _ = parsed(notice).iter_parts()
        fields = report.get_payload()[1]
        assert fields["Diagnostic-Code"] == "smtp; 550 5.1.1 no such user here"
        assert fields["Remote-MTA"] == "dns; mx.partner.example"


@pytest.mark.parametrize(
    "consignment",
    [
        incoming(replace(PROVEN, is_proven=False)),
        incoming(replace(PROVEN, verdict="mark")),
        incoming(replace(PROVEN, door="pop3")),
        incoming(sender=""),
        incoming(replace(OURS, is_proven=False)),
        outgoing(Origin("notice", "", False, "accept"), sender=""),
        outgoing(sender=""),
        incoming(to=replace(BOB, notify=frozenset({Notify.NEVER}))),
        incoming(Origin()),
    ],
)
async def test_who_may_not_have_sent_it_is_never_written_to_and_the_message_is_held(
    tmp_path: Path, consignment: Consignment
) -> None:
    async with house(tmp_path) as at:
        await at.notices.refused(consignment, refused(consignment))
        assert await at.sent() == []
        assert await at.held() == [tuple(str(each) for each in consignment.recipients)]


async def test_two_filters_that_fight_are_for_the_admin(tmp_path: Path) -> None:
    policy = Reply.of(554, "5.7.1", "spam")
    async with house(tmp_path) as at:
        await at.notices.refused(incoming(), refused(incoming(), policy, Stage.DOT))
        assert (await at.sent(), len(await at.held())) == ([], 1)
        await at.notices.refused(outgoing(), refused(outgoing(), policy, Stage.DOT))
        assert len(await at.sent()) == 1


async def test_office_people_who_do_not_want_to_hear_of_it_are_left_alone(tmp_path: Path) -> None:
    never = outgoing(to=replace(EVE, notify=frozenset({Notify.NEVER})))
    async with house(tmp_path) as at:
        await at.notices.refused(never, refused(never))
        assert (await at.sent(), await at.held()) == ([], [])


async def test_without_a_way_to_the_sender_the_message_is_held(tmp_path: Path) -> None:
    async with house(tmp_path, replace(OFFICE, routes=replace(ROUTES, ways_out=()))) as at:
        await at.notices.refused(incoming(), refused(incoming()))
        assert (await at.sent(), len(await at.held())) == ([], 1)


async def test_a_thousand_forged_senders_get_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        for number in range(1_000):
            forged = incoming(Origin("smtp", "", False, "accept"), sender=f"victim{number}@innocent.example")
            assert await at.notices.tell(forged, refused(forged)) == tuple(refused(forged))
        assert await at.sent() == []


async def test_no_notice_leaves_while_the_time_is_unknown(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        at.clock.synchronised = False
        assert at.notices.must_wait(incoming(), refused(incoming()))
        assert not at.notices.must_wait(incoming(Origin()), refused(incoming()))
        assert await at.notices.tell(incoming(), refused(incoming())) == tuple(refused(incoming()))
        assert await at.sent() == []
        at.clock.synchronised = True
        assert not at.notices.must_wait(incoming(), refused(incoming()))


async def test_when_the_time_is_over_who_may_be_told_is_told_so(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        assert await at.notices.expired(outgoing())
        (notice,) = await at.sent()
        assert b"Status: 4.4.7" in b"".join(notice.octets())
        assert not await at.notices.expired(incoming(Origin()))
        assert not await at.notices.expired(outgoing(sender=""))
        assert len(await at.sent()) == 1


def entry(consignment: Consignment, at: House) -> QueueEntry:
    now = at.clock.now().timestamp()
    return QueueEntry("id", "F7K2Q", consignment.lane, QueueState.QUEUED, now - 14_400, now, 3, "", 9, ())


async def test_a_delay_is_told_to_office_people_only(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        for quiet in (
            incoming(),
            incoming(replace(OURS, is_proven=False)),
            outgoing(sender=""),
            outgoing(to=replace(EVE, notify=frozenset({Notify.FAILURE}))),
            outgoing(to=replace(EVE, notify=frozenset({Notify.NEVER}))),
        ):
            await at.notices.delayed(entry(quiet, at), quiet)
        assert await at.sent() == []
        await at.notices.delayed(entry(outgoing(), at), outgoing())
        (notice,) = await at.sent()
        text = b"".join(notice.octets())
        assert b"Action: delayed" in text
        assert b"Will-Retry-Until: Sun, 29 Nov 2026 08:00:00 +0000" in text
        assert b"Arrival-Date: Tue, 24 Nov 2026 08:00:00 +0000" in text


async def test_a_notice_has_a_row_of_history_that_names_the_message(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.notices.refused(outgoing(), refused(outgoing()))
        (notice,) = await at.sent()
        (record,) = [event.record for event in at.events if isinstance(event, MessageHandled)]
        assert (record.code, record.kind) == (notice.code, "message")
        assert record.code != "F7K2Q"
        (disposition,) = record.dispositions
        assert (disposition.recipient, disposition.state) == ("ann@office.example", "spooled")
        assert disposition.reasons[0].details == (("code", "F7K2Q"),)
