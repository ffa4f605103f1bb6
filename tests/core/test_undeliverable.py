from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.undeliverable import _RECIPIENTS_MAXIMUM, says_unknown, undeliverable

REPORT = (
    b"From: <postmaster@office.example>\r\nTo: ann@sender.example\r\nSubject: Undeliverable\r\n"
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\nYour message did not reach somebody.\r\n\r\n"
    b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;EX01.office.lan\r\n\r\n"
    b"Final-recipient: RFC822; Nobody@office.example\r\nAction: failed\r\nStatus: 5.1.10\r\n"
    b"Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found\r\n by SMTP lookup\r\n\r\n"
    b"Final-recipient: RFC822;full@office.example\r\nAction: failed\r\nStatus: 5.2.2\r\n\r\n"
    b"Final-recipient: RFC822;late@office.example\r\nAction: delayed\r\nStatus: 5.1.1\r\n\r\n"
    b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: hello\r\n\r\nhello\r\n--b--\r\n"
)


def test_exchanges_notice_says_who_is_not_there_and_only_that() -> None:
    assert undeliverable(REPORT) == ("Nobody@office.example",)


def test_other_mail_says_nothing() -> None:
    assert undeliverable(REPORT.replace(b"message/delivery-status", b"text/plain")) == ()


def test_so_many_are_read_from_one_report_at_most() -> None:
    block = b"Final-recipient: rfc822; a%d@office.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    many = b"".join(block % number for number in range(_RECIPIENTS_MAXIMUM + 5))
    assert len(undeliverable(b"Content-Type: message/delivery-status\r\n\r\n" + many)) == _RECIPIENTS_MAXIMUM


@pytest.mark.parametrize(
    ("reply", "is_unknown"),
    [
        ("550 5.1.1 User unknown", True),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", True),
        ("551 5.1.6 moved", True),
        ("550 5.7.1 no", False),
        ("550 5.1.8 bad sender", False),
        ("550 no such user", False),
        ("450 4.1.1 later", False),
        ("", False),
    ],
)
def test_only_a_clear_word_of_the_hop_counts(reply: str, is_unknown: bool) -> None:
    assert says_unknown(reply) is is_unknown


@given(st.binary(max_size=500))
def test_any_octets_are_read_without_a_fault(octets: bytes) -> None:
    assert undeliverable(b"message/delivery-status\r\n\r\n" + octets + b"\r\n\r\n") is not None


@pytest.mark.parametrize(
    "piece",
    [b"final-recipient:rfc822;", b"status: 5.1.1\r\n", b"\r\n \r\n", b"final-recipient: rfc822; " + b"a@" * 9, b" \t"],
)
def test_floods_cost_linear_time(piece: bytes) -> None:
    started = time.process_time()
    undeliverable(b"message/delivery-status\r\n\r\n" + piece * (300_000 // len(piece)))
    assert time.process_time() - started < 1.0
