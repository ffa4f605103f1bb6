from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from gateway.app.rehearsal import Rehearsal, RehearsalError, Sent, open_rehearsal
from gateway.config.schema import Dns, Settings
from tests.support.dnsserver import DnsServer

ZONE = """
sender.example TXT "v=spf1 ip4:192.0.2.7 -all"
_dmarc.sender.example TXT "v=DMARC1; p=reject"
sender.example A 192.0.2.7
"""
MESSAGE = b"From: ann@sender.example\nTo: bob@office.example\nSubject: Hello\n\nHello Bob\n"


@asynccontextmanager
async def rehearsal() -> AsyncIterator[Rehearsal]:
    async with DnsServer.of(ZONE) as dns:
        settings = Settings("mx.office.example", "it@office.example", dns=Dns((dns.address,), 2.0))
        async with open_rehearsal(settings, with_rspamd=False) as made:
            yield made


def part(found: Mapping[str, object], name: str) -> Any:
    return cast(Any, found[name])


async def test_a_file_is_judged_as_it_would_be_at_the_door() -> None:
    async with rehearsal() as made:
        found = await made.of(Sent(MESSAGE, "192.0.2.7", "mail.sender.example", "ann@sender.example"))
    assert found["verdict"] == "accept"
    assert found["flags"] == ["unscanned"]
    assert found["spf"] == {"result": "pass", "domain": "sender.example"}
    assert found["dkim"] == []
    assert found["arc"] == {"result": "none"}
    assert found["dmarc"] == {
        "result": "pass",
        "policy": "reject",
        "domain": "sender.example",
        "record_domain": "sender.example",
    }
    assert set(part(found, "reasons")[0]) == {"name", "score", "text"}


async def test_a_forgery_is_held_and_says_why() -> None:
    async with rehearsal() as made:
        found = await made.of(Sent(MESSAGE, "203.0.113.9", "x.evil.example", "ann@sender.example"))
    assert (found["verdict"], part(found, "reasons")[0]["name"]) == ("quarantine", "dmarc-reject")


async def test_without_an_address_nothing_is_said_of_the_origin() -> None:
    async with rehearsal() as made:
        found = await made.of(Sent(MESSAGE))
    assert part(found, "spf")["result"] == "none"


async def test_helo_is_what_spf_speaks_of_for_the_null_reverse_path() -> None:
    async with rehearsal() as made:
        found = await made.of(Sent(MESSAGE, "192.0.2.7", "sender.example", "<>"))
    assert found["spf"] == {"result": "pass", "domain": "sender.example"}


@pytest.mark.parametrize(
    "sent",
    [
        Sent(b""),
        Sent(MESSAGE, "no address"),
        Sent(MESSAGE, mail_from="a b@c.example"),
        Sent(MESSAGE, recipients=("<>",)),
        Sent(b"A: 1\n" * 3_000 + b"\nbody\n"),
    ],
)
async def test_what_can_not_be_judged_says_why(sent: Sent) -> None:
    async with rehearsal() as made:
        with pytest.raises(RehearsalError):
            await made.of(sent)
