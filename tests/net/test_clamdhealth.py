"""clamd's health beyond that of any scanner: its probe tells within seconds, and asks for the version."""

from __future__ import annotations

import asyncio

import pytest

from gateway.config.schema import Clamd, Failure
from gateway.core.clamdreply import ClamdError, ClamdVersion
from gateway.core.event import DependencyChanged, Event
from gateway.core.finding import VirusFinding
from gateway.core.message import Message
from gateway.net.clamd import ClamdClient
from gateway.net.clamdhealth import INTERVAL_SECONDS, PROBE_SECONDS, VERSION_SECONDS, ClamdHealth
from tests.support.clock import HandClock, settle
from tests.support.looptime import LoopTime

GONE = ClamdError("connect", "no socket")
SLOW = ClamdError("timeout", "no answer")


class Client(ClamdClient):
    """Answers at once, fails, or hangs."""

    def __init__(self) -> None:
        super().__init__("/nowhere", 10)
        self.error: ClamdError | None = None
        self.hang: asyncio.Event | None = None
        self.versions = 0

    async def scan(self, octets: bytes | memoryview, *, is_down: bool = False) -> VirusFinding:
        if self.hang is not None:
            await self.hang.wait()
        if self.error is not None:
            raise self.error
        return VirusFinding("clean")

    async def version(self) -> ClamdVersion:
        self.versions += 1
        return ClamdVersion("1.4.3")


class Stage:
    def __init__(self, failure: Failure | None = None) -> None:
        self.clock, self.client = HandClock(), Client()
        self.events: list[Event] = []
        settings = Clamd("/x", unscanned_grace_seconds=600)
        self.health = ClamdHealth(self.clock, self.events.append, settings, failure or Failure())

    @property
    def states(self) -> list[str]:
        return [f"{event.name} {event.state}" for event in self.events if isinstance(event, DependencyChanged)]


def message(text: str) -> Message:
    return Message.of(f"Subject: {text}\r\n\r\n{text}\r\n".encode())


def test_what_a_missing_scan_means_follows_the_settings_and_the_grace() -> None:
    stage = Stage()
    assert stage.health.state(b"x") == "away"
    assert stage.health.puts_off
    stage.clock.advance(601)
    assert stage.health.state(b"x") == "given-up"
    assert Stage(Failure(clamd="mark")).health.state(b"x") == "given-up"
    always = Stage(Failure(clamd="defer"))
    always.clock.advance(601)
    assert always.health.state(b"x") == "away"


async def test_without_mail_an_outage_is_told_within_five_seconds_and_the_return_too() -> None:
    stage = Stage()
    async with asyncio.TaskGroup() as group:
        watch = group.create_task(stage.health.watch(stage.client, stage.clock))
        await settle()
        assert (stage.health.has_answered, stage.health.version.release, stage.states) == (True, "1.4.3", [])
        stage.client.error = GONE
        await stage.clock.turn(INTERVAL_SECONDS)
        assert (stage.states, stage.health.version.release) == (["clamd down"], "")
        stage.client.error = None
        await stage.clock.turn(INTERVAL_SECONDS)
        assert (stage.states, stage.health.version.release) == (["clamd down", "clamd up"], "1.4.3")
        watch.cancel()
    assert INTERVAL_SECONDS + PROBE_SECONDS <= 4.5


async def test_a_clamd_that_hangs_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    stage, time = Stage(), LoopTime(monkeypatch)
    stage.client.hang = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(stage.health.probe(stage.client))
        await settle()
        await time.forward(PROBE_SECONDS + 0.1)
    assert stage.states == ["clamd down"]


async def test_the_version_is_asked_again_from_time_to_time_because_signatures_are_renewed() -> None:
    stage = Stage()
    for _ in range(3):
        await stage.health.probe(stage.client)
    assert stage.client.versions == 1
    stage.clock.advance(VERSION_SECONDS)
    await stage.health.probe(stage.client)
    assert stage.client.versions == 2
