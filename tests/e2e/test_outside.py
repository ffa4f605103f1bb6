"""Mail that leaves by the real gateway: to servers of other domains that its own DNS names, and what senders hear."""

from __future__ import annotations

import asyncio
import email
import email.policy
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest

from tests.support.dnsthread import DnsThread
from tests.support.gateway import Gateway
from tests.support.nexthop import NextHop, Profile, running
from tests.support.ports import free_port
from tests.support.smtpclient import RawClient

EXCHANGE, STRANGER, FORGER = "127.0.0.30", "127.0.0.40", "127.0.0.41"
PARTNER, ANN_AWAY = "127.0.0.52", "127.0.0.53"
ZONE = f"""
partner.example MX 10 dead.partner.example
partner.example MX 20 mx.partner.example
dead.partner.example A 127.0.0.51
mx.partner.example A {PARTNER}
nomail.example MX 0 .
circle.example MX 10 mx.circle.example
mx.circle.example A 127.0.0.1
sender.example TXT "v=spf1 ip4:{STRANGER} -all"
sender.example MX 10 mx.sender.example
mx.sender.example A {ANN_AWAY}
innocent.example TXT "v=spf1 ip4:127.0.0.99 -all"
innocent.example MX 10 mx.sender.example
"""
SETTINGS = """
hostname = "mx.office.example"
postmaster = "it@office.example"
[dns]
servers = ["{dns}"]
[failure]
rspamd = "mark"
[limits]
messages_per_minute = 100000
recipients_per_minute = 100000
[rspamd]
scan_socket = "/nonexistent/scan.sock"
controller_socket = "/nonexistent/controller.sock"
[backend.exchange]
hosts = ["{exchange}"]
[domain."office.example"]
backend = "exchange"
acceptance = "queue"
recipient_verification = {{ method = "list", addresses = ["ann", "late", "it"] }}
[[relay_client]]
name = "exchange"
addresses = ["{source}"]
sender_domains = ["office.example"]
[[outbound_route]]
next_hop = "direct"
"""
UNKNOWN = {"nobody@partner.example": "550 5.1.1 <nobody@partner.example>: no such user here"}
LATE = {"late@office.example": "550 5.1.1 gone"}


@dataclass(frozen=True)
class World:
    """The gateway, the office's server behind it, and the servers of two other domains."""

    gateway: Gateway
    exchange: NextHop
    partner: NextHop
    away: NextHop

    async def asked(self, *verb: str) -> Any:
        return await asyncio.to_thread(self.gateway.ask, *verb)

    async def waiting(self) -> int:
        return len((await self.asked("queue", "list"))["items"])


async def until(question: Callable[[], Any], what: str, seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while True:
            answer = question()
            if await answer if asyncio.iscoroutine(answer) else answer:
                return
            await asyncio.sleep(0.005)
    raise AssertionError(what)


@asynccontextmanager
async def world(folder: Path) -> AsyncIterator[World]:
    dns, port = DnsThread(ZONE), free_port()
    async with AsyncExitStack() as stack:
        stack.callback(dns.stop)
        exchange = await stack.enter_async_context(running(Profile(recipients=LATE)))
        partner = await stack.enter_async_context(running(Profile(recipients=UNKNOWN), host=PARTNER, port=port))
        away = await stack.enter_async_context(running(host=ANN_AWAY, port=port))
        settings = SETTINGS.format(dns=dns.address, exchange=exchange.address, source=EXCHANGE)
        program = (sys.executable, "-m", "tests.support.smallworld", str(port), "127.0.0.1")
        gateway = await asyncio.to_thread(lambda: Gateway.start(folder, settings, program=program))
        try:
            yield World(gateway, exchange, partner, away)
        finally:
            await asyncio.to_thread(gateway.stop)


async def send(
    at: World, *recipients: str, sender: str = "ann@office.example", source: str = EXCHANGE, count: int = 1
) -> list[str]:
    """The replies to the final dots."""
    client = await RawClient.connect(at.gateway.port, source=source)
    assert (await client.reply()).startswith("220 ")
    assert (await client.ask("EHLO exchange.office.example")).startswith("250")
    replies = []
    for number in range(count):
        assert (await client.ask(f"MAIL FROM:<{sender.format(number)}>")).startswith("250")
        for each in recipients:
            assert (await client.ask(f"RCPT TO:<{each}>")).startswith("250"), each
        letter = f"From: <{sender.format(number) or 'postmaster@office.example'}>\r\nTo: <{recipients[0]}>\r\n"
        letter += f"Subject: Number {number}\r\nMessage-ID: <{number}@office.example>\r\n"
        letter += "X-Poterne-Verdict: guess spam\r\n\r\nHello\r\n.\r\n"
        replies.append(await client.send(letter.encode()))
    client.writer.close()
    return replies


def report(octets: bytes) -> tuple[EmailMessage, list[Any]]:
    """A notice, and the fields of each recipient."""
    message = cast(EmailMessage, email.message_from_bytes(octets, policy=email.policy.default))
    _, programs, _ = message.iter_parts()
    return message, programs.get_payload()[1:]


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as running_world:
        yield running_world


async def test_mail_leaves_for_the_server_that_answers_and_carries_nothing_of_ours(at: World) -> None:
    assert (await send(at, "eve@partner.example"))[0].startswith("250")
    await until(lambda: at.partner.messages, "it arrived")
    (stored,) = at.partner.messages
    assert stored.recipients == ("eve@partner.example",)
    assert stored.mail.startswith("MAIL FROM:<ann@office.example>")
    assert b"oterne" not in stored.octets.replace(b"Poterne-like", b"")
    assert stored.octets.startswith(b"Received: from exchange.office.example (")
    assert b"\tby mx.office.example with ESMTP" in stored.octets
    await until(lambda: at.asked("messages", "list"), "history")
    assert at.exchange.messages == []


async def test_inside_and_outside_in_one_transaction_go_the_same_way_and_each_arrives_once(at: World) -> None:
    await send(at, "eve@partner.example", "it@office.example")
    await until(lambda: at.partner.messages and at.exchange.messages, "both arrived")
    assert [each.recipients for each in at.exchange.messages] == [("it@office.example",)]
    assert b"X-Poterne-Id" in at.exchange.messages[0].octets
    assert b"guess spam" not in at.exchange.messages[0].octets


@pytest.mark.parametrize(
    ("recipient", "status", "word"),
    [
        ("nobody@partner.example", "5.1.1", "no such user here"),
        ("eve@nomail.example", "5.1.10", "takes no mail"),
        ("eve@circle.example", "5.4.6", "circle"),
        ("eve@nowhere.example", "5.1.2", "does not exist"),
    ],
)
async def test_office_people_hear_what_became_of_their_mail(at: World, recipient: str, status: str, word: str) -> None:
    reply = (await send(at, recipient))[0]
    code = reply.rpartition("[")[2].rstrip("]")
    await until(lambda: at.exchange.messages, "the notice arrived")
    (stored,) = at.exchange.messages
    assert stored.mail.startswith("MAIL FROM:<>")
    assert stored.recipients == ("ann@office.example",)
    message, (fields,) = report(stored.octets)
    assert (message["Auto-Submitted"], message["In-Reply-To"]) == ("auto-replied", "<0@office.example>")
    assert code in message["Subject"]
    assert fields["Final-Recipient"] == f"rfc822; {recipient}"
    assert (fields["Action"], fields["Status"]) == ("failed", status)
    assert word in fields["Diagnostic-Code"]
    await until(lambda: _is_empty(at), "the queue is empty")


async def _is_empty(at: World) -> bool:
    return await at.waiting() == 0


async def test_a_stranger_who_is_proven_hears_of_a_late_refusal(at: World) -> None:
    await send(at, "late@office.example", sender="ann@sender.example", source=STRANGER)
    await until(lambda: at.away.messages, "the notice arrived")
    (stored,) = at.away.messages
    assert (stored.mail.split(" SIZE")[0], stored.recipients) == ("MAIL FROM:<>", ("ann@sender.example",))
    _, (fields,) = report(stored.octets)
    assert (fields["Status"], fields["Diagnostic-Code"]) == ("5.1.1", "smtp; 550 5.1.1")
    assert b"gone" not in stored.octets, "what our own server says is for the admin"
    assert b"X-Poterne-Verdict" not in stored.octets


async def test_a_thousand_messages_with_forged_senders_refused_late_make_no_notice(at: World) -> None:
    replies = await send(at, "late@office.example", sender="victim{}@innocent.example", source=FORGER, count=1_000)
    assert len([reply for reply in replies if reply.startswith("250")]) == 1_000
    await until(lambda: _is_empty(at), "all were refused", seconds=120)
    assert at.away.messages == []
    assert at.away.sessions == []
    held = await at.asked("quarantine", "list", "--all")
    assert len(held["items"]) == 1_000


async def test_a_storm_of_notices_from_our_own_server_is_held_after_twenty(at: World) -> None:
    replies = await send(at, "eve@partner.example", sender="", count=25)
    assert all(reply.startswith("250") for reply in replies)
    await until(lambda: len(at.partner.messages) == 20, "twenty left")
    items = (await at.asked("queue", "list"))["items"]
    assert [each["state"] for each in items] == ["held"] * 5
    assert "more than 20 notices an hour from exchange" in items[0]["cause"]
    assert "is on hold" in at.gateway.log.read_text()
