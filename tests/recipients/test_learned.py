from __future__ import annotations

from pathlib import Path

import pytest

from gateway.config.schema import RecipientVerification
from gateway.recipients.asks import Hop
from gateway.recipients.base import Existence, Verification
from gateway.recipients.learned import Learned, nobody
from gateway.recipients.learning import DAY_SECONDS
from tests.support.facts import OFFICE, Facts, facts
from tests.support.values import recipient
from tests.support.word import ACCEPTED, AWAY, UNKNOWN, Word

BOB, EVE = f"bob@{OFFICE}", f"eve@{OFFICE}"
HOW = RecipientVerification("learned")


def verifier(at: Facts, word: Word, how: RecipientVerification = HOW, delimiter: str = "") -> Learned:
    return Learned(OFFICE, Hop(word, at.clock), at.known, at.learning, how, delimiter)


async def learned_out(at: Facts) -> None:
    """The time of learning is over, and bob is known."""
    at.learning.is_going_on(OFFICE, 14)
    at.deliver(BOB)
    at.clock.advance(15 * DAY_SECONDS)


async def verified(made: Learned, address: str) -> tuple[Existence, str]:
    found = await made.verify(recipient(address))
    return found.existence, found.source


async def test_while_learning_an_unknown_address_is_taken_when_the_hop_takes_it(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        word = Word({BOB: ACCEPTED}, otherwise=UNKNOWN)
        made = verifier(at, word)
        assert made.state() == "learning"
        assert await verified(made, BOB) == (Existence.KNOWN, "learning")
        assert await verified(made, EVE) == (Existence.UNKNOWN, "learning")
        # A yes to RCPT teaches nothing: this hop may say it to everybody.
        assert not at.known.facts(BOB)


async def test_afterwards_a_server_that_says_yes_to_everybody_is_not_asked(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        await learned_out(at)
        word = Word(otherwise=ACCEPTED)
        made = verifier(at, word)
        assert made.state() == "verifying"
        assert await verified(made, "BOB@Office.Example") == (Existence.KNOWN, "learned")
        assert await verified(made, EVE) == (Existence.UNKNOWN, "learned")
        assert word.asked == []


async def test_by_setting_mail_for_nobody_is_held(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        await learned_out(at)
        made = verifier(at, Word(), RecipientVerification("learned", unknown="quarantine"))
        assert (await verified(made, EVE))[0] is Existence.DOUBTED
        assert (await verified(made, f"Postmaster@{OFFICE}"))[0] is Existence.UNKNOWN


@pytest.mark.parametrize("is_over", [False, True])
async def test_in_an_outage_only_who_is_known_is_taken(tmp_path: Path, is_over: bool) -> None:
    async with facts(tmp_path) as at:
        at.deliver(BOB)
        if is_over:
            await learned_out(at)
        word = Word(otherwise=ACCEPTED)
        word.is_closed = True
        made = verifier(at, word)
        assert (await verified(made, BOB))[0] is Existence.KNOWN
        assert (await verified(made, EVE))[0] is Existence.UNDECIDED
        assert word.asked == []


async def test_while_learning_a_hop_that_falls_silent_decides_nothing(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        made = verifier(at, Word(otherwise=AWAY))
        found = await made.verify(recipient(EVE))
        assert found.existence is Existence.UNDECIDED
        assert "away" in found.cause


async def test_what_a_person_says_goes_first(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        made = verifier(at, Word(otherwise=ACCEPTED))
        await at.by_hand.add([EVE], [OFFICE], "it", ends_learning=False)
        assert await verified(made, EVE) == (Existence.KNOWN, "list")
        await at.by_hand.remove(EVE, "it")
        assert await verified(made, EVE) == (Existence.UNKNOWN, "removed")


async def test_a_detail_counts_where_the_backend_has_it(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        await learned_out(at)
        assert (await verified(verifier(at, Word(), delimiter="+"), f"bob+x@{OFFICE}"))[0] is Existence.KNOWN
        assert (await verified(verifier(at, Word()), f"bob+x@{OFFICE}"))[0] is Existence.UNKNOWN


def test_nobody_is_refused_or_held_as_set() -> None:
    assert nobody(recipient(EVE), "refuse", "x") == Verification(Existence.UNKNOWN, "x")
    assert nobody(recipient(EVE), "quarantine", "x") == Verification(Existence.DOUBTED, "x")
