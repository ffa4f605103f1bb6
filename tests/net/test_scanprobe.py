"""The probe keeps rspamd's state fresh when no mail comes, and stays out of the way when it does."""

from __future__ import annotations

import asyncio

from gateway.config.schema import Failure, Rspamd
from gateway.core.event import DependencyChanged, Event
from gateway.core.finding import RspamdFinding
from gateway.core.message import Message
from gateway.core.rspamdreply import RspamdError
from gateway.core.scanstate import message_digest
from gateway.net.rspamd import RspamdClient, ScanRequest
from gateway.net.scanhealth import ScanHealth
from gateway.net.scanprobe import ScanProbe
from tests.support.clock import HandClock, settle


class Client(RspamdClient):
    """Answers at once, or fails."""

    def __init__(self) -> None:
        super().__init__("/nowhere", "/nowhere")
        self.scans = 0
        self.is_away = False

    async def scan(self, request: ScanRequest) -> RspamdFinding:
        self.scans += 1
        if self.is_away:
            raise RspamdError("connect", "no socket")
        return RspamdFinding("no action", 0.0)


class Stage:
    def __init__(self) -> None:
        self.clock, self.client = HandClock(), Client()
        self.events: list[Event] = []
        self.health = ScanHealth(self.clock, self.events.append, Rspamd(unscanned_grace_seconds=600), Failure())
        self.probe = ScanProbe(self.client, self.health)

    def changes(self) -> list[str]:
        return [event.state for event in self.events if isinstance(event, DependencyChanged)]


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


async def test_while_mail_is_scanned_there_is_no_probe() -> None:
    stage = Stage()
    async with asyncio.TaskGroup() as group:
        watch = group.create_task(stage.probe.watch(stage.clock))
        await settle()
        assert stage.client.scans == 1
        for _ in range(20):
            await stage.clock.turn(30)
            stage.health.passed(MAIL)
        assert stage.client.scans == 1
        await stage.clock.turn(61)
        assert stage.client.scans == 2
        watch.cancel()


async def test_one_message_that_fails_again_and_again_is_unscannable_in_a_quiet_office() -> None:
    stage = Stage()
    for _ in range(3):
        stage.health.failed(MAIL, RspamdError("timeout", "no answer"))
        stage.clock.advance(60)
        await stage.probe.probe()
        stage.clock.advance(60)
    assert stage.health.state(message_digest(MAIL.octets)) == "unscannable"
