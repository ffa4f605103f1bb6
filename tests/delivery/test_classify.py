from __future__ import annotations

import pytest

from gateway.core.dialogue.steps import Ending
from gateway.core.outcome import Result, Stage
from gateway.core.reply import Reply
from gateway.core.replyparser import ReplyParser
from gateway.delivery.classify import may_be_split, outcome_of
from tests.support.exchange import EXO_UNKNOWN_CLIENT, NOT_FOUND, RELAY_CHECK
from tests.support.values import recipient

DELIVERED, DEFERRED = Result.DELIVERED, Result.DEFERRED
RECIPIENT, CONTENT, SICK = Result.REFUSED_RECIPIENT, Result.REFUSED_CONTENT, Result.HOP_SICK


def reply(text: str) -> Reply:
    parser = ReplyParser()
    parser.feed(f"{text}\r\n".encode())
    parsed = parser.take()
    assert parsed is not None
    return parsed


def result(stage: Stage, text: str, *, lately_accepted: bool = False) -> Result:
    ending = Ending(stage, reply(text))
    return outcome_of(ending, recipient(), "hop", lately_accepted=lately_accepted).result


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("550 5.1.1 User unknown", RECIPIENT),
        (NOT_FOUND, RECIPIENT),
        ("553 5.1.3 Bad syntax", RECIPIENT),
        ("550 5.2.1 Mailbox disabled", RECIPIENT),
        ("550 No such user", RECIPIENT),
        ("551 User not local", RECIPIENT),
        ("553 Not allowed", RECIPIENT),
        ("550 5.6.7 No internationalised addresses", RECIPIENT),
        ("550 5.7.1 Senders must authenticate", RECIPIENT),
        (RELAY_CHECK.recipient, SICK),
        (EXO_UNKNOWN_CLIENT.recipient, SICK),
        ("554 5.7.1 <bob@office.example>: Relay access denied", SICK),
        ("550 relay not permitted", SICK),
        ("550 5.7.1 Unable to relay", SICK),
        ("530 5.7.0 Authentication required", SICK),
        ("530 Authentication required", SICK),
        ("503 5.5.1 Bad sequence", SICK),
        ("501 5.5.4 Invalid arguments", SICK),
        ("555 5.5.4 Unsupported parameters", SICK),
        ("550 5.3.0 Other mail system problem", SICK),
        ("550 5.4.1 Recipient address rejected: Access denied", SICK),
        ("554 No", SICK),
        ("500 what", SICK),
        ("552 5.2.2 Mailbox full", DEFERRED),
        ("552 Too many recipients", DEFERRED),
        ("452 4.5.3 Too many recipients", DEFERRED),
        ("451 4.7.1 Greylisted", DEFERRED),
        ("354 strange", SICK),
    ],
)
def test_a_reply_to_rcpt_is_passed_on_only_when_it_is_about_the_recipient(text: str, expected: Result) -> None:
    assert result(Stage.RCPT, text) is expected


def test_a_policy_refusal_of_an_address_taken_lately_says_that_the_hop_is_sick() -> None:
    assert result(Stage.RCPT, "550 5.7.1 no", lately_accepted=True) is SICK
    assert result(Stage.RCPT, "550 5.1.1 gone", lately_accepted=True) is RECIPIENT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("250 2.6.0 Queued", DELIVERED),
        ("251 2.1.5 Forwarded", DELIVERED),
        ("354 strange", SICK),
        ("552 5.3.4 Header size exceeds fixed maximum size", CONTENT),
        ("554 5.6.0 Malformed", CONTENT),
        ("550 5.6.11 Bare linefeeds", CONTENT),
        ("550 5.7.1 Spam", CONTENT),
        ("554 rejected as spam", CONTENT),
        ("552 message too large", CONTENT),
        (NOT_FOUND, RECIPIENT),
        ("550 5.2.3 too large for this mailbox", RECIPIENT),
        ("550 No such user", RECIPIENT),
        ("552 5.2.2 Quota exceeded", DEFERRED),
        ("451 4.7.0 Temporary server error. Please try again later. PRX5", DEFERRED),
        ("421 4.4.2 bye", DEFERRED),
        ("530 5.7.57 Client was not authenticated", SICK),
        ("554 5.5.0 what", SICK),
        ("554 5.4.6 Loop", SICK),
        ("554 5.3.0 other", SICK),
    ],
)
def test_a_reply_after_the_dot_is_passed_on_when_it_is_about_the_content(text: str, expected: Result) -> None:
    assert result(Stage.DOT, text) is expected


@pytest.mark.parametrize("stage", [Stage.GREETING, Stage.EHLO, Stage.STARTTLS, Stage.MAIL])
@pytest.mark.parametrize("text", ["554 no", "550 5.1.1 no", "550 5.7.1 no", "530 5.7.0 no", "354 strange"])
def test_a_refusal_before_rcpt_is_never_about_the_message(stage: Stage, text: str) -> None:
    assert result(stage, text) is SICK


@pytest.mark.parametrize("stage", list(Stage))
def test_a_4yz_is_a_deferral_everywhere(stage: Stage) -> None:
    assert result(stage, "452 4.3.1 Insufficient system resources") is DEFERRED


@pytest.mark.parametrize("text", ["552 5.3.4 too big", "552 too big"])
def test_552_to_mail_is_about_the_size_that_was_declared(text: str) -> None:
    assert result(Stage.MAIL, text) is CONTENT


@pytest.mark.parametrize(
    "text",
    [
        "554 no valid recipients",
        "554 5.5.1 no valid recipients",
        "550 5.1.1 no valid recipients",
        "550 no",
        "550 5.7.1 no",
        "554 5.6.0 no",
        "552 5.3.4 no",
        "503 5.5.1 no",
        "250 2.0.0 strange",
    ],
)
def test_a_refused_data_command_is_about_no_content_but_says_that_the_hop_is_sick(text: str) -> None:
    assert result(Stage.DATA, text) is SICK


def test_a_mailbox_that_filled_between_rcpt_and_data_is_waited_for() -> None:
    assert result(Stage.DATA, "552 5.2.2 full") is DEFERRED


def test_a_refusal_while_the_content_is_sent_is_about_the_content() -> None:
    assert result(Stage.CONTENT, "552 5.3.4 enough") is CONTENT


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (Stage.CONNECT, Result.HOP_AWAY),
        (Stage.MAIL, Result.HOP_AWAY),
        (Stage.CONTENT, Result.HOP_AWAY),
        (Stage.STARTTLS, SICK),
        (Stage.DOT, Result.IN_DOUBT),
    ],
)
def test_a_broken_connection_is_doubt_only_after_the_dot(stage: Stage, expected: Result) -> None:
    outcome = outcome_of(Ending(stage, None, "closed"), recipient(), "hop")
    assert outcome.result is expected
    assert outcome.detail == "closed"


def test_a_recipient_that_was_accepted_and_then_held_back_is_deferred() -> None:
    assert result(Stage.RCPT, "250 2.1.5 OK") is DEFERRED


@pytest.mark.parametrize(
    ("text", "splits"),
    [
        (NOT_FOUND, True),
        ("552 5.2.2 full", True),
        ("550 no", True),
        ("554 5.7.1 spam", False),
        ("552 5.3.4 big", False),
        ("554 5.6.0 bad", False),
        ("554 5.5.0 what", False),
        ("451 4.1.1 later", False),
        ("250 2.0.0 ok", False),
    ],
)
def test_a_whole_is_split_only_when_one_recipient_may_be_to_blame(text: str, splits: bool) -> None:
    ending = Ending(Stage.DOT, reply(text))
    assert may_be_split((ending, ending)) is splits
    assert may_be_split((ending, Ending(Stage.RCPT, reply("550 5.1.1 no")))) is False
