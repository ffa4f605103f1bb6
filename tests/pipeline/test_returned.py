from __future__ import annotations

from typing import Any, cast

from gateway.core.consignment import Consignment
from gateway.core.message import Edits
from gateway.core.outcome import Outcome, Result, Stage
from gateway.pipeline.codes import Codes
from gateway.pipeline.returned import REASON, Returned
from tests.support.clock import HandClock
from tests.support.pipeline import FakeQuarantine, Log
from tests.support.values import ORDINARY, recipient, transaction


async def test_what_the_server_refused_late_is_held_whole_for_those_it_refused() -> None:
    log, clock = Log(), HandClock()
    whole = transaction(recipients=("bob@office.example", "eve@office.example"))
    consignment = Consignment("F7K2Q", "backend:exchange", whole.envelope, whole.message, Edits())
    refused = Outcome(recipient("eve@office.example"), Result.REFUSED_CONTENT, Stage.DOT)
    returned = Returned(cast(Any, FakeQuarantine(log)), Codes(b"secret", clock), clock)
    await returned.take(consignment, [refused])
    about, octets = log.held[0]
    assert (about.recipients, about.reasons, about.subject) == (("eve@office.example",), (REASON,), "Hello")
    assert about.code != "F7K2Q"
    assert octets == ORDINARY
