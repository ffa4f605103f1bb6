"""Real Postfix on both sides: as the world's mail server, and as the office's."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.office.peers import Office
from tests.office.world import FREEMAIL, SHOP
from tests.support.gateway import Gateway
from tests.support.postfix import Postfix
from tests.support.process import NotStarted, find_program
from tests.support.swaks import swaks
from tests.support.waiting import until

if os.geteuid() != 0:
    pytest.skip("Postfix can only be started by root", allow_module_level=True)
try:
    find_program("postfix")
except NotStarted as missing:
    pytest.skip(str(missing), allow_module_level=True)

MESSAGE = (
    "From: Hélène <helene@freemail.example>\r\nTo: anne@office.example\r\nSubject: Déjà vu\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    "Bonjour à tous.\r\n.point\r\n"
).encode()


@pytest.fixture(scope="module")
def sender(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postfix]:
    """A Postfix of the provider of mailboxes, which sends to our gateway."""
    folder = tmp_path_factory.mktemp("sender")
    running = Postfix.sender(folder, office.gateway.port, hostname=FREEMAIL.name, address=FREEMAIL.address)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postfix]:
    """A Postfix as the office's own server."""
    running = Postfix.next_hop(tmp_path_factory.mktemp("server"), "office.example", ["anne@office.example"])
    yield running
    running.stop()


@pytest.fixture(scope="module")
def before_postfix(office: Office, server: Postfix, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A second gateway: SMTP to Postfix, which is asked who exists."""
    settings = f"""\
hostname = "mx.office.example"
postmaster = "it@office.example"
[dns]
servers = ["{office.dns.address}"]
[rspamd]
scan_socket = "{office.rspamd.scan_socket}"
controller_socket = "{office.rspamd.controller_socket}"
[backend.postfix]
hosts = ["127.0.0.1:{server.port}"]
[domain."office.example"]
backend = "postfix"
recipient_verification = {{ method = "callout" }}
"""
    running = Gateway.start(tmp_path_factory.mktemp("gateway"), settings)
    yield running
    running.stop()


def test_what_postfix_sends_arrives_byte_for_byte_and_encrypted(office: Office, sender: Postfix) -> None:
    sender.submit("helene@freemail.example", ["anne@office.example"], MESSAGE)
    (stored,) = until(lambda: office.dovecot.messages("anne@office.example"), "Postfix has delivered", seconds=60)
    assert stored.endswith(MESSAGE.partition(b"\r\n\r\n")[2])
    assert b"with ESMTPS" in stored
    assert b"spf=pass" in stored


def test_postfix_bounces_to_its_own_user_what_we_refuse(office: Office, sender: Postfix) -> None:
    sender.submit("helene@freemail.example", ["zoe@office.example"], MESSAGE)
    until(lambda: "status=bounced" in sender.log.read_text(), "Postfix has the refusal", seconds=60)
    assert "dsn=5.1.1" in sender.log.read_text()


def test_postfix_as_the_office_server_gets_the_message_byte_for_byte(before_postfix: Gateway, server: Postfix) -> None:
    done = swaks(
        before_postfix.port,
        *("--from", "sales@shop.example", "--helo", SHOP.name, "--local-interface", SHOP.address),
        *("--to", "anne@office.example", "--header", "Subject: to Postfix", "--body", "one\\ntwo"),
    )
    assert done.exit_code == 0, done
    (stored,) = until(lambda: server.messages("anne@office.example"), "Postfix has stored it")
    assert stored.rstrip().endswith(b"one\r\ntwo")
    assert b"Received: from mail.shop.example" in stored
    assert b"\r\nX-Poterne-Id: " in stored


def test_whom_postfix_does_not_know_is_refused_at_rcpt(before_postfix: Gateway) -> None:
    done = swaks(
        before_postfix.port,
        *("--from", "sales@shop.example", "--helo", SHOP.name, "--local-interface", SHOP.address),
        *("--to", "zoe@office.example", "--quit-after", "RCPT"),
    )
    assert any(reply.startswith("550 5.1.1 ") for reply in done.replies()), done
