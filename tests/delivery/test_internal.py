from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gateway.core.consignment import Consignment
from gateway.core.outcome import Outcome, Result, Stage
from gateway.delivery.internal import WithInternal
from tests.support.hops import consignment
from tests.support.pipeline import FakeDelivery, Log


async def taken(consignment: Consignment) -> Sequence[Outcome]:
    return [Outcome(each, Result.DELIVERED, Stage.DOT, "internal:test") for each in consignment.recipients]


async def test_what_is_for_us_stays_here() -> None:
    log = Log()
    delivery = WithInternal(FakeDelivery(log), {"test": taken})
    attempt = await delivery.attempt(replace(consignment(), lane="internal:test"), 0.0)
    assert [each.hop for each in attempt.outcomes] == ["internal:test"]
    assert await attempt.late() == attempt.outcomes
    assert log.steps == []


async def test_everything_else_goes_on() -> None:
    log = Log()
    await WithInternal(FakeDelivery(log), {"test": taken}).attempt(replace(consignment(), lane="backend:exchange"), 0.0)
    assert log.steps == ["deliver backend:exchange"]


async def test_an_unknown_handler_makes_the_message_wait_and_loses_nothing() -> None:
    attempt = await WithInternal(FakeDelivery(Log()), {}).attempt(replace(consignment(), lane="internal:digest"), 0.0)
    assert [each.result for each in attempt.outcomes] == [Result.HOP_AWAY]
    assert "internal:digest" in attempt.outcomes[0].detail
