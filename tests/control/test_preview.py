"""A held message for people to read."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.control.preview import LINE_MAXIMUM_CHARACTERS, decoded, preview
from tests.support.control import HELD_OCTETS


def test_fields_are_decoded_and_the_text_is_harmless() -> None:
    shown = preview(HELD_OCTETS)
    assert shown.headers[:2] == (("From", "René <rene@sender.example>"), ("Subject", "Facture"))
    assert shown.text[:2] == ("Bonjour,", "\ufffd[2Jla facture.")


def test_the_plain_part_of_many_is_shown_and_attachments_are_not() -> None:
    octets = (
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>no</p>\r\n"
        b'--b\r\nContent-Type: text/plain; name="a.txt"\r\n'
        b'Content-Disposition: attachment; filename="a.txt"\r\n\r\nno\r\n'
        b"--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\neWVz\r\n--b--\r\n"
    )
    assert preview(octets).text == ("yes",)


def test_a_message_of_html_alone_has_no_text() -> None:
    assert preview(b"Content-Type: text/html\r\n\r\n<p>Hello</p>\r\n").text == ()


@pytest.mark.parametrize(
    "value", [b"=?utf-8?q?broken", b"=?x-none?b?YQ==?=", b"=?utf-8?b?%%%?=", b"=?utf-16?b?AA==?=", b"\xff\xfe", b""]
)
def test_broken_encoded_words_are_shown_as_well_as_can_be(value: bytes) -> None:
    assert isinstance(decoded(value), str)


def test_a_value_is_bounded() -> None:
    assert len(decoded(b"x" * 100_000)) <= LINE_MAXIMUM_CHARACTERS


@given(st.binary(max_size=500))
def test_no_octets_make_it_fail(octets: bytes) -> None:
    preview(octets)


@pytest.mark.parametrize(
    "octets",
    [
        b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(5_000)),
        b"Content-Type: text/plain; " + b'a="' * 30_000 + b"\r\n\r\nx",
        b"Content-Type: text/plain; " + b"a*0*=x;" * 9_000 + b"\r\n\r\nx",
        b"Content-Type: text/plain\r\nSubject: " + b"=?utf-8?q?" * 6_000 + b"\r\n\r\nx",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n" + b"M" * 60_000,
        b"Content-Type: text/plain; charset=x-nothing\r\n\r\nx",
        b"\r\n" * 40_000,
    ],
    ids=["nested", "quotes", "continuations", "encoded words", "uuencode", "charset", "empty lines"],
)
def test_hostile_octets_cost_little(octets: bytes) -> None:
    began = time.process_time()
    preview(octets)
    assert time.process_time() - began < 2
