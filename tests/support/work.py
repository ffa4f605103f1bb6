"""A `WorkDesk` that holds entries and notes what was asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from gateway.control.refusal import Refusal
from gateway.control.workparams import ProbeBackend
from gateway.control.workvalues import (
    BackendProbed,
    BypassStatus,
    ChainStep,
    ChainTest,
    DamagedView,
    Forgotten,
    ProbeStep,
    Rebuilt,
)
from gateway.core.page import Cursor, Page
from gateway.core.queued import LaneCause, QueuedRecipient, QueueEntry, QueueState

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LANE = "backend:exchange"


def entry(number: int = 0, **changes: object) -> QueueEntry:
    """An entry that waits; `number` makes its code and its time."""
    whole = QueueEntry(
        id=f"F7K2{number}-0a1b2c3d",
        code=f"F7K2{number}",
        lane=LANE,
        state=QueueState.QUEUED,
        since=NOON.timestamp() - number,
        next_attempt=NOON.timestamp() + 300,
        attempts=3,
        reverse_path="rene@sender.example",
        size_octets=4_096,
        recipients=(QueuedRecipient("anna@office.example", reply="", detail="connection refused"),),
        cause="10.0.0.9:25: connection refused",
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # a test names fields of the entry


def cause(entries: int = 12, **changes: object) -> LaneCause:
    """Why they wait."""
    since, then = NOON.timestamp() - 600, NOON.timestamp() + 300
    whole = LaneCause(LANE, QueueState.QUEUED, "10.0.0.9:25: connection refused", entries, since, then)
    return replace(whole, **changes)  # type: ignore[arg-type]  # a test names fields of the cause


@dataclass
class FakeWork:
    """`impossible` are ids for which nothing can be done now."""

    rows: Sequence[QueueEntry] = ()
    groups: tuple[LaneCause, ...] = ()
    set_aside: tuple[DamagedView, ...] = ()
    impossible: frozenset[str] = frozenset()
    rebuilt: Rebuilt = field(default_factory=lambda: Rebuilt(2, 1, 1))
    forgotten: Forgotten = field(default_factory=lambda: Forgotten(3, 1, 0))
    report: ChainTest = field(
        default_factory=lambda: ChainTest(True, "F7K2Q", (ChainStep("send", True, "taken", 12.0),))
    )
    probed: BackendProbed | Refusal | None = field(
        default_factory=lambda: BackendProbed(
            True,
            (
                ProbeStep("mx", "warn", "mail for office.example goes to mx.other.example", 4.0),
                ProbeStep("session", "ok", "10.0.0.9:25 takes mail, messages up to 37 MB", 35.0),
                ProbeStep("tls", "ok", "10.0.0.9:25: the session is encrypted (TLS)"),
                ProbeStep("recipients", "ok", "it refuses an address that does not exist", 12.0),
            ),
            True,
        )
    )
    state: BypassStatus = field(default_factory=BypassStatus)
    asked: list[tuple[object, ...]] = field(default_factory=list)

    async def entries(self, after: Cursor | None, limit: int, *, dead: bool) -> Page[QueueEntry]:
        rows = [row for row in self.rows if (row.state is QueueState.DEAD) is dead]
        rows = [row for row in rows if after is None or Cursor(row.since, row.id) < after]
        shown = tuple(rows[:limit])
        return Page(shown, Cursor(shown[-1].since, shown[-1].id) if len(rows) > limit else None)

    async def find(self, name: str) -> tuple[QueueEntry, ...]:
        return tuple(row for row in self.rows if name in (row.id, row.code))

    async def causes(self) -> tuple[LaneCause, ...]:
        return self.groups

    async def damaged(self) -> tuple[DamagedView, ...]:
        return self.set_aside

    def hop_of(self, lane: str) -> str:
        return "exchange.local"

    async def retry(self, entry: QueueEntry, by: str) -> QueueEntry | None:
        return self._do("retry", entry, by)

    async def retry_lane(self, lane: str, by: str) -> int:
        self.asked.append(("retry-lane", lane, by))
        return sum(1 for row in self.rows if row.lane == lane and row.state is QueueState.QUEUED)

    async def hold(self, entry: QueueEntry, by: str) -> QueueEntry | None:
        return self._do("hold", entry, by)

    async def drop(self, entry: QueueEntry, by: str) -> QueueEntry | None:
        return self._do("drop", entry, by)

    async def delete(self, entry: QueueEntry, by: str) -> bool:
        return self._do("delete", entry, by) is not None

    async def rebuild(self, by: str) -> Rebuilt:
        self.asked.append(("rebuild", by))
        return self.rebuilt

    async def forget(self, address: str, by: str) -> Forgotten:
        self.asked.append(("forget", address, by))
        return self.forgotten

    def bypass(self) -> BypassStatus:
        return self.state

    def set_bypass(self, seconds: float, by: str) -> BypassStatus:
        self.asked.append(("bypass", seconds, by))
        self.state = BypassStatus(True, by, NOON + timedelta(seconds=seconds)) if seconds else BypassStatus()
        return self.state

    async def probe(self, wanted: ProbeBackend, language: str) -> BackendProbed | Refusal | None:
        self.asked.append(("probe", wanted, language))
        return self.probed

    async def test(self, recipient: str, language: str, variant: str = "") -> ChainTest:
        self.asked.append(("test", recipient, language, variant) if variant else ("test", recipient, language))
        return self.report

    def _do(self, verb: str, entry: QueueEntry, by: str) -> QueueEntry | None:
        self.asked.append((verb, entry.id, by))
        return None if entry.id in self.impossible else entry
