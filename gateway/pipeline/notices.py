"""Telling senders: who is told what of mail that could not be delivered, or not yet, and by which lane.

Whoever may have been forged is never written to (backends.md §8 row 9): then the message is held for a person. A
notice goes into the queue like any other message, before the failure that it tells is settled: a crash in between
doubles the notice instead of losing it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.core.address import NULL_REVERSE_PATH, ForwardPath, Mailbox
from gateway.core.bounce import Failed, Kind, Notice, Reporter, compose, failed
from gateway.core.consignment import Consignment
from gateway.core.envelope import Envelope, Notify, Recipient
from gateway.core.event import MessageHandled, Publish
from gateway.core.message import Edits, Message
from gateway.core.origin import NOTICE_DOOR, Origin, asks_for, may_be_told
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.queued import QueueEntry
from gateway.core.record import Disposition, MessageRecord, WeighedReason
from gateway.core.schedule import is_outside, lifetime
from gateway.net.clock import Clock
from gateway.pipeline.codes import Codes
from gateway.pipeline.returned import Returned
from gateway.pipeline.routes import Routes
from gateway.store.queue import Queue, Spool

REASON = "notice"


@dataclass(frozen=True, slots=True)
class Office:
    """Who writes by the settings of now, and where mail goes by them."""

    reporter: Reporter
    routes: Routes


@dataclass(frozen=True, slots=True)
class NoticeParts:
    """What notices are made with; `returned` holds what nobody may be told of."""

    queue: Queue
    returned: Returned
    codes: Codes
    clock: Clock
    publish: Publish


class Notices:
    """`delivery.spool.Aftercare`. Needs `adopt` before anything else."""

    def __init__(self, parts: NoticeParts) -> None:
        self._parts = parts
        self._office: Office | None = None

    def adopt(self, office: Office) -> None:
        """From now on by these settings."""
        self._office = office

    def must_wait(self, consignment: Consignment, refused: Sequence[Outcome]) -> bool:
        """True when somebody has to be told and the time of day is not known yet (D17)."""
        return not self._parts.clock.is_synchronised() and bool(self._to_tell(consignment, refused))

    async def refused(self, consignment: Consignment, refused: Sequence[Outcome]) -> None:
        """Take over what a next hop refused for good, durably on return. Raises StoreError."""
        if left := await self.tell(consignment, refused):
            await self._parts.returned.take(consignment, left)

    async def tell(self, consignment: Consignment, refused: Sequence[Outcome]) -> tuple[Outcome, ...]:
        """Tell the sender what may be told; those that are left must be kept for a person. Raises StoreError."""
        told = self._to_tell(consignment, refused) if self._parts.clock.is_synchronised() else ()
        if told and not await self._send("failed", consignment, self._failures(consignment, told)):
            told = ()
        return tuple(each for each in refused if each not in told and not _is_unwanted(consignment, each.recipient))

    async def expired(self, consignment: Consignment) -> bool:
        """Its time is over: True when the sender was told, and nothing needs to be kept. Raises StoreError."""
        over = [Outcome(each, Result.REFUSED_CONTENT, Stage.CONNECT) for each in consignment.recipients]
        return not await self.tell(consignment, over)

    async def delayed(self, entry: QueueEntry, consignment: Consignment) -> None:
        """People of the office are told that their mail still waits; strangers never. Raises StoreError."""
        if not consignment.origin.relay_client or not may_be_told(
            consignment.origin, consignment.envelope.reverse_path
        ):
            return
        waiting = [each for each in consignment.recipients if asks_for(each, Notify.DELAY)]
        if waiting:
            until = entry.since + lifetime(entry.lane, is_notice=False)
            failures = tuple(_waiting(each) for each in waiting)
            await self._send("delayed", consignment, failures, datetime.fromtimestamp(until, UTC), entry.since)

    def _to_tell(self, consignment: Consignment, refused: Sequence[Outcome]) -> tuple[Outcome, ...]:
        if not may_be_told(consignment.origin, consignment.envelope.reverse_path):
            return ()
        return tuple(
            each
            for each in refused
            if asks_for(each.recipient, Notify.FAILURE) and not _filters_fight(consignment, each)
        )

    def _failures(self, consignment: Consignment, told: Sequence[Outcome]) -> tuple[Failed, ...]:
        # D1: what our own server says is for the admin; what a stranger's server says, office people need to know.
        tells_words = is_outside(consignment.lane) and bool(consignment.origin.relay_client)
        return tuple(failed(each, tells_words=tells_words) for each in told)

    async def _send(
        self,
        kind: Kind,
        consignment: Consignment,
        failures: tuple[Failed, ...],
        until: datetime | None = None,
        since: float | None = None,
    ) -> bool:
        """Put a notice into the queue; False when no lane leads to the sender."""
        made = self._made(consignment)
        if made is None:
            return False
        envelope, lane, reporter = made
        now = self._parts.clock.now()
        notice = Notice(
            kind=kind,
            code=consignment.code,
            token=secrets.token_hex(16),
            envelope=consignment.envelope,
            message=consignment.message,
            recipients=failures,
            arrived_at=now if since is None else datetime.fromtimestamp(since, UTC),
            now=now,
            gives_up_at=until,
        )
        reason = WeighedReason(REASON, 0.0, (("code", consignment.code),))
        await self._post(compose(notice, reporter), lane, envelope, reason)
        return True

    def lane_to(self, mailbox: Mailbox) -> str | None:
        """The lane to this mailbox, None where there is no way."""
        recipient = Recipient(ForwardPath(mailbox))
        return self._office.routes.lane_of(NULL_REVERSE_PATH, recipient) if self._office else None

    async def write(self, mailbox: Mailbox, octets: bytes, reason: str) -> str:
        """Put a letter of our own into the queue; its code, "" when no lane leads there. Raises StoreError.

        Nobody is ever told that it could not be delivered.
        """
        lane = self.lane_to(mailbox)
        if lane is None:
            return ""
        envelope = Envelope(NULL_REVERSE_PATH, (Recipient(ForwardPath(mailbox)),), smtputf8=not mailbox.is_ascii)
        return await self._post(octets, lane, envelope, WeighedReason(reason, 0.0, ()))

    async def _post(self, octets: bytes, lane: str, envelope: Envelope, reason: WeighedReason) -> str:
        code, now = self._parts.codes.new(), self._parts.clock.now()
        origin = Origin(door=NOTICE_DOOR, verdict="accept")
        whole = Consignment(code, lane, envelope, Message.of(octets), Edits(), origin)
        await self._parts.queue.put([Spool(whole, now.timestamp(), door=NOTICE_DOOR, verdict="accept")])
        self._parts.publish(MessageHandled(_record(whole, reason, now)))
        return code

    def _made(self, consignment: Consignment) -> tuple[Envelope, str, Reporter] | None:
        """To whom and by which lane: the sender's own."""
        mailbox = consignment.envelope.reverse_path.mailbox
        if mailbox is None or self._office is None:
            return None
        sender = Recipient(ForwardPath(mailbox))
        lane = self._office.routes.lane_of(NULL_REVERSE_PATH, sender)
        if lane is None:
            return None
        return Envelope(NULL_REVERSE_PATH, (sender,), smtputf8=not mailbox.is_ascii), lane, self._office.reporter


def _is_unwanted(consignment: Consignment, recipient: Recipient) -> bool:
    """RFC 3461 §4.1: office people who do not want to hear of it; history says what became of it."""
    origin = consignment.origin
    may = bool(origin.relay_client) and may_be_told(origin, consignment.envelope.reverse_path)
    return may and not asks_for(recipient, Notify.FAILURE)


def _filters_fight(consignment: Consignment, outcome: Outcome) -> bool:
    """Our own server refuses by its policy what we let pass: a person must see that (backends.md §8 row 10)."""
    is_policy = outcome.reply is not None and outcome.reply.enhanced.startswith("5.7.")
    return is_policy and not is_outside(consignment.lane) and not consignment.origin.relay_client


def _waiting(recipient: Recipient) -> Failed:
    return failed(Outcome(recipient, Result.HOP_AWAY, Stage.CONNECT), tells_words=False)


def _record(notice: Consignment, reason: WeighedReason, now: datetime) -> MessageRecord:
    """The row of a notice; that to a sender names the message that it is about."""
    reasons = (reason,)
    return MessageRecord(
        code=notice.code,
        time=now.timestamp(),
        kind="message",
        client_ip="",
        client_name="",
        helo="",
        listener="",
        reverse_path="",
        dispositions=tuple(Disposition(str(each), "accept", "spooled", reasons=reasons) for each in notice.recipients),
        reply="",
        subject=_field(notice, "subject"),
        from_field=_field(notice, "from"),
        message_id=_field(notice, "message-id"),
        size_octets=notice.message.size_octets,
    )


def _field(notice: Consignment, name: str) -> str:
    return next((each.value.decode("ascii", "replace") for each in notice.message.named(name)), "")
