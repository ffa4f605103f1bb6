"""A pipeline on fakes that note, in one log, what was done in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from gateway.core.alignment import DmarcResult
from gateway.core.case import Policy
from gateway.core.consignment import Consignment
from gateway.core.envelope import Envelope, Recipient, Transaction
from gateway.core.event import Event
from gateway.core.held import HeldMessage
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.queued import QueuedRecipient, QueueEntry, QueueState
from gateway.core.reply import Reply
from gateway.core.verdict import Action, Reason, Verdict
from gateway.pipeline.brake import Brakes
from gateway.pipeline.codes import Codes
from gateway.pipeline.hand_on import HandOn, Means
from gateway.pipeline.judge import Judgement
from gateway.pipeline.parcels import Parcels
from gateway.pipeline.routes import DomainRoute, Routes, WayOut
from gateway.recipients.base import Existence, Verification
from gateway.store.errors import StoreError
from gateway.store.queue import Spool
from tests.support.clock import HandClock
from tests.support.values import recipient, transaction

ROUTES = Routes(
    {
        "office.example": DomainRoute("backend:exchange", Policy()),
        "shop.example": DomainRoute("backend:dovecot", Policy()),
        "slow.example": DomainRoute("backend:exchange", Policy(), cut_through=False),
    },
    recipient("it@office.example").forward_path,
    ways_out=(
        WayOut(recipient_domains=frozenset({"partner.example"})),
        WayOut(sender_domains=frozenset({"office.example"}), smart_host="provider"),
    ),
)


@dataclass
class Log:
    """What was done, in order, and what shall fail."""

    steps: list[str] = field(default_factory=list)
    held: list[tuple[HeldMessage, bytes]] = field(default_factory=list)
    spooled: list[Spool] = field(default_factory=list)
    delivered: list[Consignment] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    results: dict[str, Result] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    undecided: set[str] = field(default_factory=set)
    doubted: set[str] = field(default_factory=set)
    inside_only: set[str] = field(default_factory=set)
    source: str = "callout"
    disk_full: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    async def tell(self, consignment: Consignment, refused: Sequence[Outcome]) -> Sequence[Outcome]:
        """As `pipeline.notices`: those of `told` are told."""
        self.steps += [f"tell of {each.recipient}" for each in refused if str(each.recipient) in self.told]
        return [each for each in refused if str(each.recipient) not in self.told]


@dataclass
class FakeAttempt:
    outcomes: Sequence[Outcome]

    async def late(self) -> Sequence[Outcome]:
        return self.outcomes


class FakeDelivery:
    def __init__(self, log: Log) -> None:
        self._log = log

    async def attempt(self, consignment: Consignment, deadline: float) -> FakeAttempt:
        self._log.steps.append(f"deliver {consignment.lane}")
        self._log.delivered.append(consignment)
        return FakeAttempt([self._outcome(each) for each in consignment.recipients])

    def _outcome(self, to: Recipient) -> Outcome:
        result = self._log.results.get(str(to), Result.DELIVERED)
        return Outcome(to, result, Stage.DOT, "10.0.0.9:25", Reply.of(250, "2.6.0", "InternalId=1"))


class FakeQuarantine:
    def __init__(self, log: Log) -> None:
        self._log = log

    async def hold(self, about: HeldMessage, envelope: Envelope, pieces: Iterable[bytes | memoryview]) -> None:
        if "quarantine" in self._log.disk_full:
            raise StoreError("no room")
        self._log.steps.append(f"hold {about.code}")
        self._log.held.append((about, b"".join(pieces)))

    async def keep_copy(self, about: HeldMessage, envelope: Envelope, pieces: Iterable[bytes | memoryview]) -> bool:
        self._log.steps.append(f"copy {about.code}")
        self._log.held.append((about, b"".join(pieces)))
        return True

    async def delete(self, code: str) -> bool:
        self._log.steps.append(f"delete {code}")
        return True


class FakeQueue:
    def __init__(self, log: Log) -> None:
        self._log = log

    async def put(self, spools: Sequence[Spool]) -> tuple[QueueEntry, ...]:
        if "queue" in self._log.disk_full:
            raise StoreError("no room")
        self._log.steps += [f"spool{' in doubt' if each.in_doubt else ''} {each.consignment.lane}" for each in spools]
        self._log.spooled += spools
        return tuple(_entry(each) for each in spools)


def _entry(spool: Spool) -> QueueEntry:
    state = QueueState.IN_DOUBT if spool.in_doubt else QueueState.HELD if spool.hold else QueueState.QUEUED
    recipients = tuple(QueuedRecipient(str(each)) for each in spool.consignment.recipients)
    return QueueEntry(
        "id", spool.consignment.code, spool.consignment.lane, state, 0.0, 0.0, 0, "", 0, recipients, spool.hold
    )


class FakeDirectory:
    def __init__(self, log: Log) -> None:
        self._log = log

    async def verify(self, recipient: Recipient) -> Verification:
        if recipient.key in self._log.undecided:
            return Verification(Existence.UNDECIDED, self._log.source, cause="away")
        if recipient.key in self._log.doubted:
            return Verification(Existence.DOUBTED, self._log.source)
        if recipient.key in self._log.inside_only:
            return Verification(Existence.KNOWN, self._log.source, inside_only=True)
        known = recipient.key not in self._log.unknown
        return Verification(Existence.KNOWN if known else Existence.UNKNOWN, self._log.source)


def means(log: Log, may_spool: bool = True) -> Means:
    codes = Codes(b"secret", HandClock())
    return Means(
        delivery=FakeDelivery(log),
        quarantine=cast(Any, FakeQuarantine(log)),
        queue=cast(Any, FakeQueue(log)),
        parcels=Parcels(ROUTES, FakeDirectory(log), codes, "mx.office.example"),
        codes=codes,
        clock=HandClock(),
        publish=log.events.append,
        watch=lambda entry, attempt: log.steps.append(f"watch {entry.code}"),
        tell=log.tell,
        brakes=Brakes(HandClock()),
        may_spool=may_spool,
        subjects="masked",
        budget_seconds=45.0,
    )


def hand_on(log: Log, may_spool: bool = True) -> HandOn:
    return HandOn(means(log, may_spool))


def judgement(verdicts: dict[str, Action], whole: Transaction | None = None, reason: str = "score-reject") -> Judgement:
    """One verdict for each recipient of an ordinary message."""
    whole = whole or transaction(recipients=tuple(verdicts))
    made = tuple(Verdict(action, 7.0, (Reason(reason, decides=True),)) for action in verdicts.values())
    return Judgement(whole, DmarcResult("none"), made, (), 12.0)
