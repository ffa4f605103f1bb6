from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.config.schema import Backend
from gateway.core.outcome import Result, Stage
from gateway.delivery.base import Delivery
from gateway.delivery.cutthrough import CutThrough
from tests.support.clock import settle
from tests.support.exchange import PROXY_DOWN_IN_DATA, PROXY_DOWN_SILENT, frontend
from tests.support.hops import consignment, office
from tests.support.nexthop import running

ALICE, BOB, CAROL = (f"{name}@office.example" for name in ("alice", "bob", "carol"))


async def test_the_hops_answer_is_the_outcome() -> None:
    async with running() as hop, office(Backend((hop.address,))) as at:
        delivery: Delivery = CutThrough(at.lanes)
        attempt = await delivery.attempt(consignment(ALICE, BOB), at.deadline())
        assert [outcome.result for outcome in attempt.outcomes] == [Result.DELIVERED, Result.DELIVERED]
        assert len(hop.messages) == 1


async def test_a_hop_that_is_silent_after_the_dot_leaves_doubt_by_the_deadline_and_its_late_250_settles_it() -> None:
    async with running(PROXY_DOWN_SILENT) as hop, office(Backend((hop.address,))) as at:
        attempt = await CutThrough(at.lanes).attempt(consignment(), at.deadline(0.2))
        assert [outcome.result for outcome in attempt.outcomes] == [Result.IN_DOUBT]
        assert attempt.outcomes[0].hop == hop.address
        assert attempt.is_in_doubt
        # People are told at once; the lane stays open, for the hop may only be slow.
        assert (at.lane.health.state, at.lane.is_closed) == ("away", False)
        hop.may_answer_dot.set()
        assert [outcome.result for outcome in await attempt.late()] == [Result.DELIVERED]
        assert at.lane.health.state == "up"
        assert len(hop.messages) == 1


async def test_a_doubt_that_nobody_settles_ends_as_doubt() -> None:
    async with running(PROXY_DOWN_SILENT) as hop, office(Backend((hop.address,)), next_hop_dot_seconds=0.3) as at:
        attempt = await CutThrough(at.lanes).attempt(consignment(), at.deadline(0.1))
        (late,) = await attempt.late()
        assert (late.result, late.stage) == (Result.IN_DOUBT, Stage.DOT)
        assert len(hop.messages) == 1


async def test_a_doubt_in_a_split_leaves_the_rest_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.delivery.relay.SPLIT_SECONDS", 0.0)
    async with running(frontend(BOB)) as hop, office(Backend((hop.address,))) as at:
        hop.profile = replace(hop.profile, is_silent_for=frozenset({(ALICE,)}))
        attempt = await CutThrough(at.lanes).attempt(consignment(ALICE, BOB, CAROL), at.deadline(0.5))
        assert [each.result for each in attempt.outcomes] == [Result.IN_DOUBT, Result.DEFERRED, Result.DEFERRED]
        at.clock.advance(1)
        hop.may_answer_dot.set()
        assert [each.result for each in await attempt.late()] == [Result.DELIVERED, Result.HOP_AWAY, Result.HOP_AWAY]
        assert [stored.recipients for stored in hop.messages] == [(ALICE,)]
        assert at.lane.health.state == "up"


async def test_a_dropped_connection_in_data_leaves_no_doubt() -> None:
    async with running(PROXY_DOWN_IN_DATA) as hop, office(Backend((hop.address,))) as at:
        (outcome,) = (await CutThrough(at.lanes).attempt(consignment(), at.deadline())).outcomes
        assert outcome.result in (Result.DEFERRED, Result.HOP_AWAY)
        assert hop.messages == []


async def test_a_client_that_hangs_up_cancels_nothing() -> None:
    async with running(PROXY_DOWN_SILENT) as hop, office(Backend((hop.address,))) as at:
        waiting = at.tasks.create_task(CutThrough(at.lanes).attempt(consignment(), at.deadline()))
        await hop.wait_for(".")
        waiting.cancel()
        await settle()
        hop.may_answer_dot.set()
        while at.lane.health.state != "up":
            await settle()
        assert at.lane.pool.idle == 1


async def test_a_lane_that_does_not_exist_is_away() -> None:
    async with office(Backend(("127.0.0.1:1",))) as at:
        (outcome,) = (await CutThrough(at.lanes).attempt(consignment(lane="mx:example.net"), at.deadline())).outcomes
        assert outcome.result is Result.HOP_AWAY
        assert "mx:example.net" in outcome.detail


async def test_a_stop_answers_who_waits_with_doubt_and_begins_nothing_new() -> None:
    async with running(PROXY_DOWN_SILENT) as hop, office(Backend((hop.address,))) as at:
        delivery = CutThrough(at.lanes)
        task = at.tasks.create_task(delivery.attempt(consignment(ALICE, BOB), at.deadline()))
        await hop.wait_for(".")
        assert not task.done()
        delivery.hurry()
        attempt = await task
        assert [(each.result, each.stage) for each in attempt.outcomes] == [(Result.IN_DOUBT, Stage.DOT)] * 2
        assert attempt.is_in_doubt
        later = await delivery.attempt(consignment(CAROL), at.deadline())
        assert [(each.result, each.stage) for each in later.outcomes] == [(Result.HOP_AWAY, Stage.CONNECT)]
        assert len(hop.sessions) == 1
        hop.may_answer_dot.set()
        assert [each.result for each in await attempt.late()] == [Result.DELIVERED] * 2
