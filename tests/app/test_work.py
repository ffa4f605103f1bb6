from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from gateway.app.work import GatewayWork, WorkParts
from gateway.config.schema import Backend, DomainSettings, Settings
from gateway.core.event import BypassChanged, Event, MessageFollowed, QueueChanged
from gateway.core.outcome import Result
from gateway.core.queued import QueueState
from gateway.pipeline.bypass import Bypass
from tests.support.storage import LANE, RECEIVED_AT, Opened, envelope, held, opened, outcome, put, record
from tests.support.values import ORDINARY

SETTINGS = Settings(
    hostname="mx.office.example",
    postmaster="it@office.example",
    backend={"exchange": Backend(("10.0.0.9:25",)), "dovecot": Backend(("/run/lmtp.sock",), "lmtp")},
    domain={"office.example": DomainSettings("exchange")},
)


@dataclass
class Spool:
    pause: float = 0.0
    trouble: str = ""
    hastened: list[str] = field(default_factory=list)

    def hasten(self, lane: str) -> None:
        self.hastened.append(lane)

    def pause_seconds(self, lane: str) -> float:
        return self.pause


@dataclass
class House:
    it: Opened
    work: GatewayWork
    spool: Spool
    events: list[Event]

    def told(self) -> list[tuple[str, str]]:
        """What the history was told: state and cause."""
        records = [each.record for each in self.events if isinstance(each, MessageFollowed)]
        return [(each.state, each.hop_reply) for row in records for each in row.dispositions]


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    events: list[Event] = []
    spool = Spool()
    async with opened(folder) as it, asyncio.TaskGroup() as tasks:
        bypass = Bypass(it.clock, events.append, tasks)
        parts = WorkParts(
            it.store,
            cast(Any, spool),
            bypass,
            cast(Any, None),
            lambda: SETTINGS,
            lambda lane: spool.trouble if lane == LANE else "",
            it.clock,
            events.append,
            cast(Any, None),
        )
        work = GatewayWork(parts)
        yield House(it, work, spool, events)
        work.set_bypass(0, "test")


async def test_whoever_drops_holds_or_brings_back_stands_in_the_messages_history(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        entry = await put(at.it.store)
        assert await at.work.hold(entry, "anna")
        (entry,) = await at.work.find("f7k2q")
        assert await at.work.drop(entry, "anna")
        (entry,) = await at.work.find(entry.id)
        assert entry.state is QueueState.DEAD
        assert await at.work.counts() == (0, 1)
        assert [each.id for each in (await at.work.entries(None, 10, dead=True)).items] == [entry.id]
        assert await at.work.retry(entry, "bob")
        assert at.spool.hastened == [LANE]
        assert at.told() == [("on-hold", "put on hold by anna"), ("dead", "dropped by anna"), ("spooled", "")]
        assert [each.state for each in at.events if isinstance(each, QueueChanged)] == ["held", "dead", "queued"]
        assert await at.work.counts() == (1, 0)


async def test_a_retry_of_what_waits_anyway_is_no_news(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.work.retry(await put(at.it.store), "anna")
        assert at.told() == []
        assert at.spool.hastened == [LANE]


async def test_what_is_being_tried_is_not_dropped(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        entry = await put(at.it.store)
        await at.it.store.queue.claim(LANE)
        assert await at.work.drop(entry, "anna") is None
        assert at.told() == []
        assert not await at.work.delete(entry, "anna")


async def test_nothing_is_tried_before_the_pause_of_its_lane_is_over(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        entry = await put(at.it.store)
        await at.it.store.queue.claim(LANE)
        await at.it.store.queue.settle(entry.id, [outcome(Result.HOP_AWAY)], RECEIVED_AT + 60, "connection refused")
        (soon,) = await at.work.causes()
        at.spool.pause = 900
        (late,) = await at.work.causes()
        now = at.it.clock.now().timestamp()
        assert (soon.next_attempt, late.next_attempt) == (RECEIVED_AT + 60, now + 900)


async def test_what_nobody_tried_waits_for_what_its_lane_waits_for(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await put(at.it.store)
        assert [each.cause for each in await at.work.causes()] == [""]
        at.spool.trouble = "10.0.0.9:25, at connect: connection refused"
        assert [each.cause for each in await at.work.causes()] == [at.spool.trouble]
        held = await put(at.it.store)
        await at.work.hold(held, "anna")
        assert {each.cause for each in await at.work.causes()} == {at.spool.trouble, "put on hold by anna"}


async def test_a_hop_is_named_as_people_know_it(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        named = {lane: at.work.hop_of(lane) for lane in (LANE, "backend:dovecot", "mx:example.net", "backend:gone")}
    assert named == {
        LANE: "10.0.0.9",
        "backend:dovecot": "/run/lmtp.sock",
        "mx:example.net": "example.net",
        "backend:gone": "gone",
    }


async def test_an_address_is_forgotten_and_where_it_still_stands_is_counted(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        store = at.it.store
        store.history.append(record("AAAAA"))
        await store.quarantine.hold(held("BBBBB"), envelope(), [ORDINARY])
        await put(store, "CCCCC", "Bob@Office.example")
        await put(store, "DDDDD", "sue@office.example")
        forgotten = await at.work.forget("bob@office.example", "anna")
        assert (forgotten.rows, forgotten.held, forgotten.queued) == (1, 1, 1)
        assert (await store.history.find("AAAAA"))[0].dispositions[0].recipient == "forgotten"


async def test_a_rebuild_makes_rows_for_orphans_and_tells_of_damage(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        entry = await put(at.it.store)
        (tmp_path / "messages" / "ZZZZZ-00000000").write_bytes(b"cut off")
        (tmp_path / "messages" / entry.id).rename(tmp_path / "orphaned" / entry.id)
        rebuilt = await at.work.rebuild("anna")
        assert (rebuilt.queued, rebuilt.brought_back, rebuilt.damaged) == (1, 1, ("ZZZZZ-00000000",))
        assert [each.name for each in await at.work.damaged()] == ["ZZZZZ-00000000"]


async def test_the_bypass_says_who_and_until_when(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        state = at.work.set_bypass(600, "anna")
        assert (state.is_on, state.by) == (True, "anna")
        assert state.until is not None
        assert state.until.timestamp() == at.it.clock.now().timestamp() + 600
        assert not at.work.set_bypass(0, "bob").is_on
        assert [each.by for each in at.events if isinstance(each, BypassChanged)] == ["anna", "bob"]


async def test_a_whole_lane_is_tried_at_once_but_what_is_on_hold(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        first, second = await put(at.it.store), await put(at.it.store)
        await at.it.store.queue_desk.hold(second.id)
        assert await at.work.retry_lane(first.lane, "anna") == 1
        assert [each.id for each in await at.it.store.queue.claim(first.lane)] == [first.id]
