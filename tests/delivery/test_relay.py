from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.config.schema import Backend
from gateway.core.envelope import Envelope
from gateway.core.message import Edits
from gateway.core.outcome import Outcome, Result, Stage
from gateway.delivery.classify import UNDIVIDED
from gateway.delivery.relay import SPLIT_SECONDS
from tests.support.exchange import EXCHANGE, HEADER_TOO_LARGE, PROXY_DOWN, SIZE_AT_MAIL, frontend
from tests.support.hops import Office, consignment, office
from tests.support.nexthop import Profile, running
from tests.support.values import ORDINARY, recipient

ALICE, BOB, CAROL = (f"{name}@office.example" for name in ("alice", "bob", "carol"))


def no_doubt(outcomes: tuple[Outcome, ...]) -> None:
    raise AssertionError(outcomes)


async def handed(at: Office, *recipients: str, seconds: float = 45.0, octets: bytes = ORDINARY) -> list[Result]:
    outcomes = await at.lane._relay.hand_on(consignment(*recipients, octets=octets), at.deadline(seconds), no_doubt)
    assert [str(outcome.recipient) for outcome in outcomes] == list(recipients)
    return [outcome.result for outcome in outcomes]


async def test_the_message_arrives_with_its_edits_and_the_reply_of_exchange_is_kept() -> None:
    async with running(EXCHANGE) as hop, office(Backend((hop.address,))) as at:
        edits = Edits(frozenset({2}), (b"X-Poterne-Id: F7K2Q\r\n",))
        (outcome,) = await at.lane._relay.hand_on(consignment(BOB, edits=edits), at.deadline(), no_doubt)
        assert outcome.result is Result.DELIVERED
        assert outcome.hop == hop.address
        assert "InternalId=5111011082268" in str(outcome.reply)
        assert hop.messages[0].octets == b"X-Poterne-Id: F7K2Q\r\n" + ORDINARY.replace(b"Subject: Hello\r\n", b"")
        size = len(hop.messages[0].octets)
        assert hop.messages[0].mail == f"MAIL FROM:<ann@sender.example> SIZE={size}"


async def test_the_next_message_goes_by_the_same_session() -> None:
    async with running() as hop, office(Backend((hop.address,))) as at:
        for _ in range(3):
            assert await handed(at, BOB) == [Result.DELIVERED]
        assert len(hop.sessions) == 1


@pytest.mark.parametrize("goodbye", ["!", "421 4.4.2 idle too long"])
async def test_a_kept_session_that_broke_is_replaced_once_without_anybody_noticing(goodbye: str) -> None:
    async with running() as hop, office(Backend((hop.address,))) as at:
        assert await handed(at, BOB) == [Result.DELIVERED]
        hop.profile, hop.next_profile = Profile(mail=goodbye), Profile()
        assert await handed(at, BOB) == [Result.DELIVERED]
        assert len(hop.sessions) == 2
        assert len(hop.messages) == 2


async def test_it_is_replaced_once_only() -> None:
    async with running() as hop, office(Backend((hop.address,))) as at:
        await handed(at, BOB)
        hop.profile = Profile(mail="!")
        assert await handed(at, BOB) == [Result.HOP_AWAY]
        assert len(hop.sessions) == 2


async def test_a_fresh_session_that_breaks_is_not_tried_again() -> None:
    async with running(Profile(mail="!")) as hop, office(Backend((hop.address,))) as at:
        assert await handed(at, BOB) == [Result.HOP_AWAY]
        assert len(hop.sessions) == 1


async def test_a_kept_session_that_breaks_after_our_dot_is_doubt_and_never_tried_again() -> None:
    async with running() as hop, office(Backend((hop.address,))) as at:
        await handed(at, BOB)
        hop.profile = Profile(dot="!")
        assert await handed(at, BOB) == [Result.IN_DOUBT]
        assert len(hop.sessions) == 1


async def test_exchanges_front_end_refuses_all_for_one_and_splitting_delivers_the_others() -> None:
    async with running(frontend(BOB)) as hop, office(Backend((hop.address,))) as at:
        results = await handed(at, ALICE, BOB, CAROL)
        assert results == [Result.DELIVERED, Result.REFUSED_RECIPIENT, Result.DELIVERED]
        assert [stored.recipients for stored in hop.messages] == [(ALICE,), (CAROL,)]
        assert len(hop.sessions) == 1


async def test_without_time_to_split_nobody_is_refused_for_anothers_fault() -> None:
    async with running(frontend(BOB)) as hop, office(Backend((hop.address,))) as at:
        outcomes = await at.lane._relay.hand_on(consignment(ALICE, BOB), at.deadline(SPLIT_SECONDS - 1), no_doubt)
        assert [outcome.result for outcome in outcomes] == [Result.DEFERRED, Result.DEFERRED]
        assert outcomes[0].detail == UNDIVIDED
        assert hop.messages == []


async def test_a_single_recipient_is_not_split() -> None:
    async with running(frontend(BOB)) as hop, office(Backend((hop.address,))) as at:
        assert await handed(at, BOB) == [Result.REFUSED_RECIPIENT]
        assert hop.commands.count("DATA") == 1


@pytest.mark.parametrize(
    ("profile", "result"),
    [
        (HEADER_TOO_LARGE, Result.REFUSED_CONTENT),
        (replace(EXCHANGE, dot="554 5.7.1 spam"), Result.REFUSED_CONTENT),
        (replace(EXCHANGE, dot="554 5.6.0 bad"), Result.REFUSED_CONTENT),
        (PROXY_DOWN, Result.DEFERRED),
    ],
)
async def test_an_answer_about_the_content_is_the_answer_for_all(profile: Profile, result: Result) -> None:
    async with running(profile) as hop, office(Backend((hop.address,))) as at:
        assert await handed(at, ALICE, BOB) == [result, result]
        assert hop.commands.count("DATA") == 1


async def test_a_message_too_large_for_the_hop_is_the_messages_fault() -> None:
    announces = ("PIPELINING", f"SIZE {len(ORDINARY) - 1}")
    async with running(Profile(announces=announces)) as hop, office(Backend((hop.address,))) as at:
        assert await handed(at, BOB) == [Result.REFUSED_CONTENT]
        assert not any(command.startswith("MAIL") for command in hop.commands)
        assert at.lane.health.state == "unknown"
    async with running(SIZE_AT_MAIL) as hop, office(Backend((hop.address,))) as at:
        assert await handed(at, BOB) == [Result.REFUSED_CONTENT]
        assert at.lane.health.state == "up"


async def test_lmtp_answers_for_each_recipient() -> None:
    profile = Profile(
        is_lmtp=True,
        announces=("PIPELINING", "8BITMIME"),
        recipients={BOB: "550 5.1.1 User doesn't exist"},
        at_dot={CAROL: "552 5.2.2 Quota exceeded"},
    )
    async with running(profile) as hop, office(Backend((hop.address,), transport="lmtp")) as at:
        results = await handed(at, ALICE, BOB, CAROL)
        assert results == [Result.DELIVERED, Result.REFUSED_RECIPIENT, Result.DEFERRED]
        assert await handed(at, ALICE) == [Result.DELIVERED]
        assert len(hop.sessions) == 1


async def test_somebody_who_must_wait_holds_back_the_others() -> None:
    """D1: else the sender's retry would double the message for those who have it."""
    profile = Profile(recipients={BOB: "451 4.2.1 busy"})
    async with running(profile) as hop, office(Backend((hop.address,))) as at:
        assert await handed(at, ALICE, BOB) == [Result.DEFERRED, Result.DEFERRED]
        assert "DATA" not in hop.commands


async def test_somebody_who_does_not_exist_holds_back_nobody() -> None:
    profile = Profile(recipients={BOB: "550 5.1.1 no"})
    async with running(profile) as hop, office(Backend((hop.address,))) as at:
        assert await handed(at, ALICE, BOB) == [Result.DELIVERED, Result.REFUSED_RECIPIENT]
        assert hop.messages[0].recipients == (ALICE,)


async def test_a_policy_refusal_of_an_address_that_was_taken_says_that_the_hop_is_sick() -> None:
    async with running() as hop, office(Backend((hop.address,))) as at:
        await at.lane._relay.ask(recipient(BOB), at.deadline())
        hop.profile = Profile(recipient="550 5.7.1 Access denied")
        assert await handed(at, BOB) == [Result.HOP_SICK]
        assert await handed(at, ALICE) == [Result.REFUSED_RECIPIENT]
        at.clock.advance(8 * 86_400)
        assert await handed(at, BOB) == [Result.REFUSED_RECIPIENT]


async def test_unsafe_content_never_becomes_a_message() -> None:
    async with running() as hop, office(Backend((hop.address,))) as at:
        octets = ORDINARY + b"\n.\r\nMAIL FROM:<evil@example>\r\n"
        assert await handed(at, BOB, octets=octets) == [Result.REFUSED_CONTENT]
        await hop.end()
        assert hop.messages == []


async def test_8bitmime_is_said_where_it_was_announced_and_8_bit_content_goes_as_it_is_where_not() -> None:
    octets = "Subject: x\r\n\r\n\u00e9t\u00e9\r\n".encode()
    for announces, expected in ((("8BITMIME",), True), ((), False)):
        async with running(Profile(announces=announces)) as hop, office(Backend((hop.address,))) as at:
            eight = consignment(BOB, octets=octets)
            eight = replace(eight, envelope=replace(eight.envelope, body="8BITMIME"))
            assert isinstance(eight.envelope, Envelope)
            await at.lane._relay.hand_on(eight, at.deadline(), no_doubt)
            assert ("BODY=8BITMIME" in hop.messages[0].mail) is expected
            assert hop.messages[0].octets == octets


async def test_a_knock_learns_what_the_hop_announces_and_whether_it_takes_mail() -> None:
    async with running(EXCHANGE) as hop, office(Backend((hop.address,))) as at:
        await at.lane._relay.knock(at.deadline())
        assert hop.commands[1:] == ["MAIL FROM:<>", "RSET"]
        assert at.lane.size_limit == 37_748_736 - 65_536


async def test_a_question_ends_at_rcpt_and_gives_the_session_back() -> None:
    async with running() as hop, office(Backend((hop.address,))) as at:
        ending, outcome = await at.lane._relay.ask(recipient(BOB), at.deadline())
        assert ending.is_positive
        assert outcome.stage is Stage.RCPT
        assert at.lane.pool.idle == 1
        assert hop.commands[1:] == ["MAIL FROM:<>", f"RCPT TO:<{BOB}>", "RSET"]
