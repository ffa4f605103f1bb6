"""Our outgoing side before the real thing: Dovecot by LMTP, Postfix by SMTP, aiosmtpd as a third opinion."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Iterator

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from gateway.config.schema import Backend
from gateway.core.outcome import Result, Stage
from gateway.delivery.cutthrough import CutThrough
from tests.support.dovecot import Dovecot
from tests.support.hops import consignment, office
from tests.support.postfix import Postfix
from tests.support.process import NotStarted
from tests.support.values import recipient
from tests.support.waiting import until

ALICE, BOB, CAROL, NOBODY = (f"{name}@office.example" for name in ("alice", "bob", "carol", "nobody"))
HEADER = b"From: Ann <ann@sender.example>\r\nTo: office@office.example\r\nSubject: dots\r\n\r\n"
BODY = b".\r\n..two\r\n.three\r\n" + b"x" * 900 + b"\r\n" + "h\u00e9l\u00e8ne\r\n".encode() * 2_000 + b".\r\n\r\n.\r\n"
MESSAGE = HEADER + BODY


@pytest.fixture(scope="module")
def dovecot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovecot]:
    try:
        running = Dovecot.start(tmp_path_factory.mktemp("dovecot"), (ALICE, BOB, CAROL), {CAROL: 4_096})
    except NotStarted as missing:
        pytest.skip(str(missing))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def postfix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postfix]:
    try:
        running = Postfix.next_hop(tmp_path_factory.mktemp("postfix"), "office.example", (ALICE, BOB))
    except NotStarted as missing:
        pytest.skip(str(missing))
    yield running
    running.stop()


def lmtp(dovecot: Dovecot) -> Backend:
    return Backend((str(dovecot.lmtp),), "lmtp", "dovecot")


async def test_dovecot_answers_for_each_recipient_and_the_session_stays_in_step(dovecot: Dovecot) -> None:
    """550 at RCPT for the unknown, 250 and 552 after the dot: a client that reads one reply loses mail here."""
    async with office(lmtp(dovecot)) as at:
        to_all = consignment(ALICE, NOBODY, CAROL, BOB, octets=MESSAGE)
        for _ in range(2):
            outcomes = (await CutThrough(at.lanes).attempt(to_all, at.deadline())).outcomes
            assert [(outcome.result, outcome.stage) for outcome in outcomes] == [
                (Result.DELIVERED, Stage.DOT),
                (Result.REFUSED_RECIPIENT, Stage.RCPT),
                (Result.DEFERRED, Stage.DOT),
                (Result.DELIVERED, Stage.DOT),
            ]
        assert at.lane.health.state == "up"
        assert at.lane.pool.idle == 1
    for user in (ALICE, BOB):
        stored = dovecot.messages(user)
        assert len(stored) == 2
        assert all(message.endswith(MESSAGE) for message in stored)
    assert dovecot.messages(CAROL) == []


async def test_dovecot_says_at_once_who_exists(dovecot: Dovecot) -> None:
    async with office(lmtp(dovecot)) as at:
        meanings = [(await at.lane.ask(recipient(each), at.deadline())).meaning for each in (ALICE, NOBODY, BOB)]
        assert meanings == ["accepted", "refused", "accepted"]
        assert at.lane.pool.idle == 1


async def test_postfix_stores_octet_for_octet_what_we_hand_on(postfix: Postfix) -> None:
    async with office(Backend((f"127.0.0.1:{postfix.port}",))) as at:
        for _ in range(3):
            attempt = await CutThrough(at.lanes).attempt(consignment(ALICE, NOBODY, octets=MESSAGE), at.deadline())
            assert [each.result for each in attempt.outcomes] == [Result.DELIVERED, Result.REFUSED_RECIPIENT]
        assert at.lane.pool.idle == 1
        assert at.lane.has_smtputf8
    await asyncio.to_thread(until, lambda: len(postfix.messages(ALICE)) == 3, "Postfix stored all three")
    for message in postfix.messages(ALICE):
        assert message.endswith(b"\r\n\r\n" + BODY)  # Postfix adds a Message-Id to the header of local clients
        assert HEADER[:-2] in message


class Keeps:
    """An aiosmtpd handler that keeps what it is given."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.contents.append(envelope.content)
        return "250 2.0.0 kept"


async def test_random_content_arrives_unchanged_at_an_independent_peer() -> None:
    """Pieces, dots and line ends at random, decoded by somebody else's code."""
    keeps = Keeps()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(keeps, enable_SMTPUTF8=True), "127.0.0.1", 0)
    chance = random.Random(os.urandom(8))
    sent = [HEADER + _lines(chance) for _ in range(20)]
    async with server, office(Backend((f"127.0.0.1:{server.sockets[0].getsockname()[1]}",))) as at:
        for octets in sent:
            attempt = await CutThrough(at.lanes).attempt(consignment(BOB, octets=octets), at.deadline())
            assert [each.result for each in attempt.outcomes] == [Result.DELIVERED]
    assert keeps.contents == sent


def _lines(chance: random.Random) -> bytes:
    words = (b"", b".", b"..", b".a", b"a.", b"x" * 800)
    return b"".join(chance.choice(words) + b"\r\n" for _ in range(chance.randrange(400)))
