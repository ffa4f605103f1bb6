"""From verdicts to deliveries: who gets it by which lane, what is held, what is kept for later, and the reply.

The order is the promise (D1, D5): hold first, then deliver, then spool what must not be lost, then answer.
Knows lanes by name only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.core.consignment import Consignment
from gateway.core.envelope import Envelope
from gateway.core.event import Fault, MessageHandled, Publish, QueueChanged
from gateway.core.held import HeldMessage
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.queued import QueueEntry, QueueState
from gateway.core.record import Disposition
from gateway.core.reply import Reply
from gateway.core.schedule import is_outside
from gateway.core.settlement import Plan, deferral, plan, refusal
from gateway.core.subject import field_text
from gateway.core.verdict import Action, Reason, Verdict
from gateway.delivery.base import Attempted, Delivery
from gateway.net.clock import Clock
from gateway.pipeline.brake import Brakes
from gateway.pipeline.codes import Codes
from gateway.pipeline.judge import Judgement
from gateway.pipeline.parcels import Parcel, Parcels
from gateway.pipeline.report import disposition, message_record
from gateway.store.errors import StoreError
from gateway.store.quarantine import Quarantine
from gateway.store.queue import Queue, Spool

DISK_FULL = Reply.of(452, "4.3.1", "No room to keep the message, please try again later")


@dataclass(frozen=True, slots=True)
class Means:
    """What handing on is done with.

    `watch` is told of each entry spooled in doubt and the try that may still settle it. `tell` tells the sender of a
    refusal that comes after our reply, and gives back what nobody was told of. `subjects` as in the settings;
    `budget_seconds` from the final dot (D1).
    """

    delivery: Delivery
    quarantine: Quarantine
    queue: Queue
    parcels: Parcels
    codes: Codes
    clock: Clock
    publish: Publish
    watch: Callable[[QueueEntry, Attempted], None]
    tell: Callable[[Consignment, Sequence[Outcome]], Awaitable[Sequence[Outcome]]]
    brakes: Brakes
    may_spool: bool
    subjects: str
    budget_seconds: float


@dataclass(frozen=True, slots=True)
class Delivered:
    """One recipient's outcome: its parcel and its place in the transaction's envelope."""

    parcel: Parcel
    position: int
    outcome: Outcome
    attempt: Attempted | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """The end: what the sender hears and what became of it for each recipient."""

    reply: Reply
    dispositions: tuple[Disposition, ...]


class HandOn:
    """Carries out one judgement."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def hand_on(self, judgement: Judgement) -> Reply:
        """Act, record, and say what the sender hears. Raises only for faults of our own."""
        started = self._means.clock.monotonic()
        actions = {verdict.action for verdict in judgement.verdicts}
        if actions <= {Action.REJECT}:
            settled = await self._refuse(judgement)
        elif Action.DEFER in actions:
            settled = _deferred(judgement)
        else:
            settled = await self._take(judgement, started)
        reply = settled.reply.with_code_word(judgement.transaction.code)
        self._record(judgement, settled, reply, started)
        return reply

    async def _refuse(self, judgement: Judgement) -> Settled:
        """The sender is told; a copy is kept so that the admin can make good a mistake."""
        parcels = await self._means.parcels.of(judgement, lambda verdict: verdict.action is Action.REJECT)
        for parcel in parcels[:1]:
            about = self._about(judgement, tuple(range(len(judgement.verdicts))), parcel.verdict)
            await self._means.quarantine.keep_copy(about, judgement.transaction.envelope, parcel.consignment.octets())
        return Settled(refusal(judgement.verdicts[0]), tuple(disposition(*pair) for pair in judgement.pairs()))

    async def _take(self, judgement: Judgement, started: float) -> Settled:
        """Hold, deliver, spool; only then is the message ours or the next hop's, and the reply positive."""
        held = await self._means.parcels.of(judgement, lambda verdict: verdict.action is Action.QUARANTINE)
        parcels = await self._means.parcels.of(
            judgement, lambda verdict: verdict.action in (Action.ACCEPT, Action.MARK)
        )
        try:
            await self._hold(judgement, held)
        except StoreError as error:
            return self._unkept(judgement, error)
        delivered = await self._deliver(parcels, started)
        made = plan([each.outcome for each in delivered], something_held=bool(held), may_spool=self._may_spool(parcels))
        try:
            kept = await self._keep(judgement, delivered, made)
        except StoreError as error:
            await self._withdraw(judgement, held)
            return self._unkept(judgement, error)
        if not made.reply.is_positive:
            await self._withdraw(judgement, held)
        return Settled(made.reply, _dispositions(judgement, delivered, made, kept))

    # --- steps ------------------------------------------------------------------------------------

    async def _hold(self, judgement: Judgement, held: Sequence[Parcel]) -> None:
        """One item for all held recipients, durable on return; they share the octets but for the reasons."""
        if not held:
            return
        positions = tuple(sorted(position for parcel in held for position in parcel.positions))
        envelope = _envelope(held)
        about = self._about(judgement, positions, held[0].verdict)
        await self._means.quarantine.hold(about, envelope, held[0].consignment.octets())

    async def _withdraw(self, judgement: Judgement, held: Sequence[Parcel]) -> None:
        """The sender will come again, so what was held now would be held twice."""
        if held:
            await self._means.quarantine.delete(judgement.transaction.code)

    async def _deliver(self, parcels: Sequence[Parcel], started: float) -> tuple[Delivered, ...]:
        if not all(parcel.cut_through for parcel in parcels):
            return _queued(parcels)
        attempts = await self._attempts(parcels, started + self._means.budget_seconds)
        return tuple(
            Delivered(parcel, position, outcome, attempt)
            for parcel, attempt in zip(parcels, attempts, strict=True)
            for position, outcome in zip(parcel.positions, attempt.outcomes, strict=True)
        )

    async def _attempts(self, parcels: Sequence[Parcel], deadline: float) -> Sequence[Attempted]:
        """All side by side; most messages have one parcel, and need no task for it."""
        if len(parcels) == 1:
            return (await self._means.delivery.attempt(parcels[0].consignment, deadline),)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._means.delivery.attempt(parcel.consignment, deadline)) for parcel in parcels
            ]
        return [task.result() for task in tasks]

    def _may_spool(self, parcels: Sequence[Parcel]) -> bool:
        return self._means.may_spool or not all(parcel.cut_through for parcel in parcels)

    async def _keep(self, judgement: Judgement, delivered: Sequence[Delivered], made: Plan) -> Mapping[int, str]:
        """On disk before the reply: what waits, what is in doubt, and what the next hop refused too late to say.

        Returns what became of those, by position, whom the plan alone does not tell of.
        """
        kept: dict[int, str] = {}
        received_at = judgement.transaction.received_at.timestamp()
        door = judgement.transaction.door.name
        batches = [
            (batch, in_doubt)
            for indices, in_doubt in ((made.spool, False), (made.in_doubt, True))
            for batch in _by_parcel([delivered[index] for index in indices])
        ]
        if batches:
            leaves = any(_leaves(batch) for batch, _ in batches)
            storm = self._means.brakes.storm(judgement.transaction, judgement.dmarc.domain) if leaves else ""
            spools = [
                Spool(_consignment(batch), received_at, doubt, door, _action(batch), storm if _leaves(batch) else "")
                for batch, doubt in batches
            ]
            entries = await self._means.queue.put(spools)
            for entry, (batch, in_doubt) in zip(entries, batches, strict=True):
                if in_doubt and batch[0].attempt is not None:
                    self._means.watch(entry, batch[0].attempt)
                if entry.state is QueueState.HELD:
                    kept |= {each.position: "on-hold" for each in batch}
                    self._means.publish(QueueChanged(entry.code, entry.lane, "on-hold", entry.cause))
        for batch in _by_parcel([delivered[index] for index in made.undeliverable]):
            left = await self._means.tell(_consignment(batch), [each.outcome for each in batch])
            kept |= {each.position: "refused" for each in batch if each.outcome not in left}
            if left:
                await self._hold_refused(judgement, [each for each in batch if each.outcome in left])
        return kept

    async def _hold_refused(self, judgement: Judgement, refused: Sequence[Delivered]) -> None:
        """Others have it already, so the sender can't be refused; a person decides (backends.md §8 row 9)."""
        first = refused[0].parcel
        verdict = replace(first.verdict, reasons=(Reason("refused-by-server", decides=True), *first.verdict.reasons))
        positions = tuple(each.position for each in refused)
        about = replace(self._about(judgement, positions, verdict), code=self._means.codes.new())
        envelope = replace(judgement.transaction.envelope, recipients=tuple(each.outcome.recipient for each in refused))
        await self._means.quarantine.hold(about, envelope, first.consignment.octets())

    # --- telling ----------------------------------------------------------------------------------

    def _about(self, judgement: Judgement, positions: tuple[int, ...], verdict: Verdict) -> HeldMessage:
        transaction = judgement.transaction
        recipients = transaction.envelope.recipients
        return HeldMessage(
            code=transaction.code,
            held_at=transaction.received_at.timestamp(),
            kind="held",
            reverse_path=str(transaction.envelope.reverse_path),
            recipients=tuple(str(recipients[position]) for position in positions),
            subject=field_text(transaction.message, "subject"),
            from_field=field_text(transaction.message, "from"),
            reasons=tuple(reason.name for reason in verdict.reasons),
            score=verdict.score,
            size_octets=transaction.message.size_octets,
            client_ip=str(transaction.client.ip),
        )

    def _unkept(self, judgement: Judgement, error: StoreError) -> Settled:
        self._means.publish(Fault("store", f"{judgement.transaction.code}: {error}"))
        return Settled(DISK_FULL, tuple(disposition(*pair, state="deferred") for pair in judgement.pairs()))

    def _record(self, judgement: Judgement, settled: Settled, reply: Reply, started: float) -> None:
        elapsed = 1_000 * (self._means.clock.monotonic() - started)
        timings = (("checks", judgement.elapsed_ms), ("handing on", elapsed))
        record = message_record(judgement, settled.dispositions, reply, self._means.subjects, timings)
        self._means.publish(MessageHandled(record))


def _deferred(judgement: Judgement) -> Settled:
    return Settled(deferral(judgement.verdicts[0]), tuple(disposition(*pair) for pair in judgement.pairs()))


def _queued(parcels: Sequence[Parcel]) -> tuple[Delivered, ...]:
    """`acceptance = "queue"` for one is the queue for all: a transaction goes one way (D1)."""
    return tuple(
        Delivered(parcel, position, Outcome(recipient, Result.DEFERRED, Stage.CONNECT, detail="queued as set"))
        for parcel in parcels
        for position, recipient in zip(parcel.positions, parcel.consignment.recipients, strict=True)
    )


def _envelope(parcels: Sequence[Parcel]) -> Envelope:
    """One envelope for the recipients of several parcels of one transaction."""
    recipients = tuple(each for parcel in parcels for each in parcel.consignment.recipients)
    return replace(parcels[0].consignment.envelope, recipients=recipients)


def _by_parcel(delivered: Sequence[Delivered]) -> list[list[Delivered]]:
    groups: dict[int, list[Delivered]] = {}
    for each in delivered:
        groups.setdefault(id(each.parcel), []).append(each)
    return list(groups.values())


def _leaves(batch: Sequence[Delivered]) -> bool:
    return is_outside(batch[0].parcel.consignment.lane)


def _consignment(batch: Sequence[Delivered]) -> Consignment:
    """The parcel again, for only those of its recipients that are in the batch."""
    consignment = batch[0].parcel.consignment
    recipients = tuple(each.outcome.recipient for each in batch)
    return replace(consignment, envelope=replace(consignment.envelope, recipients=recipients))


def _action(batch: Sequence[Delivered]) -> str:
    return batch[0].parcel.verdict.action.value


def _dispositions(
    judgement: Judgement, delivered: Sequence[Delivered], made: Plan, kept: Mapping[int, str]
) -> tuple[Disposition, ...]:
    """What the plan made of each recipient, in the order of the envelope."""
    states = {delivered[index].position: "spooled" for index in made.spool}
    states |= {delivered[index].position: "in-doubt" for index in made.in_doubt}
    states |= {delivered[index].position: "quarantined" for index in made.undeliverable}
    states |= kept
    outcomes = {each.position: each.outcome for each in delivered}
    dropped = not made.reply.is_positive
    return tuple(
        disposition(recipient, verdict, outcomes.get(position), _state(states.get(position, ""), verdict, dropped))
        for position, (recipient, verdict) in enumerate(judgement.pairs())
    )


def _state(planned: str, verdict: Verdict, dropped: bool) -> str:
    """A hold that was withdrawn because the sender must come again is a deferral like the others."""
    return "deferred" if dropped and verdict.action is Action.QUARANTINE else planned
