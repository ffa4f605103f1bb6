"""Spooled mail goes by the lanes and the routes of the moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from gateway.app.present import ANOTHER_TIME, PresentDelivery
from gateway.core.consignment import Consignment
from gateway.core.outcome import Outcome, Result, Stage
from gateway.pipeline.routes import DomainRoute, Routes, WayOut
from tests.support.hops import consignment
from tests.support.pipeline import ROUTES


class Attempt:
    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self.outcomes = outcomes

    async def late(self) -> Sequence[Outcome]:
        return self.outcomes


class Delivery:
    def __init__(self) -> None:
        self.tried: list[tuple[str, tuple[str, ...]]] = []

    async def attempt(self, consignment: Consignment, deadline: float, **more: object) -> Attempt:
        self.tried.append((consignment.lane, tuple(map(str, consignment.recipients))))
        return Attempt([Outcome(each, Result.DELIVERED, Stage.DOT) for each in consignment.recipients])


DIRECT = replace(ROUTES, ways_out=(WayOut(),))
PROVIDER = replace(ROUTES, ways_out=(WayOut(smart_host="provider"),))


async def lanes(routes: Routes, lane: str, *recipients: str) -> list[tuple[str, tuple[str, ...]]]:
    present, delivery = PresentDelivery(), Delivery()
    present.adopt(cast(Any, delivery), routes)
    await present.attempt(consignment(*recipients, lane=lane), 5.0)
    return delivery.tried


async def test_each_attempt_goes_the_way_that_holds_when_it_begins() -> None:
    present, first, second = PresentDelivery(), Delivery(), Delivery()
    present.adopt(cast(Any, first), ROUTES)
    await present.attempt(consignment("bob@office.example"), 5.0)
    present.adopt(cast(Any, second), ROUTES)
    await present.attempt(consignment("eve@office.example"), 5.0)
    assert [each[0][1] for each in (first.tried, second.tried)] == [("bob@office.example",), ("eve@office.example",)]


async def test_before_any_gateway_is_open_nothing_can_be_tried() -> None:
    with pytest.raises(RuntimeError):
        await PresentDelivery().attempt(consignment(), 5.0)


async def test_mail_that_waits_follows_a_new_way_out() -> None:
    """A provider blocks port 25, the office takes a smart host: what waits since must not wait for ever."""
    eve = ("eve@partner.example",)
    assert await lanes(PROVIDER, "mx:partner.example", *eve) == [("smart_host:provider", eve)]
    assert await lanes(DIRECT, "smart_host:provider", *eve) == [("mx:partner.example", eve)]


async def test_a_domain_that_moved_to_another_server_takes_its_mail_along() -> None:
    bob = ("bob@office.example",)
    moved = replace(ROUTES, domains={"office.example": DomainRoute("backend:new", DIRECT.elsewhere)})
    assert await lanes(moved, "backend:exchange", *bob) == [("backend:new", bob)]


async def test_mail_for_a_domain_that_was_ours_never_leaves_by_that() -> None:
    """Strangers sent it to us: to hand it on to the outside would be an open relay."""
    bob = ("bob@office.example",)
    assert await lanes(replace(DIRECT, domains={}), "backend:exchange", *bob) == [("backend:exchange", bob)]


async def test_without_a_way_and_within_the_gateway_nothing_changes() -> None:
    eve = ("eve@partner.example",)
    assert await lanes(replace(ROUTES, ways_out=()), "mx:partner.example", *eve) == [("mx:partner.example", eve)]
    assert await lanes(DIRECT, "internal:test", *eve) == [("internal:test", eve)]


async def test_where_ways_part_the_first_go_and_the_others_stay() -> None:
    present, delivery = PresentDelivery(), Delivery()
    present.adopt(cast(Any, delivery), DIRECT)
    both = consignment("a@one.example", "b@two.example", "c@one.example", lane="smart_host:provider")
    attempt = await present.attempt(both, 5.0)
    assert delivery.tried == [("mx:one.example", ("a@one.example", "c@one.example"))]
    told = {str(each.recipient): (each.result, each.detail) for each in attempt.outcomes}
    assert told["b@two.example"] == (Result.DEFERRED, ANOTHER_TIME)
    assert told["c@one.example"][0] is Result.DELIVERED
    assert len(await attempt.late()) == 3
