from __future__ import annotations

from gateway.recipients.asks import Hop
from gateway.recipients.base import Existence
from gateway.recipients.cache import Cache
from gateway.recipients.lmtp import AskedByLmtp
from tests.support.clock import HandClock
from tests.support.values import recipient
from tests.support.word import ACCEPTED, AWAY, UNKNOWN, Word

BOB = recipient()


def verifier(word: Word) -> AskedByLmtp:
    clock = HandClock()
    return AskedByLmtp(Hop(word, clock), Cache(clock))


async def test_the_store_is_asked_each_time() -> None:
    word = Word({str(BOB): ACCEPTED})
    asked = verifier(word)
    assert (await asked.verify(BOB)).existence is Existence.KNOWN
    word.answers[str(BOB)] = UNKNOWN
    assert (await asked.verify(BOB)).existence is Existence.UNKNOWN
    assert asked.state() == "verifying"


async def test_while_the_store_is_away_those_it_knew_are_known_and_the_others_undecided() -> None:
    word = Word({str(BOB): ACCEPTED})
    asked = verifier(word)
    await asked.verify(BOB)
    word.answers, word.otherwise = {}, AWAY
    known = await asked.verify(BOB)
    assert (known.existence, known.source) == (Existence.KNOWN, "cache")
    assert (await asked.verify(recipient("x@office.example"))).existence is Existence.UNDECIDED


async def test_who_left_is_known_no_longer_during_an_outage() -> None:
    word = Word({str(BOB): ACCEPTED})
    asked = verifier(word)
    for answer in (ACCEPTED, UNKNOWN, AWAY):
        word.answers[str(BOB)] = answer
        last = await asked.verify(BOB)
    assert last.existence is Existence.UNDECIDED
