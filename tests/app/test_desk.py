from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from gateway.app.desk import GatewayDesk
from gateway.app.work import GatewayWork, WorkParts
from gateway.checks.dnsbl import ZoneState
from gateway.config.schema import Backend, DomainSettings, Settings
from gateway.control.values import AntivirusStatus, ListenerStatus
from gateway.control.workvalues import DomainStatus, ZoneStatus
from gateway.core.clamdreply import ClamdVersion
from gateway.core.followup import follow_up, moved
from gateway.pipeline.bypass import Bypass
from tests.support.storage import RECEIVED_AT, Opened, envelope, held, opened, put, record
from tests.support.values import NOON, ORDINARY

SETTINGS = Settings(
    hostname="mx.office.example",
    postmaster="it@office.example",
    backend={"exchange": Backend(("10.0.0.9:25",))},
    domain={"office.example": DomainSettings("exchange")},
)
HEALTH = SimpleNamespace(state="away", cause="connection refused", since=NOON, last_reply="", delivered_at=NOON)
SAID = SimpleNamespace(size_octets=37_748_736)
LANE = SimpleNamespace(name="backend:exchange", health=HEALTH, capabilities=SAID, is_encrypted=True)


def desk(it: Opened, tasks: asyncio.TaskGroup, clamd: object = None) -> GatewayDesk:
    """A desk on a real store; the other parts only stand there. `clamd` is the health of one."""
    publish = it.events.append
    idle = SimpleNamespace(hasten=lambda lane: None, pause_seconds=lambda lane: 0.0)
    bypass = Bypass(it.clock, publish, tasks)
    work = GatewayWork(
        WorkParts(
            it.store,
            cast(Any, idle),
            bypass,
            cast(Any, None),
            lambda: SETTINGS,
            lambda lane: "",
            it.clock,
            publish,
            cast(Any, None),
        )
    )
    parts = SimpleNamespace(
        settings=SETTINGS,
        version="1.0",
        since=NOON,
        store=it.store,
        lanes=SimpleNamespace(all=lambda: [LANE]),
        dnsbl=SimpleNamespace(states=[ZoneState("bl.example", 4, "silent", "no answer")]),
        sources=SimpleNamespace(
            rspamd=None,
            clamd=clamd,
            clamd_health=clamd,
            dns_health=SimpleNamespace(healthy=lambda: False, cause="no answer in time"),
            scan_health=SimpleNamespace(redis_is_up=False),
            worker=SimpleNamespace(not_enforced=None),
        ),
        gate=SimpleNamespace(open_connections=2),
        room=SimpleNamespace(cause="0 octets are left for new mail"),
        memory=SimpleNamespace(used_octets=1, total_octets=10),
        listeners=lambda: (ListenerStatus("internet", "0.0.0.0:25", "inbound", "listening"),),
        clock=it.clock,
    )
    settings = SimpleNamespace(trial=lambda language: None, troubles=lambda language: ())
    recipients = SimpleNamespace(domains=lambda: (DomainStatus("office.example", "unverifying"),))
    return GatewayDesk(
        lambda: cast(Any, parts), work, cast(Any, settings), cast(Any, None), cast(Any, recipients), cast(Any, None)
    )


async def test_the_state_has_the_queue_how_recipients_are_verified_and_what_lists_are_worth(tmp_path: Path) -> None:
    async with opened(tmp_path) as it, asyncio.TaskGroup() as tasks:
        at = desk(it, tasks)
        await put(it.store)
        await it.store.queue_desk.drop((await put(it.store, "DEAD1")).id)
        state = await at.status()
        assert (state.queue.entries, state.queue.dead, state.queue.damaged) == (1, 1, 0)
        assert state.queue.size_octets > 0
        assert state.recipients == (DomainStatus("office.example", "unverifying"),)
        assert state.zones == (ZoneStatus("bl.example", 4, "silent", "no answer"),)
        assert (state.lanes[0].state, state.dns.state, state.rspamd.cause) == ("away", "down", "switched off")
        lane = state.lanes[0]
        assert (lane.delivered, lane.is_encrypted, lane.size_octets) == (NOON, True, 37_748_736)
        assert not state.bypass.is_on
        assert (state.dns.cause, state.redis.state, state.disk.state) == ("no answer in time", "down", "down")
        assert state.disk.cause == "0 octets are left for new mail"
        assert state.clock.state == "up"
        assert state.storage.history_octets > 0
        assert (state.storage.history_days, state.storage.quarantine_days) == (30, 30)
        assert 0 < state.storage.free_octets <= state.storage.total_octets
        it.clock.synchronised = False
        assert (await at.status()).clock.state == "down"


async def test_the_virus_scanner_is_told_with_the_age_of_its_signatures_when_that_should_worry(tmp_path: Path) -> None:
    def health(days: int, is_up: bool = True) -> SimpleNamespace:
        version = ClamdVersion("1.4.3", NOON - timedelta(days=days))
        return SimpleNamespace(is_up=is_up, has_answered=True, version=version, cause="no socket", puts_off=True)

    async with opened(tmp_path) as it, asyncio.TaskGroup() as tasks:

        async def told(clamd: object) -> AntivirusStatus:
            return (await desk(it, tasks, clamd).status()).antivirus

        assert (await told(None)).state == "off"
        fresh = await told(health(1))
        assert (fresh.state, fresh.version, fresh.stale_days) == ("up", "1.4.3", 0)
        assert (await told(health(30))).stale_days >= 30
        assert await told(health(1, is_up=False)) == AntivirusStatus("down", "no socket", puts_off=True)
        it.clock.synchronised = False
        assert (await told(health(30))).stale_days == 0


async def test_today_counts_messages_and_not_what_became_of_them(tmp_path: Path) -> None:
    async with opened(tmp_path) as it, asyncio.TaskGroup() as tasks:
        at = desk(it, tasks)
        it.store.history.append(record("AAAAA"))
        it.store.history.append(follow_up("AAAAA", RECEIVED_AT + 9, moved(["bob@office.example"], "dead")))
        assert (await at.status()).today.accept == 1


async def test_a_list_shows_the_last_word_about_each_message(tmp_path: Path) -> None:
    async with opened(tmp_path) as it, asyncio.TaskGroup() as tasks:
        at = desk(it, tasks)
        for code in ("AAAAA", "BBBBB"):
            it.store.history.append(record(code))
        it.store.history.append(follow_up("AAAAA", RECEIVED_AT + 9, moved(["bob@office.example"], "dead", "dropped")))
        page = await at.messages(None, 10, "")
        assert {row.code: row.dispositions[0].state for row in page.items} == {"AAAAA": "dead", "BBBBB": "delivered"}
        assert [row.kind for row in await at.message("AAAAA")] == ["follow-up", "message"]


async def test_held_mail_is_listed_read_and_deleted(tmp_path: Path) -> None:
    async with opened(tmp_path) as it, asyncio.TaskGroup() as tasks:
        at = desk(it, tasks)
        await it.store.quarantine.hold(held("BBBBB"), envelope(), [ORDINARY])
        assert [row.code for row in (await at.held(None, 10, "")).items] == ["BBBBB"]
        assert await at.held_octets("BBBBB") == ORDINARY
        assert await at.held_octets("ZZZZZ") == b""
        assert await at.delete("BBBBB", "anna")
        assert await at.held_message("BBBBB") is None
