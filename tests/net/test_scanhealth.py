"""rspamd's health: changes are published once, and the word for an unscanned message is never "ok"."""

from __future__ import annotations

import pytest

from gateway.config.schema import Failure, Rspamd
from gateway.core.event import DependencyChanged, Event
from gateway.core.message import Message
from gateway.core.rspamdreply import RspamdError
from gateway.core.scanstate import message_digest
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


def test_a_missing_socket_is_published_once_and_its_return_once(stage: Stage) -> None:
    for number in range(5):
        stage.health.failed(message(str(number)), GONE)
    assert stage.states == ["down"]
    assert not stage.health.is_up
    for number in range(5):
        stage.health.passed(message(str(number)))
    assert stage.states == ["down", "up"]
    assert stage.health.is_up


def test_one_slow_message_alone_is_no_alarm_but_two_in_a_row_are(stage: Stage) -> None:
    stage.health.failed(message("slow"), SLOW)
    stage.health.passed(message("other"))
    stage.health.failed(message("slow"), SLOW)
    assert stage.states == []
    stage.health.failed(message("another"), SLOW)
    assert stage.states == ["down"]


def test_any_failure_leaves_a_doubt_until_a_scan_succeeds(stage: Stage) -> None:
    assert not stage.health.is_in_doubt
    stage.health.failed(message("slow"), SLOW)
    assert stage.health.is_up
    assert stage.health.is_in_doubt
    stage.health.passed(message("other"))
    assert not stage.health.is_in_doubt


def test_a_short_wait_while_rspamd_is_down_says_nothing_against_the_message(stage: Stage) -> None:
    mail = message("patient")
    for _ in range(5):
        stage.clock.advance(60)
        stage.health.failed(message("other"), GONE)
        stage.health.failed(mail, SLOW)
        stage.clock.advance(1)
        stage.health.passed(message("other"))
    assert stage.health.state(message_digest(mail.octets)) == "away"


def test_mail_is_put_off_until_the_grace_is_over(stage: Stage) -> None:
    stage.health.failed(message("a"), GONE)
    assert stage.health.puts_off
    stage.clock.advance(601)
    assert not stage.health.puts_off


def test_before_the_first_scan_there_is_no_last_one(stage: Stage) -> None:
    stage.clock.advance(5)
    stage.health.failed(message("a"), GONE)
    assert stage.health.seconds_since_scan is None
    stage.health.passed(message("a"))
    stage.clock.advance(7)
    assert stage.health.seconds_since_scan == 7


def test_messages_that_had_no_turn_prove_nothing(stage: Stage) -> None:
    busy, patient = RspamdError("busy", "no turn"), message("patient")
    for _ in range(5):
        stage.health.failed(patient, busy)
        stage.health.passed(message("other"))
    assert stage.states == []
    assert stage.health.state(message_digest(patient.octets)) == "away"


def test_grace_runs_from_the_last_success_of_any_message(stage: Stage) -> None:
    mail = message("a")
    digest = message_digest(mail.octets)
    stage.clock.advance(1_000)
    stage.health.passed(message("other"))
    stage.clock.advance(599)
    stage.health.failed(mail, GONE)
    assert stage.health.state(digest) == "away"
    stage.clock.advance(2)
    assert stage.health.state(digest) == "given-up"
    assert stage.health.seconds_since_success == 601
    stage.health.passed(message("other"))
    assert stage.health.state(digest) == "away"


def test_a_message_nobody_reported_is_not_ok(stage: Stage) -> None:
    assert stage.health.state(b"unheard of") == "away"


def test_a_message_that_fails_while_others_pass_is_unscannable(stage: Stage) -> None:
    mail = message("poison")
    digest = message_digest(mail.octets)
    for _ in range(3):
        stage.clock.advance(60)
        stage.health.failed(mail, SLOW)
        stage.clock.advance(1)
        stage.health.passed(message("other"))
    assert stage.health.state(digest) == "unscannable"
    stage.health.passed(mail)
    assert stage.health.state(digest) == "away"


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
