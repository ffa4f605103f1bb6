"""rspamd's health beyond that of any scanner: slow, and without its Redis."""

from __future__ import annotations

import pytest

from gateway.config.schema import Failure, Rspamd
from gateway.core.event import DependencyChanged, Event
from gateway.core.message import Message
from gateway.core.rspamdreply import RspamdError
from gateway.net.scanhealth import ScanHealth
from tests.support.clock import HandClock

GONE = RspamdError("connect", "no socket")
SLOW = RspamdError("timeout", "no answer")


class Stage:
    def __init__(self) -> None:
        self.clock = HandClock()
        self.events: list[Event] = []
        self.health = ScanHealth(self.clock, self.events.append, Rspamd(unscanned_grace_seconds=600), Failure())

    @property
    def states(self) -> list[str]:
        return [event.state for event in self.events if isinstance(event, DependencyChanged)]


@pytest.fixture
def stage() -> Stage:
    return Stage()


def message(text: str) -> Message:
    return Message.of(f"Subject: {text}\r\n\r\n{text}\r\n".encode())


def test_grace_and_policy_are_those_of_the_settings(stage: Stage) -> None:
    assert stage.health.puts_off
    stage.clock.advance(601)
    assert not stage.health.puts_off


def test_a_slow_scanner_is_up_and_only_a_quick_scan_ends_that(stage: Stage) -> None:
    stage.health.slow("it takes long")
    stage.health.slow("it takes longer")
    stage.health.passed(message("mail"))
    assert (stage.health.word, stage.health.is_up, stage.health.cause) == ("slow", True, "it takes long")
    stage.health.failed(message("mail"), GONE)
    assert stage.health.word == "down"
    stage.health.passed(message("mail"))
    assert stage.health.word == "slow"
    stage.health.quick()
    assert (stage.health.word, stage.health.cause) == ("up", "")
    assert stage.states == ["slow", "down", "slow", "up"]


def test_redis_is_a_dependency_of_its_own(stage: Stage) -> None:
    for is_up in (True, False, False, True):
        stage.health.redis_answers(is_up)
    told = [(each.name, each.state) for each in stage.events if isinstance(each, DependencyChanged)]
    assert told == [("redis", "down"), ("redis", "up")]
    assert stage.health.word == "up"
