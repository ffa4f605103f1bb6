"""The letters of `make run`, each with the fate that it should have, from the wire to the history."""

from __future__ import annotations

import pytest

from tests.office.letters import letters
from tests.office.peers import Office
from tests.office.post import Outcome, follow, send


def _posted(office: Office, number: int) -> Outcome:
    letter = letters(office.key)[number]
    return follow(office.gateway, letter, send(office.gateway.port, letter))


@pytest.mark.parametrize("number", range(6), ids=["signed", "forged", "gtube", "unknown", "zipped", "french"])
def test_a_letter_has_the_fate_that_it_should_have(office: Office, number: int) -> None:
    outcome = _posted(office, number)
    assert outcome.fared_well(), outcome


def test_the_french_letter_arrives_with_its_accents(office: Office) -> None:
    letter = letters(office.key)[5]
    assert send(office.gateway.port, letter).startswith("250 2.")
    (stored,) = office.dovecot.messages("anne@office.example")
    assert stored.endswith(letter.octets)
    assert "déplacée à jeudi.\r\nÀ bientôt".encode() in stored


def test_the_signed_letter_says_above_who_was_checked_and_how(office: Office) -> None:
    letter = letters(office.key)[0]
    send(office.gateway.port, letter)
    (stored,) = office.dovecot.messages("anne@office.example")
    added = stored.removesuffix(letter.octets)
    assert added != stored
    results = b" ".join(added.split(b"Authentication-Results: mx.office.example")[1].split())
    for word in (b"spf=pass", b"dkim=pass", b"dmarc=pass", b"header.from=shop.example"):
        assert word in results


def test_what_is_held_or_refused_reaches_nobody(office: Office) -> None:
    for number in (1, 2, 4):
        send(office.gateway.port, letters(office.key)[number])
    assert office.dovecot.messages("anne@office.example") == []
    assert office.dovecot.messages("bruno@office.example") == []


def test_a_held_letter_can_be_released_and_is_then_delivered_once(office: Office) -> None:
    held = _posted(office, 4)
    assert held.code in {item["code"] for item in office.gateway.ask("quarantine", "list")["items"]}
    released = office.gateway.ask("quarantine", "release", held.code)
    assert released["complete"] is True
    (stored,) = office.dovecot.messages("bruno@office.example")
    assert stored.endswith(held.letter.octets)
