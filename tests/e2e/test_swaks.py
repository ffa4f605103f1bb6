"""swaks, the tester's own client, through the gateway into Dovecot."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.office.peers import Office
from tests.office.world import FREEMAIL, FULL
from tests.support.swaks import Conversation, swaks
from tests.support.waiting import until

PLAIN = b"From: Paul <paul@freemail.example>\r\nTo: anne@office.example\r\nSubject: Hello\r\n\r\nHow are you?\r\n"


def _swaks(
    office: Office, message: bytes, tmp_path: Path, *arguments: str, to: str = "anne@office.example"
) -> Conversation:
    file = tmp_path / "message"
    file.write_bytes(message)
    who = ("--from", "paul@freemail.example", "--helo", FREEMAIL.name, "--local-interface", FREEMAIL.address)
    return swaks(office.gateway.port, *who, "--to", to, "--data", f"@{file}", "--no-data-fixup", *arguments)


def _message(body: bytes) -> bytes:
    return PLAIN.replace(b"How are you?\r\n", body)


@pytest.mark.parametrize(
    "message",
    [
        PLAIN,
        _message(b"x" * 5_000 + b"\r\nand another line\r\n"),
        _message(b"caf\xc3\xa9 and \xe9\xe8\xff in latin-1\r\n"),
        _message(b"\r\n\r\n  spaces and\ttabs  \r\n\r\n\r\n"),
        _message(b"0123456789abcdef\r\n" * 20_000),
    ],
    ids=["plain", "a line of 5000", "eight bits", "white space", "350 kB"],
)
def test_a_message_arrives_byte_for_byte_below_what_we_add(office: Office, tmp_path: Path, message: bytes) -> None:
    conversation = _swaks(office, message + b".", tmp_path)
    assert conversation.exit_code == 0, conversation
    (stored,) = office.dovecot.messages("anne@office.example")
    assert stored.endswith(b"\r\n" + message)
    assert b"Received: from mail.freemail.example" in stored.removesuffix(message)


def test_lines_that_begin_with_a_dot_arrive_as_they_were(office: Office, tmp_path: Path) -> None:
    conversation = _swaks(office, _message(b"..one\r\n...two\r\n.. \r\n") + b".", tmp_path)
    assert conversation.exit_code == 0, conversation
    (stored,) = office.dovecot.messages("anne@office.example")
    assert stored.endswith(b"\r\n\r\n.one\r\n..two\r\n. \r\n")


def test_starttls_is_offered_and_the_received_field_says_so(office: Office, tmp_path: Path) -> None:
    conversation = _swaks(office, PLAIN + b".", tmp_path, "--tls")
    assert conversation.exit_code == 0, conversation
    assert any("TLS started" in line for line in conversation.lines)
    (stored,) = office.dovecot.messages("anne@office.example")
    assert b"with ESMTPS" in stored
    assert b"TLSv1." in stored or b"TLS1" in stored


def test_an_unknown_user_is_refused_at_rcpt(office: Office, tmp_path: Path) -> None:
    conversation = _swaks(office, PLAIN + b".", tmp_path, to="zoe@office.example")
    assert conversation.exit_code != 0
    assert any(reply.startswith("550 5.1.1 ") for reply in conversation.replies()), conversation


def test_a_foreign_domain_is_refused_as_relaying(office: Office, tmp_path: Path) -> None:
    conversation = _swaks(office, PLAIN + b".", tmp_path, to="somebody@bank.example")
    assert conversation.exit_code != 0
    assert any(reply.startswith(("550 5.7.1 ", "554 5.7.1 ")) for reply in conversation.replies()), conversation


def test_one_full_mailbox_among_three_does_not_stop_the_others(office: Office, tmp_path: Path) -> None:
    message = _message(b"a line of the report\r\n" * 2_000)
    everybody = f"anne@office.example,{FULL},bruno@office.example"
    conversation = _swaks(office, message + b".", tmp_path, to=everybody)
    assert conversation.exit_code == 0, conversation
    for user in ("anne@office.example", "bruno@office.example"):
        (stored,) = office.dovecot.messages(user)
        assert stored.endswith(message)
    assert office.dovecot.messages(FULL) == []
    row = until(lambda: [row for row in office.gateway.messages() if row["recipient_count"] == 3], "history has it")[0]
    fates = {
        each["recipient"]: each["state"] for each in office.gateway.ask("messages", "show", row["code"])["recipients"]
    }
    assert fates == {"anne@office.example": "delivered", FULL: "spooled", "bruno@office.example": "delivered"}
    # 250 was said for all three, so the third copy must be on disk until its mailbox has room.
    kept = [path for path in (office.gateway.config.parent / "state" / "messages").rglob("*") if path.is_file()]
    assert any(message in path.read_bytes() for path in kept)


def test_postmaster_without_a_domain_is_known(office: Office, tmp_path: Path) -> None:
    conversation = _swaks(office, PLAIN + b".", tmp_path, to="postmaster")
    assert conversation.exit_code == 0, conversation
    assert any(stored.endswith(PLAIN) for stored in office.dovecot.messages("it@office.example"))
