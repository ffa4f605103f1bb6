from __future__ import annotations

import pytest

from gateway.core.outcome import Stage
from gateway.core.reply import Reply
from gateway.delivery.lane import HopAnswer
from gateway.recipients.asks import LIMIT_SECONDS, Hop, is_about_existence, verification
from gateway.recipients.base import Existence
from tests.support.clock import HandClock
from tests.support.values import recipient
from tests.support.word import ACCEPTED, AWAY, UNKNOWN, Word, refused


@pytest.mark.parametrize(
    ("answer", "remembered"),
    [
        (refused(550, "5.1.1"), True),
        (refused(550, "5.1.10"), True),
        (refused(553, "5.1.3"), True),
        (refused(551, ""), True),
        (refused(550, ""), True),
        (refused(550, "5.1.8"), False),
        (refused(550, "5.1.7"), False),
        (refused(550, "5.7.1"), False),
        (refused(550, "5.2.1"), False),
        (refused(554, "5.1.1"), False),
        (refused(554, ""), False),
        (HopAnswer("uncertain", Stage.MAIL, Reply.of(550, "5.1.1", "no")), False),
        (ACCEPTED, False),
        (AWAY, False),
    ],
)
def test_only_what_says_that_there_is_no_such_address_is_remembered(answer: HopAnswer, remembered: bool) -> None:
    assert is_about_existence(answer) is remembered


def test_an_answer_becomes_what_the_pipeline_wants() -> None:
    assert verification(ACCEPTED, "callout").existence is Existence.KNOWN
    assert verification(UNKNOWN, "callout").existence is Existence.UNKNOWN
    undecided = verification(AWAY, "callout")
    assert (undecided.existence, undecided.cause) == (Existence.UNDECIDED, "connection refused")


def test_an_undecided_answer_always_has_a_cause() -> None:
    busy = HopAnswer("uncertain", Stage.RCPT, Reply.of(451, "4.2.1", "busy"))
    assert verification(busy, "callout").cause == "451 4.2.1 busy"


async def test_a_question_has_ten_seconds_which_outlast_exchanges_tarpit() -> None:
    clock, word = HandClock(), Word()
    await Hop(word, clock).ask(recipient())
    assert word.deadlines == [clock.monotonic() + LIMIT_SECONDS]
    assert LIMIT_SECONDS > 5.2
