from __future__ import annotations

import asyncio

import pytest

from gateway.delivery.lane import HopAnswer
from gateway.recipients.asks import Hop
from gateway.recipients.cache import Cache
from gateway.recipients.canary import AGAIN_SECONDS, RETRY_SECONDS, Canary
from tests.support.clock import HandClock
from tests.support.word import ACCEPTED, AWAY, UNKNOWN, Word


def canary(word: Word, clock: HandClock) -> Canary:
    words = iter(f"w{number}" for number in range(100))
    return Canary("office.example", Hop(word, clock), Cache(clock), clock, lambda: next(words))


@pytest.mark.parametrize(("answer", "state"), [(ACCEPTED, "unverifying"), (UNKNOWN, "verifying"), (AWAY, "untested")])
async def test_a_250_for_an_address_that_cannot_exist_says_that_nothing_is_verified(
    answer: HopAnswer, state: str
) -> None:
    word = Word(otherwise=answer)
    bird = canary(word, HandClock())
    await bird.probe()
    assert bird.state == state
    assert word.asked == ["gw-canary-w0@office.example"]


async def test_no_answer_leaves_the_last_state() -> None:
    word = Word(otherwise=ACCEPTED)
    bird = canary(word, HandClock())
    await bird.probe()
    word.otherwise = AWAY
    assert not await bird.probe()
    assert bird.state == "unverifying"


async def test_it_is_sent_at_start_and_every_night_with_a_new_word_and_sooner_while_unanswered() -> None:
    clock, word = HandClock(), Word(otherwise=AWAY)
    bird = canary(word, clock)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(bird.run())
        await clock.turn(0)
        assert len(word.asked) == 1
        word.otherwise = UNKNOWN
        await clock.turn(RETRY_SECONDS)
        assert len(word.asked) == 2
        await clock.turn(AGAIN_SECONDS - 1)
        assert len(word.asked) == 2
        await clock.turn(1)
        assert len(word.asked) == len(set(word.asked)) == 3
        running.cancel()
