"""The work in hand as people see it and act on it: `control.workdesk.WorkDesk` of the running gateway.

Asks and relays; decides nothing. Whoever changed something stands in the journal, and in the message's history.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gateway.app.backendprobe import BackendProber
from gateway.app.chaintest import ChainTester
from gateway.config.schema import Settings
from gateway.control.refusal import Refusal
from gateway.control.workdesk import WorkDesk
from gateway.control.workparams import ProbeBackend
from gateway.control.workvalues import BackendProbed, BypassStatus, ChainTest, DamagedView, Forgotten, Rebuilt
from gateway.core.event import MessageFollowed, Publish, QueueChanged
from gateway.core.fold import fold
from gateway.core.followup import follow_up, moved
from gateway.core.page import Cursor, Page
from gateway.core.queued import LaneCause, QueueEntry, QueueState
from gateway.core.replay import folded
from gateway.delivery.spool import SpoolRunner
from gateway.net.clock import Clock
from gateway.pipeline.bypass import Bypass
from gateway.store.queue_desk import DEAD, WAITING
from gateway.store.store import Store

logger = logging.getLogger(__name__)
# What history says of the recipients of an entry in this state.
_STATES = {QueueState.QUEUED: "spooled", QueueState.HELD: "on-hold", QueueState.DEAD: "dead"}
_PAGE = 200


@dataclass(frozen=True, slots=True)
class WorkParts:
    """Where the answers come from; `settings` gives those of now, `trouble` why a lane is closed now ("": it isn't)."""

    store: Store
    spool: SpoolRunner
    bypass: Bypass
    tester: ChainTester
    settings: Callable[[], Settings]
    trouble: Callable[[str], str]
    clock: Clock
    publish: Publish
    prober: BackendProber


class GatewayWork(WorkDesk):
    """Every method that touches the store raises StoreError."""

    def __init__(self, parts: WorkParts) -> None:
        self._parts = parts

    # --- the queue --------------------------------------------------------------------------------------

    async def entries(self, after: Cursor | None, limit: int, *, dead: bool) -> Page[QueueEntry]:
        """What waits, or the dead letters."""
        return await self._parts.store.queue_desk.list(after, limit, DEAD if dead else WAITING)

    async def find(self, name: str) -> tuple[QueueEntry, ...]:
        """By id or code; codes are written in capitals."""
        desk = self._parts.store.queue_desk
        return await desk.find(name) or await desk.find(name.upper())

    async def causes(self) -> tuple[LaneCause, ...]:
        """What waits; nothing is tried before the pause of its lane is over, and what was not tried waits for that."""
        now = self._parts.clock.now().timestamp()
        found = await self._parts.store.queue_desk.causes()
        return tuple(
            replace(
                each,
                cause=each.cause or self._trouble(each),
                next_attempt=max(each.next_attempt, now + self._parts.spool.pause_seconds(each.lane)),
            )
            for each in found
        )

    def _trouble(self, each: LaneCause) -> str:
        return self._parts.trouble(each.lane) if each.state is QueueState.QUEUED else ""

    async def counts(self) -> tuple[int, int]:
        """How many entries wait, and how many are dead."""
        loads = await self._parts.store.queue_desk.loads()
        dead = sum(load.entries for load in loads if load.state is QueueState.DEAD)
        return sum(load.entries for load in loads) - dead, dead

    async def damaged(self) -> tuple[DamagedView, ...]:
        """What was set aside."""
        return tuple(DamagedView(each.name, each.why) for each in await self._parts.store.damaged())

    def hop_of(self, lane: str) -> str:
        """The host of the lane's backend, or the lane's own name."""
        kind, _, name = lane.partition(":")
        backend = self._parts.settings().backend.get(name) if kind == "backend" else None
        if backend is None or not backend.hosts:
            return name or lane
        host = backend.hosts[0]
        return host if host.startswith("/") else host.rpartition(":")[0] or host

    async def retry(self, entry: QueueEntry, by: str) -> QueueEntry | None:
        """As soon as possible."""
        after = await self._parts.store.queue_desk.retry(entry.id)
        if after is not None:
            self._tell(entry, after, by, "retried")
            self._parts.spool.hasten(entry.lane)
        return after

    async def retry_lane(self, lane: str, by: str) -> int:
        """Its pause ends as well; what is in doubt or on hold stays so."""
        loads = await self._parts.store.queue_desk.loads()
        entries = sum(load.entries for load in loads if load.lane == lane and load.state is QueueState.QUEUED)
        await self._parts.store.queue_desk.make_due(lane)
        self._parts.spool.hasten(lane)
        logger.info("%s had all that waits in %s tried: %d entries", by, lane, entries)
        return entries

    async def hold(self, entry: QueueEntry, by: str) -> QueueEntry | None:
        """Not until somebody retries it."""
        after = await self._parts.store.queue_desk.hold(entry.id, f"put on hold by {by}")
        if after is not None:
            self._tell(entry, after, by, "put on hold")
        return after

    async def drop(self, entry: QueueEntry, by: str) -> QueueEntry | None:
        """Nobody is told."""
        after = await self._parts.store.queue_desk.drop(entry.id, f"dropped by {by}")
        if after is not None:
            self._tell(entry, after, by, "dropped")
        return after

    async def delete(self, entry: QueueEntry, by: str) -> bool:
        """For good."""
        gone = await self._parts.store.queue_desk.delete(entry.id)
        if gone:
            logger.info("%s deleted the dead letter %s (%s)", by, entry.code, entry.id)
        return gone

    async def rebuild(self, by: str) -> Rebuilt:
        """Files without a row get one."""
        logger.warning("%s has the queue rebuilt from its files", by)
        brought_back = await self._parts.store.bring_back()
        queued, held = await self._parts.store.rebuild()
        return Rebuilt(queued.entries, held.entries, brought_back, (*queued.damaged, *held.damaged))

    def _tell(self, before: QueueEntry, after: QueueEntry, by: str, what: str) -> None:
        logger.info("%s %s %s (%s)", by, what, after.code, after.id)
        if before.state is after.state:
            return
        self._parts.publish(QueueChanged(after.code, after.lane, after.state.value, after.cause))
        recipients = (each.address for each in after.open_recipients)
        dispositions = moved(recipients, _STATES.get(after.state, after.state.value), after.cause)
        now = self._parts.clock.now().timestamp()
        self._parts.publish(MessageFollowed(follow_up(after.code, now, dispositions)))

    # --- what else people may ask for -------------------------------------------------------------------

    async def forget(self, address: str, by: str) -> Forgotten:
        """Out of the history; mail that is held or waits is the office's business, and only counted."""
        store, key = self._parts.store, folded(address)
        rows = await store.history.forget(address)
        known = await store.correspondents.forget(key)
        # Not whose: that would remember in the journal what was to be forgotten.
        logger.info("%s had an address forgotten: %d rows of history changed", by, rows)
        held, queued = await self._held_about(address), await self._queued_about(address)
        return Forgotten(rows, held, queued, known, store.lists.mentioning(key))

    def bypass(self) -> BypassStatus:
        """Whether mail is relayed unfiltered."""
        bypass = self._parts.bypass
        if not bypass.is_on():
            return BypassStatus()
        return BypassStatus(True, bypass.by, datetime.fromtimestamp(bypass.until, UTC))

    def set_bypass(self, seconds: float, by: str) -> BypassStatus:
        """For so long; 0 ends it."""
        if seconds:
            self._parts.bypass.on(seconds, by)
        else:
            self._parts.bypass.off(by)
        return self.bypass()

    async def probe(self, wanted: ProbeBackend, language: str) -> BackendProbed | Refusal | None:
        """One server, without a message."""
        return await self._parts.prober.probe(wanted, language)

    async def test(self, recipient: str, language: str, variant: str = "") -> ChainTest:
        """One message through the chain."""
        return await self._parts.tester.run(recipient, language, variant)

    async def _held_about(self, address: str) -> int:
        number, after = 0, None
        while True:
            page = await self._parts.store.quarantine.list(after, _PAGE, address)
            number += len(page.items)
            if page.next is None:
                return number
            after = page.next

    async def _queued_about(self, address: str) -> int:
        number, after, wanted = 0, None, fold(address)
        while True:
            page = await self._parts.store.queue_desk.list(after, _PAGE, (*WAITING, *DEAD))
            number += sum(1 for entry in page.items if wanted in _addresses(entry))
            if page.next is None:
                return number
            after = page.next


def _addresses(entry: QueueEntry) -> set[str]:
    return {fold(entry.reverse_path), *(fold(each.address) for each in entry.recipients)}
