from __future__ import annotations

import asyncio

import pytest

from gateway.config.schema import Backend
from gateway.core.event import Fault, LaneChanged
from gateway.core.outcome import Result, Stage
from gateway.delivery.lanes import SWEEP_SECONDS
from tests.support.clock import HandClock, settle
from tests.support.exchange import BACK_PRESSURE, BACK_PRESSURE_CLOSED, EXCHANGE, EXO_BUSY, RELAY_CHECK, hub
from tests.support.hops import Office, consignment, office
from tests.support.nexthop import Profile, running
from tests.support.values import recipient

BOB = recipient()
DEAD = "127.0.0.1:1"


def states(at: Office) -> list[str]:
    return [event.state for event in at.events if isinstance(event, LaneChanged)]


async def results(at: Office) -> list[Result]:
    attempt = at.lane.start(consignment(), at.deadline())
    return [outcome.result for outcome in await attempt.known()]


async def test_a_question_is_answered_in_three_ways() -> None:
    profile = Profile(recipients={"no@office.example": "550 5.1.1 no", "later@office.example": "451 4.2.1 busy"})
    async with running(profile) as hop, office(Backend((hop.address,))) as at:
        meanings = [
            (await at.lane.ask(recipient(f"{name}@office.example"), at.deadline())).meaning
            for name in ("bob", "no", "later")
        ]
        assert meanings == ["accepted", "refused", "uncertain"]
        assert at.lane.health.state == "up"


async def test_while_a_lane_is_away_others_are_answered_at_once_and_nobody_dials() -> None:
    async with running(BACK_PRESSURE_CLOSED) as hop, office(Backend((hop.address,))) as at:
        assert await results(at) == [Result.DEFERRED]
        for _ in range(5):
            assert await results(at) == [Result.HOP_AWAY]
            assert (await at.lane.ask(BOB, at.deadline())).meaning == "uncertain"
        assert len(hop.sessions) == 1
        assert states(at) == ["away"]


async def test_a_lane_that_is_back_is_found_by_the_next_attempt() -> None:
    async with running(BACK_PRESSURE_CLOSED) as hop, office(Backend((hop.address,))) as at:
        await results(at)
        hop.profile = EXCHANGE
        at.clock.advance(SWEEP_SECONDS)
        assert await results(at) == [Result.DELIVERED]
        assert states(at) == ["away", "up"]


async def test_back_pressure_is_not_taken_for_health_because_the_connection_opens() -> None:
    async with running(BACK_PRESSURE) as hop, office(Backend((hop.address,))) as at:
        for _ in range(3):
            await results(at)
            at.clock.advance(SWEEP_SECONDS)
        assert states(at) == ["away"]


@pytest.mark.parametrize("profile", [EXO_BUSY, Profile(greeting="554 5.3.2 no"), Profile(ehlo="550 5.7.1 no")])
async def test_a_refusal_before_any_message_is_an_outage_and_never_the_senders_fault(profile: Profile) -> None:
    async with running(profile) as hop, office(Backend((hop.address,))) as at:
        (result,) = await results(at)
        assert result in (Result.DEFERRED, Result.HOP_SICK)
        assert at.lane.is_closed


async def test_a_closed_port_is_an_outage_with_a_cause() -> None:
    async with office(Backend((DEAD,))) as at:
        (outcome,) = await at.lane.start(consignment(), at.deadline()).known()
        assert (outcome.result, outcome.stage) == (Result.HOP_AWAY, Stage.CONNECT)
        assert "127.0.0.1" in outcome.detail


async def test_a_hop_that_takes_no_mail_for_our_domain_is_sick_not_right() -> None:
    clock = HandClock()
    async with running(RELAY_CHECK, clock=clock) as hop, office(Backend((hop.address,)), clock) as at:
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(at.lane.ask(BOB, at.deadline(1e9)))
            await hop.wait_for("RCPT")
            while not asked.done():
                await settle()
                clock.advance(5)
        assert asked.result().meaning == "uncertain"
        assert at.lane.health.state == "sick"


async def test_questions_leave_half_of_the_connections_for_messages() -> None:
    clock = HandClock()
    async with (
        running(hub(), clock=clock) as hop,
        office(Backend((hop.address,), max_connections=4), clock) as at,
    ):
        for number in range(20):
            at.tasks.create_task(at.lane.ask(recipient(f"u{number}@office.example"), at.deadline()))
        await hop.wait_for("RCPT")
        for _ in range(10):
            await settle()
        assert hop.most_connections == 2


async def test_many_messages_at_once_arrive_once_each_over_a_few_connections() -> None:
    async with running() as hop, office(Backend((hop.address,), max_connections=3)) as at:
        octets = [f"Subject: {number}\r\n\r\n.\r\n".encode() * 200 for number in range(60)]
        attempts = [at.lane.start(consignment(octets=each), at.deadline()) for each in octets]
        results = [(await attempt.known())[0].result for attempt in attempts]
        assert set(results) == {Result.DELIVERED}
        assert sorted(stored.octets for stored in hop.messages) == sorted(octets)
        assert hop.most_connections == 3


async def test_smtputf8_is_per_lane() -> None:
    async with running(Profile(announces=("SMTPUTF8",))) as hop, office(Backend((hop.address,))) as at:
        assert not at.lane.has_smtputf8
        await results(at)
        assert at.lane.has_smtputf8


async def test_an_unexpected_error_ends_one_message_and_not_the_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    async with running() as hop, office(Backend((hop.address,))) as at:
        monkeypatch.setattr(at.lane._relay, "hand_on", broken)
        monkeypatch.setattr(at.lane._relay, "ask", broken)
        assert await results(at) == [Result.IN_DOUBT]
        assert (await at.lane.ask(BOB, at.deadline())).meaning == "uncertain"
        faults = [event for event in at.events if isinstance(event, Fault)]
        assert [fault.text for fault in faults] == ["RuntimeError: a bug"] * 2
        at.events.clear()
