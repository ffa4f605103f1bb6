from __future__ import annotations

import pytest

from gateway.core.event import Event, LaneChanged
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.reply import Reply
from gateway.delivery.health import PAUSE_SECONDS, Health
from tests.support.clock import HandClock
from tests.support.values import recipient


class Watched:
    def __init__(self) -> None:
        self.clock = HandClock()
        self.events: list[Event] = []
        self.health = Health("backend:office", self.clock, self.events.append)

    def note(self, result: Result, stage: Stage, reply: Reply | None = None, detail: str = "") -> None:
        self.health.note((Outcome(recipient(), result, stage, "10.0.0.9:25", reply, detail),))

    @property
    def states(self) -> list[str]:
        return [event.state for event in self.events if isinstance(event, LaneChanged)]


def test_nothing_is_said_of_a_lane_that_works_from_the_start() -> None:
    watched = Watched()
    assert watched.health.state == "unknown"
    watched.note(Result.DELIVERED, Stage.DOT, Reply.of(250, "2.6.0", "InternalId=1"))
    assert watched.health.state == "up"
    assert watched.health.last_reply == "250 2.6.0 InternalId=1"
    assert watched.states == []
    assert watched.health.delivered_at == watched.clock.now()


def test_an_answer_without_a_message_is_no_delivery() -> None:
    watched = Watched()
    watched.note(Result.DELIVERED, Stage.RCPT, Reply.of(250, "2.1.5", "ok"))
    watched.note(Result.REFUSED_CONTENT, Stage.DOT, Reply.of(550, "5.7.1", "no"))
    assert watched.health.delivered_at is None


def test_each_change_is_published_once_with_its_cause_in_words() -> None:
    watched = Watched()
    for _ in range(3):
        watched.note(Result.HOP_AWAY, Stage.CONNECT, None, "connection refused")
    for _ in range(3):
        watched.health.worked()
    assert watched.states == ["away", "up"]
    first = watched.events[0]
    assert isinstance(first, LaneChanged)
    assert first.cause == "10.0.0.9:25, at connect: connection refused"
    watched.note(Result.HOP_AWAY, Stage.CONNECT, None, "10.0.0.9:25: connection refused")
    assert watched.health.cause == first.cause


def test_while_the_hop_is_away_one_attempt_in_a_few_seconds_may_be_made() -> None:
    watched = Watched()
    watched.note(Result.HOP_AWAY, Stage.CONNECT)
    assert watched.health.is_closed
    assert not watched.health.may_try()
    watched.clock.advance(PAUSE_SECONDS)
    assert watched.health.may_try()
    assert not watched.health.may_try()
    watched.health.worked()
    assert watched.health.may_try()
    assert watched.health.may_try()


@pytest.mark.parametrize("reply", [Reply.of(452, "4.3.1", "Insufficient system resources"), Reply(421, "", ("bye",))])
def test_back_pressure_closes_the_lane(reply: Reply) -> None:
    watched = Watched()
    watched.note(Result.DEFERRED, Stage.MAIL, reply)
    assert watched.health.state == "away"
    assert watched.health.is_closed


def test_exchange_back_pressure_reads_as_what_it_is() -> None:
    watched = Watched()
    watched.note(Result.DEFERRED, Stage.MAIL, Reply.of(452, "4.3.1", "Insufficient system resources"))
    assert "disk or memory is full, it refuses at mail" in watched.health.cause


@pytest.mark.parametrize("stage", [Stage.GREETING, Stage.EHLO])
def test_a_4yz_before_any_message_closes_the_lane(stage: Stage) -> None:
    watched = Watched()
    watched.note(Result.DEFERRED, stage, Reply.of(421, "4.3.2", "Service not available"))
    assert watched.health.is_closed


def test_a_refused_reverse_path_alarms_but_closes_the_lane_to_nobody() -> None:
    """Else a stranger with a bad reverse-path could stop the mail of all others."""
    watched = Watched()
    watched.note(Result.HOP_SICK, Stage.MAIL, Reply.of(550, "5.1.8", "Sender denied"))
    assert watched.states == ["sick"]
    assert watched.health.may_try()


@pytest.mark.parametrize(
    ("result", "stage", "reply"),
    [
        (Result.REFUSED_RECIPIENT, Stage.RCPT, Reply.of(550, "5.1.1", "no")),
        (Result.REFUSED_CONTENT, Stage.DOT, Reply.of(554, "5.7.1", "spam")),
        (Result.DEFERRED, Stage.RCPT, Reply.of(450, "4.2.1", "busy")),
        (Result.DEFERRED, Stage.MAIL, Reply.of(451, "4.1.8", "who")),
    ],
)
def test_a_good_reason_to_refuse_shows_a_hop_that_works(result: Result, stage: Stage, reply: Reply) -> None:
    watched = Watched()
    watched.note(Result.HOP_AWAY, Stage.CONNECT)
    watched.note(result, stage, reply)
    assert watched.health.state == "up"


def test_the_trouble_of_one_recipient_outweighs_the_luck_of_the_others() -> None:
    watched = Watched()
    watched.health.note(
        (
            Outcome(recipient(), Result.DELIVERED, Stage.DOT),
            Outcome(recipient(), Result.HOP_SICK, Stage.RCPT, "hop", Reply.of(530, "5.7.0", "auth")),
        )
    )
    assert watched.health.state == "sick"
