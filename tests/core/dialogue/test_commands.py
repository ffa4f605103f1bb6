from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.core.address import ForwardPath, Mailbox, ReversePath
from gateway.core.dialogue import commands
from gateway.core.dialogue.capabilities import Capabilities
from gateway.core.envelope import Envelope, Notify, Recipient
from tests.support.values import recipient, reverse_path

ALL = Capabilities(frozenset({"SIZE", "8BITMIME", "SMTPUTF8", "DSN", "PIPELINING"}))
NOTHING = Capabilities()
ENVELOPE = Envelope(reverse_path(), (recipient(),), "8BITMIME", False, 99, "HDRS", "QQ314159")


def test_mail_says_what_the_server_announced() -> None:
    line = commands.mail(ENVELOPE, ALL, 1234, smtputf8=True)
    assert line == (b"MAIL FROM:<ann@sender.example> SIZE=1234 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ314159\r\n")


def test_mail_says_nothing_that_was_not_announced() -> None:
    """Dovecot's LMTP: 555 5.5.4 Unsupported parameters."""
    assert commands.mail(ENVELOPE, NOTHING, 1234, smtputf8=False) == b"MAIL FROM:<ann@sender.example>\r\n"


def test_7bit_is_the_default_and_is_not_said() -> None:
    assert b"BODY" not in commands.mail(replace(ENVELOPE, body="7BIT"), ALL, 1, smtputf8=False)


def test_the_null_reverse_path_stays_null() -> None:
    envelope = Envelope(reverse_path(""))
    assert commands.mail(envelope, NOTHING, 1, smtputf8=False) == b"MAIL FROM:<>\r\n"


def test_rcpt_carries_the_dsn_parameters_only_where_dsn_was_announced() -> None:
    asked = replace(recipient(), notify=frozenset({Notify.FAILURE, Notify.DELAY}), orcpt="rfc822;bob@office.example")
    assert commands.rcpt(asked, ALL) == (
        b"RCPT TO:<bob@office.example> NOTIFY=DELAY,FAILURE ORCPT=rfc822;bob@office.example\r\n"
    )
    assert commands.rcpt(asked, NOTHING) == b"RCPT TO:<bob@office.example>\r\n"


def test_case_and_quotes_of_an_address_are_kept() -> None:
    quoted = Recipient(ForwardPath(Mailbox('"Bob > x"', "Office.Example", "office.example")))
    assert commands.rcpt(quoted, NOTHING) == b'RCPT TO:<"Bob > x"@Office.Example>\r\n'


def test_an_idn_domain_goes_as_a_labels() -> None:
    path = ReversePath(Mailbox("ann", "b\u00fcro.example", "xn--bro-hoa.example"))
    assert commands.mail(Envelope(path), NOTHING, 1, smtputf8=False) == b"MAIL FROM:<ann@xn--bro-hoa.example>\r\n"
    assert not commands.needs_smtputf8(path.mailbox)


def test_a_local_part_beyond_ascii_goes_as_utf_8() -> None:
    path = ForwardPath(Mailbox("ren\u00e9", "office.example", "office.example"))
    assert commands.rcpt(Recipient(path), ALL) == "RCPT TO:<ren\u00e9@office.example>\r\n".encode()
    assert commands.needs_smtputf8(path.mailbox)


def test_the_bare_postmaster_has_no_domain() -> None:
    assert commands.rcpt(recipient("postmaster"), ALL) == b"RCPT TO:<postmaster>\r\n"


@pytest.mark.parametrize("local_part", ["a\r\nDATA", "a\nb", "a\0b", "a\x7fb"])
def test_a_control_character_is_never_sent(local_part: str) -> None:
    hostile = Recipient(ForwardPath(Mailbox(local_part, "office.example", "office.example")))
    with pytest.raises(ValueError, match="control character"):
        commands.rcpt(hostile, NOTHING)
