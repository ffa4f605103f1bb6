"""What happened, in words."""

from __future__ import annotations

import pytest

from gateway.control import words
from gateway.core.outcome import Result
from gateway.core.record import Disposition
from tests.support.control import record

FATE = Disposition("anna@office.example", "quarantine", "quarantined")


def test_a_message_is_told_in_one_sentence_of_either_language() -> None:
    assert words.happened(record(0), FATE, "en") == "The message from rene@sender.example was held in quarantine."
    assert words.happened(record(0), FATE, "fr") == "Le message de rene@sender.example a été retenu en quarantaine."


def test_a_notice_without_sender_has_one_in_words() -> None:
    assert "no sender" in words.happened(record(0, reverse_path=""), FATE, "en")


@pytest.mark.parametrize(
    ("kind", "part"),
    [("client-refused", "mail.sender.example was turned away"), ("recipient-refused", "write to anna@office.example")],
)
def test_a_refusal_before_any_content_says_what_was_refused(kind: str, part: str) -> None:
    assert part in words.happened(record(0, kind=kind), FATE, "en")


def test_a_recipient_that_nobody_could_verify_was_not_refused() -> None:
    deferred = Disposition("anna@office.example", "defer", "deferred")
    told = words.happened(record(0, kind="recipient-refused"), deferred, "en")
    assert "try again later" in told
    assert "refused" not in told


def test_braces_in_an_address_are_only_braces() -> None:
    assert "{outcome}" in words.happened(record(0, reverse_path="{outcome}@x.example"), FATE, "en")


def test_a_delivered_message_is_told_by_its_action() -> None:
    assert words.outcome_words("delivered", "mark", "en") == "delivered, marked as spam"
    assert words.outcome_words("refused", "accept", "en") == "refused by the office's server"


@pytest.mark.parametrize("result", list(Result))
def test_every_end_of_a_release_has_words_in_both_languages(result: Result) -> None:
    assert words.release_words(result, "en") != words.release_words(result, "fr")


def test_what_was_held_and_then_delivered_says_both() -> None:
    assert words.outcome_words("delivered", "quarantine", "en") == "delivered after its release from quarantine"
    assert words.outcome_words("delivered", "", "fr") == "remis"
    assert words.outcome_words("dead", "accept", "en") == "given up: it is a dead letter"
