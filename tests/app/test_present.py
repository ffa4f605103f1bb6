"""Spooled mail goes by the lanes of the moment."""

from __future__ import annotations

from typing import Any, cast

import pytest

from gateway.app.present import PresentDelivery
from gateway.core.consignment import Consignment


class Delivery:
    def __init__(self) -> None:
        self.tried: list[object] = []

    async def attempt(self, consignment: Consignment, deadline: float, **more: object) -> object:
        self.tried.append(consignment)
        return self


async def test_each_attempt_goes_the_way_that_holds_when_it_begins() -> None:
    present, first, second = PresentDelivery(), Delivery(), Delivery()
    one, two = cast(Any, "one"), cast(Any, "two")
    present.adopt(cast(Any, first))
    assert await present.attempt(one, 5.0) is first
    present.adopt(cast(Any, second))
    await present.attempt(two, 5.0)
    assert (first.tried, second.tried) == (["one"], ["two"])


async def test_before_any_gateway_is_open_nothing_can_be_tried() -> None:
    with pytest.raises(RuntimeError):
        await PresentDelivery().attempt(cast(Any, "one"), 5.0)
