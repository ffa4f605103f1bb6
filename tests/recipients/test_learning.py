from __future__ import annotations

from pathlib import Path

import pytest

from gateway.core.event import Fault, MessageFollowed, MessageHandled
from gateway.core.message import Message
from gateway.core.recipientfact import LEARNED, Source
from gateway.recipients.learning import DAY_SECONDS, UNLEARN_LEAST, UNLEARN_WINDOW_SECONDS
from tests.core.test_undeliverable import REPORT
from tests.support.facts import OFFICE, facts, handled
from tests.support.values import reverse_path

BOB = f"bob@{OFFICE}"
GONE = "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"


async def test_who_got_a_message_exists_whatever_the_case(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        at.deliver("Bob@Office.Example")
        at.learning.hear(MessageFollowed(handled(f"late@{OFFICE}", "delivered", "250 ok")))
        assert at.known.keys(OFFICE, Source.DELIVERY) == {BOB, f"late@{OFFICE}"}


@pytest.mark.parametrize("state", ["spooled", "in-doubt", "deferred", "quarantined", "rejected", "dead"])
async def test_what_no_hop_confirmed_teaches_nothing(tmp_path: Path, state: str) -> None:
    async with facts(tmp_path) as at:
        at.hear(BOB, state, "250 2.1.5 Recipient OK")
        at.hear(BOB, "delivered", "250 ok", hop="")
        assert not at.known.facts(BOB)


async def test_marked_spam_teaches_nothing(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        at.learning.hear(MessageHandled(handled(BOB, "delivered", "250 ok", action="mark")))
        assert not at.known.facts(BOB)


async def test_strangers_addresses_are_not_learned(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        at.deliver("x@partner.example", "not an address")
        at.learning.note_sender(reverse_path("x@partner.example"))
        at.learning.note_sender(reverse_path(""))
        assert at.known.page("", "", 9) == ()


async def test_details_are_dropped_where_the_backend_has_them(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        at.deliver("anna+shop@shop.example", f"anna+shop@{OFFICE}")
        assert at.known.keys("shop.example", Source.DELIVERY) == {"anna@shop.example"}
        assert at.known.keys(OFFICE, Source.DELIVERY) == {f"anna+shop@{OFFICE}"}


async def test_the_offices_own_senders_exist(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        at.learning.note_sender(reverse_path(BOB))
        assert at.known.keys(OFFICE, Source.SENDER) == {BOB}


@pytest.mark.parametrize("state", ["refused", "quarantined"])
async def test_the_hops_word_after_the_dot_unlearns(tmp_path: Path, state: str) -> None:
    async with facts(tmp_path) as at:
        at.deliver(BOB)
        at.learning.note_sender(reverse_path(BOB))
        at.hear(BOB, state, "554 5.7.1 no")
        assert at.known.facts(BOB).keys() >= LEARNED
        at.hear(BOB, state, GONE)
        assert not at.known.facts(BOB)


async def test_a_notice_of_the_offices_server_unlearns(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        at.deliver(f"nobody@{OFFICE}", f"full@{OFFICE}")
        at.learning.note_notice(Message.of(REPORT))
        assert at.known.keys(OFFICE, Source.DELIVERY) == {f"full@{OFFICE}"}


async def test_what_a_person_added_is_not_unlearned(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        await at.by_hand.add([BOB], [OFFICE], "it", ends_learning=False)
        at.deliver(BOB)
        at.hear(BOB, "refused", GONE)
        assert at.known.facts(BOB).keys() == {Source.PERSON}


async def test_what_a_person_removed_is_not_learned_again(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        at.deliver(BOB)
        assert await at.by_hand.remove(BOB, "it")
        at.deliver(BOB)
        at.learning.note_sender(reverse_path(BOB))
        assert at.known.facts(BOB).keys() == {Source.REMOVED}


async def test_a_server_that_denies_everybody_at_once_is_ill_and_not_believed(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        everybody = [f"u{number}@{OFFICE}" for number in range(20)]
        at.deliver(*everybody)
        for each in everybody:
            at.hear(each, "refused", GONE)
        assert at.known.count(OFFICE, LEARNED) == 20 - UNLEARN_LEAST
        assert [event.where for event in at.events if isinstance(event, Fault)] == ["recipients"]
        at.clock.advance(UNLEARN_WINDOW_SECONDS)
        at.hear(everybody[-1], "refused", GONE)
        assert at.known.count(OFFICE, LEARNED) == 14


async def test_nobody_fills_the_list_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.recipients.learning.LEARNED_MAXIMUM", 5)
    async with facts(tmp_path) as at:
        at.deliver(*(f"u{number}@{OFFICE}" for number in range(9)))
        assert at.known.count(OFFICE, LEARNED) == 5
        assert len(at.events) == 1
        at.learning.note_sender(reverse_path(f"u0@{OFFICE}"))
        assert Source.SENDER in at.known.facts(f"u0@{OFFICE}")


async def test_learning_lasts_its_days_and_ends_for_good(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        assert at.learning.is_going_on(OFFICE, 14)
        at.deliver(BOB)
        at.clock.advance(14 * DAY_SECONDS - 1)
        assert at.learning.is_going_on(OFFICE, 14)
        at.clock.advance(1)
        assert not at.learning.is_going_on(OFFICE, 14)
        await at.known.flush()
    async with facts(tmp_path) as at:
        assert not at.learning.is_going_on(OFFICE, 999)
        assert at.known.domain(OFFICE).ended_by == "time"


async def test_learning_does_not_end_while_nobody_is_known(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        at.learning.is_going_on(OFFICE, 14)
        at.clock.advance(400 * DAY_SECONDS)
        assert at.learning.is_going_on(OFFICE, 14)
        at.deliver(BOB)
        assert not at.learning.is_going_on(OFFICE, 14)


async def test_learning_neither_begins_nor_ends_by_a_clock_that_may_be_wrong(tmp_path: Path) -> None:
    async with facts(tmp_path) as at:
        at.clock.synchronised = False
        assert at.learning.is_going_on(OFFICE, 14)
        assert not at.known.domain(OFFICE).learning_since
        at.clock.synchronised = True
        at.deliver(BOB)
        at.learning.is_going_on(OFFICE, 14)
        at.clock.advance(20 * DAY_SECONDS)
        at.clock.synchronised = False
        assert at.learning.is_going_on(OFFICE, 14)
