from __future__ import annotations

import asyncio

from gateway.core.outcome import Outcome, Result, Stage
from gateway.delivery.attempt import Attempt
from tests.support.clock import settle
from tests.support.values import recipient

DOUBT = (Outcome(recipient(), Result.IN_DOUBT, Stage.DOT),)
DONE = (Outcome(recipient(), Result.DELIVERED, Stage.DOT),)


async def test_what_is_known_first_is_the_answer_and_the_end_comes_late() -> None:
    attempt = Attempt()
    attempt.know(DOUBT)
    assert await attempt.known() == DOUBT
    assert attempt.is_in_doubt
    attempt.end(DONE)
    assert attempt.outcomes == DOUBT
    assert await attempt.late() == DONE


async def test_an_end_before_the_deadline_is_both() -> None:
    attempt = Attempt()
    attempt.end(DONE)
    assert await attempt.known() == await attempt.late() == DONE
    assert not attempt.is_in_doubt


async def test_who_waits_for_the_end_waits_for_the_end() -> None:
    attempt = Attempt()
    attempt.know(DOUBT)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(attempt.late())
        await settle()
        assert not waiting.done()
        attempt.end(DONE)
