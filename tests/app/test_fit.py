from __future__ import annotations

from typing import Any, cast

import pytest

from gateway.app.fit import NO_SMTPUTF8, Fit
from tests.support.pipeline import ROUTES
from tests.support.values import recipient


class Lane:
    def __init__(self, capabilities: object, has_smtputf8: bool) -> None:
        self.capabilities = capabilities
        self.has_smtputf8 = has_smtputf8


class Lanes:
    def __init__(self, lane: Lane | None) -> None:
        self._lane = lane

    def get(self, name: str) -> Lane | None:
        return self._lane


@pytest.mark.parametrize(
    ("lane", "refused"),
    [(Lane(object(), False), True), (Lane(object(), True), False), (Lane(None, False), False), (None, False)],
)
def test_an_international_address_is_refused_only_where_the_server_said_it_can_not_take_it(
    lane: Lane | None, refused: bool
) -> None:
    fit = Fit(ROUTES, cast(Any, Lanes(lane)))
    assert fit(recipient("zoë@office.example")) == (NO_SMTPUTF8 if refused else None)
    assert fit(recipient("bob@office.example")) is None
