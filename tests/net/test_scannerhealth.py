"""A scanner's health: changes are published once, and the word for an unscanned message is never "ok"."""

from __future__ import annotations

from gateway.core.clamdreply import ClamdError
from gateway.core.event import DependencyChanged, Event
from gateway.core.message import Message
from gateway.core.rspamdreply import RspamdError
from gateway.core.scanstate import WhenAway, message_digest
from gateway.net.scannerhealth import ScannerHealth
from tests.support.clock import HandClock

GONE = RspamdError("connect", "no socket")
SLOW = ClamdError("timeout", "no answer")


class Stage:
    def __init__(self, when_away: WhenAway = "defer-then-mark") -> None:
        self.clock = HandClock()
        self.events: list[Event] = []
        self.health = ScannerHealth("scanner", self.clock, self.events.append, 600, when_away)

    @property
    def states(self) -> list[str]:
        return [event.state for event in self.events if isinstance(event, DependencyChanged)]


def message(text: str) -> Message:
    return Message.of(f"Subject: {text}\r\n\r\n{text}\r\n".encode())


def test_a_missing_socket_is_published_once_and_its_return_once() -> None:
    stage = Stage()
    for number in range(5):
        stage.health.failed(message(str(number)), GONE)
    assert stage.states == ["down"]
    assert not stage.health.is_up
    assert "no socket" in stage.health.cause
    for number in range(5):
        stage.health.passed(message(str(number)))
    assert stage.states == ["down", "up"]
    assert (stage.health.is_up, stage.health.cause) == (True, "")


def test_one_slow_message_alone_is_no_alarm_but_two_in_a_row_are() -> None:
    stage = Stage()
    stage.health.failed(message("slow"), SLOW)
    stage.health.passed(message("other"))
    stage.health.failed(message("slow"), SLOW)
    assert stage.states == []
    stage.health.failed(message("another"), SLOW)
    assert stage.states == ["down"]


def test_a_short_wait_while_it_is_down_says_nothing_against_the_message() -> None:
    stage = Stage()
    mail = message("patient")
    for _ in range(5):
        stage.clock.advance(60)
        stage.health.failed(message("other"), GONE)
        stage.health.failed(mail, SLOW)
        stage.clock.advance(1)
        stage.health.passed(message("other"))
    assert stage.health.state(message_digest(mail.octets)) == "away"


def test_mail_is_put_off_until_the_grace_is_over() -> None:
    stage = Stage()
    stage.health.failed(message("a"), GONE)
    assert stage.health.puts_off
    stage.clock.advance(601)
    assert not stage.health.puts_off


def test_before_the_first_scan_there_is_no_last_one() -> None:
    stage = Stage()
    stage.clock.advance(5)
    stage.health.failed(message("a"), GONE)
    assert stage.health.seconds_since_scan is None
    stage.health.passed(message("a"))
    stage.clock.advance(7)
    assert stage.health.seconds_since_scan == 7


def test_messages_that_had_no_turn_or_are_too_large_prove_nothing() -> None:
    stage = Stage()
    patient = message("patient")
    for busy in (RspamdError("busy", "no turn"), ClamdError("too-large", "100 MB")) * 3:
        stage.health.failed(patient, busy)
        stage.clock.advance(1)
        stage.health.passed(message("other"))
    assert stage.states == []
    assert stage.health.state(message_digest(patient.octets)) == "away"


def test_grace_runs_from_the_last_success_of_any_message() -> None:
    stage = Stage()
    mail = message("a")
    digest = message_digest(mail.octets)
    stage.clock.advance(1_000)
    stage.health.passed(message("other"))
    stage.clock.advance(599)
    stage.health.failed(mail, GONE)
    assert stage.health.state(digest) == "away"
    stage.clock.advance(2)
    assert stage.health.state(digest) == "given-up"
    assert stage.health.seconds_since_scan == 601
    stage.health.passed(message("other"))
    assert stage.health.state(digest) == "away"


def test_a_message_nobody_reported_is_not_ok() -> None:
    stage = Stage()
    assert stage.health.state(b"unheard of") == "away"


def test_a_message_that_fails_while_others_pass_is_unscannable() -> None:
    stage = Stage()
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


def test_what_a_missing_scan_means_is_as_the_settings_say() -> None:
    assert Stage("mark").health.state(b"x") == "given-up"
    always = Stage("defer")
    always.clock.advance(601)
    assert always.health.state(b"x") == "away"
