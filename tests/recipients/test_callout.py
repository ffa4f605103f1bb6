from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from gateway.config.schema import Backend
from gateway.delivery.lane import HopAnswer
from gateway.recipients.asks import Hop
from gateway.recipients.base import Existence
from gateway.recipients.cache import NEGATIVE_SECONDS, POSITIVE_SECONDS, REFRESH_SECONDS, Cache
from gateway.recipients.callout import Callout
from gateway.recipients.canary import Canary
from tests.support.clock import HandClock, settle
from tests.support.exchange import BACK_PRESSURE, hub
from tests.support.hops import office
from tests.support.nexthop import running
from tests.support.values import recipient
from tests.support.word import ACCEPTED, AWAY, UNKNOWN, Word, refused

BOB = recipient()
KNOWN, NOBODY, UNDECIDED = Existence.KNOWN, Existence.UNKNOWN, Existence.UNDECIDED


@dataclass
class Desk:
    callout: Callout
    canary: Canary
    word: Word
    clock: HandClock
    tasks: asyncio.TaskGroup

    async def existence(self, address: str = str(BOB)) -> Existence:
        return (await self.callout.verify(recipient(address))).existence


@asynccontextmanager
async def desk(word: Word, delimiter: str = "") -> AsyncIterator[Desk]:
    clock = HandClock()
    hop = Hop(word, clock)
    cache = Cache(clock)
    canary = Canary("office.example", hop, cache, clock, lambda: "word")
    async with asyncio.TaskGroup() as tasks:
        yield Desk(Callout(hop, cache, canary, tasks, delimiter), canary, word, clock, tasks)


async def test_a_known_address_is_asked_for_once_in_a_day() -> None:
    async with desk(Word({str(BOB): ACCEPTED})) as at:
        for _ in range(3):
            assert await at.existence() is KNOWN
        at.clock.advance(REFRESH_SECONDS - 1)
        assert await at.existence("BOB@office.example") is KNOWN
        assert at.word.asked == [str(BOB)]


async def test_after_a_day_it_is_asked_for_in_the_background() -> None:
    async with desk(Word({str(BOB): ACCEPTED})) as at:
        await at.existence()
        at.clock.advance(REFRESH_SECONDS)
        at.word.may_answer.clear()
        assert await at.existence() is KNOWN
        at.word.answers[str(BOB)] = UNKNOWN
        at.word.may_answer.set()
        await settle()
        assert len(at.word.asked) == 2
        assert await at.existence() is NOBODY


async def test_after_four_days_the_answer_is_waited_for() -> None:
    async with desk(Word({str(BOB): ACCEPTED})) as at:
        await at.existence()
        at.clock.advance(POSITIVE_SECONDS)
        at.word.answers[str(BOB)] = UNKNOWN
        assert await at.existence() is NOBODY


async def test_an_unknown_address_is_remembered_for_an_hour() -> None:
    async with desk(Word()) as at:
        for _ in range(3):
            assert await at.existence() is NOBODY
        assert len(at.word.asked) == 1
        at.clock.advance(NEGATIVE_SECONDS)
        at.word.otherwise = ACCEPTED
        assert await at.existence() is KNOWN


@pytest.mark.parametrize("answer", [refused(550, "5.7.1"), refused(550, "5.2.1"), refused(550, "5.1.8")])
async def test_a_refusal_for_another_reason_is_an_answer_but_never_remembered(answer: HopAnswer) -> None:
    async with desk(Word(otherwise=answer)) as at:
        assert await at.existence() is NOBODY
        assert await at.existence() is NOBODY
        assert len(at.word.asked) == 2


async def test_no_clear_answer_is_undecided_and_never_remembered() -> None:
    async with desk(Word(otherwise=AWAY)) as at:
        assert await at.existence() is UNDECIDED
        at.word.otherwise = ACCEPTED
        assert await at.existence() is KNOWN


async def test_while_the_hop_is_away_whom_it_knew_is_known_however_long_and_nobody_else() -> None:
    async with desk(Word({str(BOB): ACCEPTED}), "+") as at:
        await at.existence()
        at.clock.advance(10 * POSITIVE_SECONDS)
        at.word.answers, at.word.otherwise = {}, AWAY
        assert await at.existence() is KNOWN
        assert await at.existence("bob+shop@office.example") is KNOWN
        assert await at.existence("new@office.example") is UNDECIDED


async def test_the_hop_decides_about_details_while_it_can_be_asked() -> None:
    """We forward the full address: what the hop refuses now it would refuse after the verdict too."""
    async with desk(Word({str(BOB): ACCEPTED}), "+") as at:
        assert await at.existence() is KNOWN
        assert await at.existence("bob+shop@office.example") is NOBODY


async def test_identical_questions_become_one() -> None:
    async with desk(Word({str(BOB): ACCEPTED})) as at:
        at.word.may_answer.clear()
        asking = [at.tasks.create_task(at.existence()) for _ in range(20)]
        await settle()
        at.word.may_answer.set()
        await asyncio.wait(asking)
        assert {task.result() for task in asking} == {KNOWN}
        assert at.word.asked == [str(BOB)]


async def test_a_client_that_hangs_up_spoils_the_question_for_nobody() -> None:
    async with desk(Word({str(BOB): ACCEPTED})) as at:
        at.word.may_answer.clear()
        first = at.tasks.create_task(at.existence())
        second = at.tasks.create_task(at.existence())
        await settle()
        first.cancel()
        await settle()
        at.word.may_answer.set()
        assert await second is KNOWN


async def test_a_hop_that_takes_any_address_verifies_nothing_and_the_state_says_so() -> None:
    async with desk(Word(otherwise=ACCEPTED)) as at:
        await at.canary.probe()
        verification = await at.callout.verify(recipient("anybody@office.example"))
        assert (verification.existence, verification.source) == (KNOWN, "none")
        assert at.callout.state() == "unverifying"
        assert at.word.asked == ["gw-canary-word@office.example"]
        at.word.is_closed = True
        assert await at.existence("anybody@office.example") is UNDECIDED


async def test_what_was_taken_before_the_canary_fell_silent_counts_again_only_when_asked() -> None:
    async with desk(Word(otherwise=ACCEPTED)) as at:
        assert await at.existence("ghost@office.example") is KNOWN
        await at.canary.probe()
        at.word.otherwise = UNKNOWN
        await at.canary.probe()
        assert at.callout.state() == "verifying"
        assert await at.existence("ghost@office.example") is NOBODY


async def test_exchanges_tarpit_of_five_seconds_still_gives_the_answer() -> None:
    clock = HandClock()
    async with running(hub(str(BOB)), clock=clock) as hop, office(Backend((hop.address,)), clock) as at:
        asks = Hop(at.lane, clock)
        cache = Cache(clock)
        canary = Canary("office.example", asks, cache, clock, lambda: "word")
        callout = Callout(asks, cache, canary, at.tasks)
        assert (await callout.verify(BOB)).existence is KNOWN
        asked = at.tasks.create_task(callout.verify(recipient("nobody@office.example")))
        await hop.wait_for("RCPT TO:<nobody@")
        while not clock.sleepers:
            await settle()
        clock.advance(5)
        assert (await asked).existence is NOBODY
        assert len(hop.sessions) == 1


async def test_a_refused_mail_decides_nothing_about_the_recipient() -> None:
    async with running(BACK_PRESSURE) as hop, office(Backend((hop.address,))) as at:
        asks = Hop(at.lane, at.clock)
        cache = Cache(at.clock)
        canary = Canary("office.example", asks, cache, at.clock, lambda: "word")
        callout = Callout(asks, cache, canary, at.tasks)
        verification = await callout.verify(BOB)
        assert verification.existence is UNDECIDED
        assert "Insufficient system resources" in verification.cause
