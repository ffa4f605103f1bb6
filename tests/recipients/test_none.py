from __future__ import annotations

from gateway.recipients.base import Existence
from gateway.recipients.none import TakesAll
from tests.support.values import recipient


async def test_everybody_is_known_and_the_state_says_that_nobody_was_asked() -> None:
    verification = await TakesAll().verify(recipient("anybody@office.example"))
    assert (verification.existence, verification.source) == (Existence.KNOWN, "none")
    assert TakesAll().state() == "unverified"
