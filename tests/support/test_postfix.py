"""The Postfix that other tests rely on is real: it stores for whom it knows, refuses others, and sends on."""

from __future__ import annotations

import os
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ports import answers
from tests.support.postfix import Postfix
from tests.support.process import NotStarted, find_program
from tests.support.waiting import until

pytestmark = pytest.mark.e2e

if os.geteuid() != 0:
    pytest.skip("Postfix can only be started by root", allow_module_level=True)
try:
    find_program("postfix")
except NotStarted:
    pytest.skip("Postfix is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def next_hop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postfix]:
    running = Postfix.next_hop(tmp_path_factory.mktemp("p"), "office.example", ["anne@office.example"])
    yield running
    running.stop()


def test_it_refuses_an_unknown_user_at_rcpt(next_hop: Postfix) -> None:
    with smtplib.SMTP("127.0.0.1", next_hop.port) as client:
        client.ehlo("sender.example")
        client.mail("ann@sender.example")
        code, text = client.rcpt("zoe@office.example")
    assert code == 550
    assert text.startswith(b"5.1.1 ")


def test_a_sender_hands_on_to_it_and_it_keeps_the_message(next_hop: Postfix, tmp_path: Path) -> None:
    sender = Postfix.sender(tmp_path / "p", next_hop.port, hostname="mx.shop.example", address="127.0.1.25")
    message = b"Subject: caf\xc3\xa9\r\n\r\nune ligne\r\n"
    sender.submit("ann@shop.example", ["anne@office.example"], message)
    stored = until(lambda: next_hop.messages("anne@office.example"), "the message is stored", seconds=30)
    sender.stop()
    assert stored[0].endswith(b"une ligne\r\n")
    assert b"Subject: caf\xc3\xa9\r\n" in stored[0]
    assert b"[127.0.1.25]" in stored[0]


def test_stopping_it_ends_the_server_and_not_only_the_script_that_started_it(tmp_path: Path) -> None:
    running = Postfix.next_hop(tmp_path / "p", "office.example", ["anne@office.example"])
    running.stop()
    with pytest.raises(ConnectionRefusedError):
        answers(running.port)
