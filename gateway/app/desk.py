"""The gateway as people see it: the answers to the control socket, put together from the parts.

Asks and relays; decides nothing. Text from outside is still raw here: the socket's edge makes it safe.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from gateway.app.deskparts import DeskParts
from gateway.app.evidence import Sources
from gateway.app.health_desk import GatewayHealth
from gateway.app.recipients_desk import GatewayRecipients
from gateway.app.rules_desk import GatewayRules
from gateway.app.settings_desk import GatewaySettings
from gateway.app.work import GatewayWork
from gateway.config.schema import PolicySettings
from gateway.control.desk import Refusal
from gateway.control.values import (
    AntivirusStatus,
    Counts,
    LaneStatus,
    Load,
    PartStatus,
    QuarantineStatus,
    RspamdStatus,
    Status,
    WorkerStatus,
)
from gateway.control.workvalues import QueueStatus, StorageStatus, ZoneStatus
from gateway.core.followup import whole
from gateway.core.held import HeldMessage
from gateway.core.outcome import Outcome
from gateway.core.page import Cursor, Page
from gateway.core.record import MessageRecord
from gateway.core.statistics import Counted
from gateway.core.tally import hour_of
from gateway.delivery.lane import Lane
from gateway.net.clock import Clock
from gateway.net.leaps import CarefulClock
from gateway.net.scanhealth import REDIS_AWAY
from gateway.smtp.limits import normal
from gateway.worker.host import WorkerPool

# ClamAV's signatures are renewed every day; a week without is a freshclam that does not work.
STALE_DAYS = 7

logger = logging.getLogger(__name__)


class GatewayDesk:
    """`control.desk.Desk` of the gateway that runs at the moment of the question; `parts` gives its parts."""

    def __init__(
        self,
        parts: Callable[[], DeskParts],
        work: GatewayWork,
        settings: GatewaySettings,
        rules: GatewayRules,
        recipients: GatewayRecipients,
        health: GatewayHealth,
    ) -> None:
        self._present = parts
        self.work = work
        self.settings = settings
        self.rules = rules
        self.recipients = recipients
        self.health = health

    @property
    def _parts(self) -> DeskParts:
        return self._present()

    async def status(self) -> Status:
        """The parts' states."""
        parts = self._parts
        return Status(
            version=parts.version,
            hostname=parts.settings.hostname,
            since=parts.since,
            listeners=parts.listeners(),
            lanes=tuple(_lane(each) for each in parts.lanes.all()),
            rspamd=self._rspamd(),
            dns=_part("dns", "" if (dns := parts.sources.dns_health).healthy() else dns.cause or "no answer"),
            redis=_part("redis", "" if parts.sources.scan_health.redis_is_up else REDIS_AWAY),
            disk=_part("disk", parts.room.cause),
            clock=_part("clock", _clock_cause(parts.clock)),
            worker=_worker(parts.sources.worker),
            antivirus=_antivirus(parts.sources, parts.clock),
            today=await self._today(),
            quarantine=await self._quarantine(),
            load=Load(
                parts.memory.used_octets,
                parts.memory.total_octets,
                parts.gate.open_connections,
                normal(parts.settings.limits.connections),
                len(asyncio.all_tasks()),
            ),
            queue=await self._queue(),
            recipients=self.recipients.domains(),
            zones=tuple(ZoneStatus(each.zone, each.family, each.state, each.cause) for each in parts.dnsbl.states),
            bypass=self.work.bypass(),
            trial=self.settings.trial(parts.settings.language),
            storage=self._storage(),
            troubles=self.settings.troubles(parts.settings.language),
        )

    async def messages(self, after: Cursor | None, limit: int, search: str) -> Page[MessageRecord]:
        """Rows of history, newest first, each with the last word about it."""
        history = self._parts.store.history
        page = await history.list(after, limit, search)
        later = await history.follow_ups({each.code for each in page.items})
        return Page(tuple(_with_news(each, later) for each in page.items), page.next)

    async def message(self, code: str) -> tuple[MessageRecord, ...]:
        """All rows of this code."""
        return await self._parts.store.history.find(code)

    async def statistics(self, recent_hours: int, hours: int) -> Counted:
        """What history counted."""
        parts, now = self._parts, self._parts.clock.now().timestamp()
        hour = hour_of(now) + 1
        counted = await parts.store.history.statistics(hour - recent_hours, hour - hours)
        policy = parts.settings.policy.get("standard", PolicySettings())
        ours = frozenset(each.lower() for each in parts.settings.domain)
        return Counted(counted, now, ours, policy.mark_at, policy.quarantine_at, policy.reject_at)

    async def held(self, after: Cursor | None, limit: int, search: str) -> Page[HeldMessage]:
        """Held messages, newest first."""
        return await self._parts.store.quarantine.list(after, limit, search)

    async def held_message(self, code: str) -> HeldMessage | None:
        """One held message."""
        return await self._parts.store.quarantine.show(code)

    async def held_octets(self, code: str) -> bytes:
        """What it says."""
        stored = await self._parts.store.quarantine.open(code)
        return bytes(stored.octets) if stored else b""

    async def release(self, code: str, recipients: tuple[str, ...], by: str) -> tuple[Outcome, ...] | Refusal | None:
        """Deliver it after all."""
        outcomes = await self._parts.warden.release(code, recipients)
        if isinstance(outcomes, tuple):
            told = ", ".join(f"{each.recipient}: {each.result.value}" for each in outcomes)
            logger.info("%s released %s (%s)", by, code, told)
        return outcomes

    async def delete(self, code: str, by: str) -> bool:
        """Remove it for good."""
        gone = await self._parts.store.quarantine.delete(code)
        if gone:
            logger.info("%s deleted %s from quarantine", by, code)
        return gone

    async def learn(self, code: str, learn_as: str, by: str) -> bool | Refusal | None:
        """Teach the scanner."""
        learned = await self._parts.warden.learn(code, learn_as)
        if isinstance(learned, bool):
            logger.info("%s taught %s as %s", by, code, learn_as)
        return learned

    def viewed(self, code: str, by: str) -> None:
        """Somebody read a message that is not theirs: the journal says who."""
        logger.info("%s read the text of %s", by, code)

    def _rspamd(self) -> RspamdStatus:
        sources = self._parts.sources
        health = sources.scan_health
        if sources.rspamd is None:
            return RspamdStatus("down", "switched off")
        passed = health.seconds_since_scan
        if passed is None and health.is_up:
            return RspamdStatus("unknown")
        last = None if passed is None else self._parts.clock.now() - timedelta(seconds=passed)
        return RspamdStatus(health.word, health.cause, health.version, last, not health.is_up and health.puts_off)

    async def _today(self) -> Counts:
        midnight = self._parts.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        counts = await self._parts.store.history.counts(midnight.timestamp())
        return Counts(**{name: counts.get(name, 0) for name in Counts.__dataclass_fields__})

    async def _queue(self) -> QueueStatus:
        entries, dead = await self.work.counts()
        parts = self._parts
        return QueueStatus(
            entries=entries,
            dead=dead,
            damaged=len(await self.work.damaged()),
            size_octets=parts.store.queue_desk.octets,
            limit_octets=normal(parts.settings.limits.spool_octets),
        )

    def _storage(self) -> StorageStatus:
        store = self._parts.store
        kept, space = self._parts.settings, store.space()
        days = (kept.history.keep_days, kept.quarantine.keep_days)
        return StorageStatus(store.history.octets, *days, space.free_octets, space.total_octets)

    async def _quarantine(self) -> QuarantineStatus:
        items, octets = await self._parts.store.quarantine.totals()
        return QuarantineStatus(items, octets, self._parts.settings.quarantine.size_octets)


def _with_news(record: MessageRecord, later: Sequence[MessageRecord]) -> MessageRecord:
    return whole([*(each for each in later if each.code == record.code), record]) or record


def _part(name: str, cause: str) -> PartStatus:
    return PartStatus(name, "down" if cause else "up", cause)


def _clock_cause(clock: Clock) -> str:
    if isinstance(clock, CarefulClock):
        return clock.cause
    return "" if clock.is_synchronised() else "the time of day is not known"


def _antivirus(sources: Sources, clock: Clock) -> AntivirusStatus:
    health = sources.clamd_health
    if sources.clamd is None:
        return AntivirusStatus()
    if not health.is_up:
        return AntivirusStatus("down", health.cause, puts_off=health.puts_off)
    version = health.version
    return AntivirusStatus(
        "up" if health.has_answered else "unknown", version=version.release, signatures=version.signed_at,
        stale_days=_stale_days(version.signed_at, clock),
    )  # fmt: skip


def _stale_days(signed_at: datetime | None, clock: Clock) -> int:
    """The age of the signatures when it is one that should worry; 0 while nobody knows the time (D17)."""
    if signed_at is None or not clock.is_synchronised():
        return 0
    days = (clock.now() - signed_at).days
    return days if days >= STALE_DAYS else 0


def _worker(worker: WorkerPool) -> WorkerStatus:
    """It starts with the first message that needs it; only then is known what fences it."""
    fences = worker.not_enforced
    return WorkerStatus("up" if fences is not None else "unknown", not_enforced=fences or ())


def _lane(lane: Lane) -> LaneStatus:
    health = lane.health
    size = lane.capabilities.size_octets if lane.capabilities is not None else None
    return LaneStatus(
        lane.name, health.state, health.cause, health.since, health.last_reply, health.delivered_at,
        lane.is_encrypted, size,
    )  # fmt: skip
