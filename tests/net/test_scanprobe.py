"""The probe keeps rspamd's state fresh when no mail comes, and stays out of the way when it does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.config.schema import Failure, Rspamd
from gateway.core.event import DependencyChanged, Event
from gateway.core.finding import RspamdFinding, RspamdSymbol
from gateway.core.message import Message
from gateway.core.rspamdreply import RspamdError
from gateway.core.scanstate import message_digest
from gateway.net.rspamd import CutOff, RspamdClient, ScanRequest
from gateway.net.scanhealth import ScanHealth
from gateway.net.scanprobe import REDIS_AWAY, ScanProbe
from tests.support.clock import HandClock, settle
from tests.support.looptime import LoopTime
from tests.support.unixpeer import ScriptedPeer, json_reply


class Client(RspamdClient):
    """Answers at once, or fails."""

    def __init__(self) -> None:
        super().__init__("/nowhere", "/nowhere")
        self.scans = 0
        self.is_away = False
        self.redis_is_away = False
        self.wait: asyncio.Event | None = None
        self.versions = 0

    async def scan(
        self, request: ScanRequest, *, is_down: bool = False, cut_off: CutOff = lambda error: None
    ) -> RspamdFinding:
        self.scans += 1
        if self.is_away:
            raise RspamdError("connect", "no socket")
        if self.wait is not None:
            await self.wait.wait()
        return RspamdFinding("no action", 0.0, (RspamdSymbol(REDIS_AWAY, 0.0),) if self.redis_is_away else ())

    async def version(self) -> str:
        self.versions += 1
        return "3.12.1"


class Stage:
    def __init__(self) -> None:
        self.clock, self.client = HandClock(), Client()
        self.events: list[Event] = []
        self.health = ScanHealth(self.clock, self.events.append, Rspamd(unscanned_grace_seconds=600), Failure())
        self.probe = ScanProbe(self.client, self.health)

    def changes(self) -> list[str]:
        return [event.state for event in self.events if isinstance(event, DependencyChanged)]


CLEAN = json_reply('{"action":"no action","score":0}')
MAIL = Message.of(b"Subject: Hello\r\n\r\nHello\r\n")


async def test_a_quiet_night_does_not_use_up_the_grace_time() -> None:
    stage = Stage()
    async with asyncio.TaskGroup() as group:
        watch = group.create_task(stage.probe.watch(stage.clock))
        await stage.clock.turn(8 * 3_600)
        stage.client.is_away = True
        stage.health.failed(MAIL, RspamdError("connect", "no socket"))
        assert stage.health.state(message_digest(MAIL.octets)) == "away"
        watch.cancel()


async def test_an_absence_is_noticed_without_mail_and_so_is_the_return() -> None:
    stage = Stage()
    async with asyncio.TaskGroup() as group:
        watch = group.create_task(stage.probe.watch(stage.clock))
        await settle()
        stage.client.is_away = True
        await stage.clock.turn(300)
        assert stage.changes() == ["down"]
        stage.client.is_away = False
        await stage.clock.turn(61)
        assert stage.changes() == ["down", "up"]
        watch.cancel()


async def test_an_absence_and_a_return_are_seen_within_five_seconds_without_mail() -> None:
    stage = Stage()
    async with asyncio.TaskGroup() as group:
        watch = group.create_task(stage.probe.watch(stage.clock))
        await stage.clock.turn(300)
        stage.client.is_away = True
        await stage.clock.turn(4)
        assert stage.changes() == ["down"]
        stage.client.is_away = False
        await stage.clock.turn(4)
        assert stage.changes() == ["down", "up"]
        watch.cancel()


async def test_who_hangs_is_slow_within_five_seconds_and_stays_so_until_a_scan_is_quick() -> None:
    stage = Stage()
    async with asyncio.TaskGroup() as group:
        watch = group.create_task(stage.probe.watch(stage.clock))
        await stage.clock.turn(1)
        stage.client.wait = asyncio.Event()
        await stage.clock.turn(5)
        assert stage.changes() == ["slow"]
        assert stage.health.is_up
        stage.client.wait.set()
        await settle()
        assert stage.health.word == "slow"
        await stage.clock.turn(3)
        assert stage.changes() == ["slow", "up"]
        watch.cancel()


async def test_what_rspamd_says_of_redis_is_told_once() -> None:
    stage = Stage()
    async with asyncio.TaskGroup() as group:
        watch = group.create_task(stage.probe.watch(stage.clock))
        await settle()
        stage.client.redis_is_away = True
        await stage.clock.turn(10)
        stage.client.redis_is_away = False
        await stage.clock.turn(10)
        assert [(each.name, each.state) for each in stage.events if isinstance(each, DependencyChanged)] == [
            ("redis", "down"),
            ("redis", "up"),
        ]
        watch.cancel()


async def test_the_version_is_asked_for_once_after_each_return_and_never_without_redis() -> None:
    stage = Stage()
    stage.client.redis_is_away = True
    await stage.probe.probe(stage.clock)
    assert stage.client.versions == 0
    stage.client.redis_is_away = False
    for _ in range(3):
        await stage.probe.probe(stage.clock)
    assert (stage.client.versions, stage.health.version) == (1, "3.12.1")
    stage.client.is_away = True
    await stage.probe.probe(stage.clock)
    stage.client.is_away = False
    await stage.probe.probe(stage.clock)
    assert stage.client.versions == 2


async def test_a_slow_but_living_rspamd_recovers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage, time = Stage(), LoopTime(monkeypatch)
    stage.health.failed(MAIL, RspamdError("connect", "no socket"))
    async with ScriptedPeer(tmp_path, CLEAN, hang=True) as peer, asyncio.TaskGroup() as group:
        probe = ScanProbe(RspamdClient(peer.address, peer.address), stage.health)
        probing = group.create_task(probe.probe(stage.clock))
        await peer.arrivals(1)
        await time.forward(11.0)
        assert not stage.health.is_up
        peer.release.set()
        await probing
        assert stage.health.is_up


async def test_one_message_that_fails_again_and_again_is_unscannable_in_a_quiet_office() -> None:
    stage = Stage()
    for _ in range(3):
        stage.health.failed(MAIL, RspamdError("timeout", "no answer"))
        stage.clock.advance(60)
        await stage.probe.probe(stage.clock)
        stage.clock.advance(60)
    assert stage.health.state(message_digest(MAIL.octets)) == "unscannable"
