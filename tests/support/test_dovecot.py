"""The Dovecot that other tests rely on is real: it stores, refuses and counts as a user's would."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.dovecot import Dovecot, remove
from tests.support.process import NotStarted, find_program

pytestmark = pytest.mark.e2e


def _has_dovecot() -> bool:
    try:
        find_program("dovecot")
    except NotStarted:
        return False
    return True


if not _has_dovecot():
    pytest.skip("Dovecot is not installed", allow_module_level=True)

USERS = ("anne@office.example", "bob@office.example", "full@office.example")


@pytest.fixture(scope="module")
def dovecot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovecot]:
    running = Dovecot.start(tmp_path_factory.mktemp("d"), USERS, {"full@office.example": 1_000})
    yield running
    remove(running)


def _lmtp(dovecot: Dovecot, *commands: bytes) -> bytes:
    """Speaks LMTP by hand over the Unix socket: the library reads one reply for several recipients."""
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(20)
        peer.connect(str(dovecot.lmtp))
        peer.sendall(b"LHLO test\r\n" + b"".join(commands) + b"QUIT\r\n")
        answer = b""
        while octets := peer.recv(4096):
            answer += octets
        return answer


def test_a_message_by_lmtp_comes_out_of_imap_byte_for_byte(dovecot: Dovecot) -> None:
    message = b"Subject: caf\xc3\xa9\r\n\r\nligne \xe9\r\n..dot\r\n" + b"x" * 5_000 + b"\r\n"
    with smtplib.LMTP("127.0.0.1", dovecot.lmtp_port) as client:
        client.sendmail("ann@sender.example", ["anne@office.example"], message.replace(b"\r\n..", b"\r\n."))
    stored = dovecot.messages("anne@office.example")
    assert len(stored) == 1
    assert stored[0].endswith(message.replace(b"\r\n..", b"\r\n."))
    assert b"Return-Path: <ann@sender.example>\r\n" in stored[0]


def test_an_unknown_user_is_refused_at_rcpt(dovecot: Dovecot) -> None:
    answer = _lmtp(dovecot, b"MAIL FROM:<>\r\n", b"RCPT TO:<zoe@office.example>\r\n")
    assert b"\r\n550 5.1.1 " in answer


def test_a_full_mailbox_refuses_after_the_data_for_its_user_alone(dovecot: Dovecot) -> None:
    answer = _lmtp(
        dovecot,
        b"MAIL FROM:<>\r\nRCPT TO:<full@office.example>\r\nRCPT TO:<bob@office.example>\r\nDATA\r\n",
        b"Subject: big\r\n\r\n" + b"0123456789\r\n" * 500 + b".\r\n",
    )
    replies = answer.split(b"\r\n354 ")[1].split(b"\r\n")[1:3]
    assert replies[0].startswith(b"552 5.2.2 ")
    assert replies[1].startswith(b"250 2.0.0 ")
    assert dovecot.messages("full@office.example") == []
    assert len(dovecot.messages("bob@office.example")) == 1


def test_two_run_side_by_side_and_stopping_one_leaves_the_other(dovecot: Dovecot, tmp_path: Path) -> None:
    other = Dovecot.start(tmp_path / "d", ["carl@office.example"])
    assert other.messages("carl@office.example") == []
    remove(other)
    assert other.process.poll() is not None
    assert dovecot.process.poll() is None
    assert isinstance(dovecot.messages("anne@office.example"), list)
