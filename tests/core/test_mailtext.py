from __future__ import annotations

import email
import email.policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.mailtext import LINE_MAXIMUM, encoded, part


def test_a_plain_subject_stays_as_it_is_and_another_is_an_encoded_word() -> None:
    assert encoded("Mail does not flow") == "Mail does not flow"
    written = encoded("Le courrier est arrêté")
    assert written.isascii()
    parsed = email.message_from_string(f"Subject: {written}\r\n\r\n", policy=email.policy.default)
    assert parsed["subject"] == "Le courrier est arrêté"


@pytest.mark.parametrize("text", ["plain", "café", "x" * (LINE_MAXIMUM + 1)])
def test_a_part_is_seven_bit_lines_of_legal_length(text: str) -> None:
    made = part("text/plain; charset=utf-8", f"{text}\r\n".encode())
    assert made.isascii()
    assert max(map(len, made.split(b"\r\n"))) <= LINE_MAXIMUM


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])))
def test_what_is_put_in_comes_out(text: str) -> None:
    made = part("text/plain; charset=utf-8", f"{text}\r\n".encode())
    parsed = email.message_from_bytes(made)
    octets = parsed.get_payload(decode=True)
    assert isinstance(octets, bytes)
    assert octets.decode() == f"{text}\r\n"
