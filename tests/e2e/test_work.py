"""The work in hand against the real daemon: the queue, dead letters, the test, the bypass, what is forgotten."""

from __future__ import annotations

import asyncio
import smtplib
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.office.peers import Office
from tests.support.dnsthread import DnsThread
from tests.support.exchange import BACK_PRESSURE, BACK_PRESSURE_CLOSED, EXCHANGE
from tests.support.gateway import COMMAND, ROOT, Gateway
from tests.support.nexthop import NextHop, Profile
from tests.support.nexthop import running as running_hop
from tests.support.unixpeer import ScriptedPeer, json_reply

BOB = "bob@office.example"
ZONE = "sender.example A 127.0.0.1\n"
CLEAN = json_reply('{"action":"no action","score":1.5,"version":"3.8","symbols":{"A":{"score":1.5}}}')
SPAM = json_reply('{"action":"reject","score":30.0,"version":"3.8","symbols":{"A":{"score":30.0}}}')
SETTINGS = """
hostname = "mx.office.example"
postmaster = "it@office.example"
[dns]
servers = ["{dns}"]
timeout_seconds = 2
[rspamd]
scan_socket = "{rspamd}"
controller_socket = "{rspamd}"
[failure]
rspamd = "mark"
[backend.exchange]
hosts = ["{hop}"]
tls = {{ mode = "none" }}
[domain."office.example"]
backend = "exchange"
recipient_verification = {{ method = "list", addresses = ["bob", "it"] }}
"""


@dataclass
class House:
    """A gateway as a process, before a scripted server and behind a scripted scanner."""

    gateway: Gateway
    hop: NextHop

    async def poterne(self, *verb: str) -> tuple[int, str]:
        """A verb's exit code and what it printed."""
        command = [*COMMAND, *verb, "--config", str(self.gateway.config)]
        done = await asyncio.to_thread(
            subprocess.run, command, cwd=ROOT, capture_output=True, text=True, timeout=90, check=False
        )
        return done.returncode, done.stdout + done.stderr

    async def ask(self, *verb: str) -> Any:
        return await asyncio.to_thread(self.gateway.ask, *verb)

    async def send(self, to: str = BOB, sender: str = "ann@sender.example") -> str:
        """Send one; the code in our reply. Raises SMTPResponseException where it is refused."""
        return await asyncio.to_thread(self._send, to, sender)

    async def until(self, *verb: str, is_so: Any) -> Any:
        """Ask until it is so: the daemon has a clock of its own."""
        async with asyncio.timeout(45):
            while not is_so(answer := await self.ask(*verb)):
                pass  # each question takes a process, so this does not run hot
        return answer

    def _send(self, to: str, sender: str) -> str:
        with smtplib.SMTP("127.0.0.1", self.gateway.port, "mail.sender.example", timeout=60) as client:
            client.ehlo()
            for code, reply in (client.mail(sender), client.rcpt(to)):
                if code != 250:
                    raise smtplib.SMTPResponseException(code, reply)
            code, reply = client.data(f"From: {sender}\r\nTo: {to}\r\nSubject: Hello\r\n\r\nHello\r\n")
            if code != 250:
                raise smtplib.SMTPResponseException(code, reply)
            return reply.decode().rpartition("[")[2].rstrip("]")


@asynccontextmanager
async def house(folder: Path, profile: Profile = EXCHANGE, scan: bytes = CLEAN) -> AsyncIterator[House]:
    dns = DnsThread(ZONE)
    try:
        async with running_hop(profile) as hop, ScriptedPeer(folder, scan) as rspamd:
            settings = SETTINGS.format(dns=dns.address, rspamd=rspamd.address, hop=hop.address)
            gateway = await asyncio.to_thread(Gateway.start, folder, settings)
            try:
                yield House(gateway, hop)
            finally:
                await asyncio.to_thread(gateway.stop)
    finally:
        dns.stop()


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Short: a socket's path has 107 octets at most."""
    return tmp_path_factory.mktemp("w")


async def test_a_message_that_waits_is_shown_retried_and_its_history_says_where_it_went(folder: Path) -> None:
    async with house(folder, BACK_PRESSURE_CLOSED) as at:
        code = await at.send()
        (shown,) = (await at.ask("messages", "show", code))["recipients"]
        assert shown["state"] == "spooled"
        listed = await at.until("queue", "list", is_so=lambda queue: queue["waiting"] and queue["items"][0]["attempts"])
        assert listed["waiting"][0]["text"].startswith("1 waits for 127.0.0.1: 421 4.3.2 Service not available")
        assert listed["waiting"][0]["text"] in " ".join((await at.poterne("status"))[1].split())
        at.hop.profile = EXCHANGE
        assert (await at.poterne("queue", "retry", code))[0] in (0, 1)  # 1 when the gateway was quicker
        await at.until("queue", "list", is_so=lambda queue: not queue["items"])
        (shown,) = (await at.ask("messages", "show", code))["recipients"]
        assert shown["state"] == "delivered"
        assert "InternalId=5111011082268" in shown["hop_reply"]
        (listed,) = (await at.ask("messages", "list"))["items"]
        assert (listed["code"], listed["state"]) == (code, "delivered")
        assert len(at.hop.messages) == 1


async def test_what_is_held_and_dropped_reaches_nobody_until_somebody_brings_it_back(folder: Path) -> None:
    async with house(folder, BACK_PRESSURE_CLOSED) as at:
        code = await at.send()
        assert (await at.poterne("queue", "hold", code))[0] == 0
        assert (await at.ask("queue", "show", code))["items"][0]["state"] == "held"
        assert (await at.poterne("queue", "drop", code))[0] == 2
        assert (await at.poterne("queue", "drop", code, "--yes"))[0] == 0
        assert "Nothing waits" in (await at.poterne("queue", "list"))[1]
        assert [each["code"] for each in (await at.ask("dead", "list"))["items"]] == [code]
        assert (await at.ask("messages", "show", code))["recipients"][0]["state"] == "dead"
        assert "Dead letters: 1." in (await at.poterne("status"))[1]
        at.hop.profile = EXCHANGE
        assert (await at.poterne("dead", "retry", code))[0] == 0
        await at.until("messages", "show", code, is_so=lambda shown: shown["recipients"][0]["state"] == "delivered")
        assert (await at.poterne("dead", "delete", code, "--yes"))[0] == 1
        assert len(at.hop.messages) == 1


async def test_the_chain_is_tested_with_a_message_that_reaches_nobody_or_a_mailbox(folder: Path) -> None:
    async with house(folder, scan=SPAM) as at:
        report = await at.ask("test")
        assert [(step["name"], step["done"]) for step in report["steps"]] == [
            ("send", True),
            ("judge", True),
            ("deliver", True),
            ("server", True),
            ("record", True),
        ]
        assert "verdict" in report["steps"][1]["text"]
        assert all(step["elapsed_ms"] > 0 for step in report["steps"][:3])
        assert {"spf", "dkim", "dmarc", "rspamd"} <= {check for check, _ in report["checks"]}
        assert any(each.startswith("Authentication-Results: mx.office.example") for each in report["fields"])
        assert at.hop.messages == []
        code, printed = await at.poterne("test", "--to", "it@office.example")
        assert code == 0, printed
        assert "The chain works." in printed
        assert [message.recipients for message in at.hop.messages] == [("it@office.example",)]
        assert (await at.poterne("test", "--to", "nobody@office.example"))[0] == 1
        at.hop.profile = BACK_PRESSURE
        code, printed = await at.poterne("test", "--to", "it@office.example")
        assert (code, "FAILED  handed on" in printed) == (1, True), printed


async def test_the_bypass_lets_spam_through_marked_and_ends(folder: Path) -> None:
    async with house(folder, scan=SPAM) as at:
        with pytest.raises(smtplib.SMTPResponseException, match="554"):
            await at.send()
        assert (await at.poterne("bypass", "on", "--for", "10m"))[0] == 0
        code, status = await at.poterne("status", "--check")
        assert (code, "The filter is OFF until" in status) == (0, True)
        passed = await at.send()
        assert b"X-Poterne-Reasons: bypassed" in at.hop.messages[0].octets
        assert (await at.ask("messages", "show", passed))["recipients"][0]["flags"] == ["bypassed"]
        for to in ("eve@office.example", "eve@elsewhere.example"):
            with pytest.raises(smtplib.SMTPResponseException, match="550"):
                await at.send(to)
        assert (await at.poterne("bypass", "off"))[0] == 0
        with pytest.raises(smtplib.SMTPResponseException, match="554"):
            await at.send()
        assert "the bypass is on" in at.gateway.log.read_text()


async def test_an_address_is_forgotten_and_what_keeps_it_is_said(folder: Path) -> None:
    async with house(folder, BACK_PRESSURE_CLOSED) as at:
        code = await at.send(sender="rene@sender.example")
        forgotten = await at.ask("history", "forget", "rene@sender.example", "--yes")
        assert forgotten["rows"] >= 1
        assert forgotten["queued"] == 1
        shown = await at.ask("messages", "show", code)
        assert (shown["summary"]["reverse_path"], shown["summary"]["subject"]) == ("forgotten", "")
        assert (await at.ask("messages", "list", "--search", "rene@sender.example"))["items"] == []


async def test_a_queue_without_its_database_comes_back_from_its_files(folder: Path) -> None:
    async with house(folder, BACK_PRESSURE_CLOSED) as at:
        code = await at.send()
        state = folder / "state"
        (kept,) = (state / "messages").glob(f"{code}-*")
        (state / "orphaned" / f"{code}-00000000").write_bytes(kept.read_bytes())
        rebuilt = await at.ask("queue", "rebuild", "--yes")
        assert (rebuilt["queued"], rebuilt["brought_back"], rebuilt["damaged"]) == (2, 1, [])
        assert len((await at.ask("queue", "show", code))["items"]) == 2


def test_the_whole_office_passes_its_test(office: Office) -> None:
    """Real scanner, real mail server; from the second on, the message is in a real mailbox."""
    report = office.gateway.ask("test")
    assert report["works"], report["steps"]
    assert any(each.startswith("X-Poterne-Score:") for each in report["fields"])
    report = office.gateway.ask("test", "--to", "anne@office.example")
    assert report["works"], report["steps"]
    (message,) = office.dovecot.messages("anne@office.example")
    assert report["code"].encode() in message
