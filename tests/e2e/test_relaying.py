"""Every known way to make a gateway relay for a stranger, tried on the real one (reliability.md §5)."""

from __future__ import annotations

import socket

import pytest

from tests.office.peers import Office
from tests.office.world import PIRATE
from tests.support.smtpclient import RawClient

OURS, THEIRS = "office.example", "victim.example"
KNOWN = f"anne@{OURS}"

ELSEWHERE = [
    f"<eve@{THEIRS}>",
    f"<eve@{THEIRS.upper()}>",
    f"<eve@sub.{OURS}>",
    f"<eve@{OURS}.{THEIRS}>",
    f"<eve@x{OURS}>",
    f"<eve%{THEIRS}@{OURS}>",
    f"<eve%{THEIRS}%{OURS}@{OURS}>",
    f"<anne%{OURS}@{THEIRS}>",
    f"<{THEIRS}!eve@{OURS}>",
    f"<{OURS}!{THEIRS}!eve@{OURS}>",
    f"<{THEIRS}!eve>",
    f'<"eve@{THEIRS}"@{OURS}>',
    f'<"eve%{THEIRS}"@{OURS}>',
    f'<"{THEIRS}!eve"@{OURS}>',
    f'<"eve\\@{THEIRS}"@{OURS}>',
    f'<"anne@{OURS}"@{THEIRS}>',
    f"<@{OURS}:eve@{THEIRS}>",
    f"<@{OURS},@{THEIRS}:eve@{THEIRS}>",
    f"<@{THEIRS}:eve@{THEIRS}>",
    f"<@{OURS}:eve%{THEIRS}@{OURS}>",
    f"<@{OURS}:@{THEIRS}:eve@{THEIRS}>",
    f"<eve@{THEIRS}@{OURS}>",
    f"<anne@{OURS}@{THEIRS}>",
    f"<eve@{THEIRS},anne@{OURS}>",
    f"<eve@{THEIRS}> <anne@{OURS}>",
    f"eve@{THEIRS}",
    f"<eve@{THEIRS}",
    f"eve@{THEIRS}>",
    f"<<eve@{THEIRS}>>",
    f"<anne@{OURS}\\n>",
    "<eve@[127.0.0.1]>",
    "<anne@[127.0.0.1]>",
    "<eve@[IPv6:::1]>",
    "<eve@127.0.0.1>",
    "<eve@localhost>",
    "<eve@mx.office.example>",
    f"<eve@{OURS}.>",
    f"<eve@.{OURS}>",
    f"<eve@{OURS}..>",
    f"<eve {KNOWN}@{THEIRS}>",
    f"<(x)eve@{THEIRS}>",
    f"<eve@{THEIRS}(x)>",
    f"<eve@{THEIRS} >",
    "<eve>",
    "<eve@>",
    f"<@{OURS}>",
    "<@>",
    "<>",
    "< >",
    f"<=?utf-8?q?eve=40{THEIRS}?=@{THEIRS}>",
    f"<=?utf-8?b?ZXZlQHZpY3RpbS5leGFtcGxl?=@{THEIRS}>",
    f"<root@{THEIRS}>",
    f"<postmaster@{THEIRS}>",
    f"<|/bin/sh@{THEIRS}>",
    f"<../../etc/passwd@{THEIRS}>",
    f"<-bounce@{THEIRS}>",
]
FROM = [f"<eve@{THEIRS}>", f"<anne@{OURS}>", "<>", f"<postmaster@{OURS}>"]


async def greeted(office: Office, mail_from: str) -> RawClient:
    client = await RawClient.connect(office.gateway.port, source=PIRATE.address)
    assert (await client.reply()).startswith("220 ")
    assert (await client.ask(f"EHLO {PIRATE.name}")).startswith("250")
    assert (await client.ask(f"MAIL FROM:{mail_from}")).startswith("250")
    return client


@pytest.mark.parametrize("mail_from", FROM)
async def test_no_form_of_address_relays_for_a_stranger(office: Office, mail_from: str) -> None:
    taken = []
    # A refused recipient too many ends a connection, so every few of them have one of their own.
    for start in range(0, len(ELSEWHERE), 5):
        client = await greeted(office, mail_from)
        for form in ELSEWHERE[start : start + 5]:
            reply = await client.ask(f"RCPT TO:{form}")
            if not reply.startswith("5"):
                taken.append((form, reply))
        await client.ask("QUIT")
        client.writer.close()
    assert taken == []


async def test_a_user_of_ours_is_still_reached(office: Office) -> None:
    client = await greeted(office, FROM[0])
    for form in (f"<{KNOWN}>", f"<ANNE@{OURS.upper()}>", f"<@{THEIRS}:{KNOWN}>", "<postmaster>"):
        assert (await client.ask(f"RCPT TO:{form}")).startswith("250"), form
    client.writer.close()


@pytest.mark.parametrize(
    "command",
    ["VRFY eve", "EXPN staff", "ETRN victim.example", "TURN", "SEND FROM:<a@b.example>", "SAML FROM:<a@b.example>"],
)
async def test_no_other_command_tells_or_sends_anything(office: Office, command: str) -> None:
    client = await greeted(office, "<>")
    reply = await client.ask(command)
    assert reply.startswith(("252", "5"))
    assert "eve" not in reply
    client.writer.close()


async def test_the_gateway_dials_nobody_for_a_refused_recipient(office: Office) -> None:
    with socket.socket() as trap:
        trap.bind(("127.0.0.77", 0))
        trap.listen()
        trap.setblocking(False)
        client = await greeted(office, "<>")
        assert (await client.ask(f"RCPT TO:<eve@[127.0.0.77]:{trap.getsockname()[1]}>")).startswith("5")
        assert (await client.ask("RCPT TO:<eve@[127.0.0.77]>")).startswith("5")
        client.writer.close()
        with pytest.raises(BlockingIOError):
            trap.accept()
