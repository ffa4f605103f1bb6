from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.message import Message
from gateway.core.subject import decoded, field_text, masked


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"Hello", "Hello"),
        (b"=?utf-8?q?R=C3=A9union?=", "Réunion"),
        (b"=?iso-8859-1?q?R=E9union?= =?utf-8?b?4oKs?=", "Réunion€"),
        ("Réunion".encode(), "Réunion"),
        (b"R\xe9union", "Réunion"),
        (b"=?nonsense?q?x?=", "x"),
        (b"=?utf-8?b?!!!?=x", "x"),
    ],
)
def test_encoded_words_are_read_where_they_are_well_formed(value: bytes, text: str) -> None:
    assert decoded(value) == text


@given(st.binary(max_size=2_000))
def test_no_octets_make_decoding_fail(value: bytes) -> None:
    assert isinstance(decoded(value), str)


def test_the_first_field_of_a_name_counts() -> None:
    message = Message.of(b"Subject: one\r\nsubject: two\r\n\r\n")
    assert field_text(message, "subject") == "one"
    assert field_text(message, "from") == ""


def test_a_masked_subject_shows_first_letters_only() -> None:
    assert masked("Payslip for Ann", "masked") == "P······ f·· A··"
    assert masked("Payslip", "none") == ""
    assert masked("Payslip", "full") == "Payslip"
