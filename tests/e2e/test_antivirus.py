"""The real gateway with the real clamd: a virus is refused and named, an outage is told, mail waits and comes again."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from tests.support.archives import rar5
from tests.support.clamd import VIRUS_NAME, VIRUS_TEXT, Clamd
from tests.support.command import poterne
from tests.support.daemon import Daemon, settings
from tests.support.dnsthread import DnsThread
from tests.support.files import zipped
from tests.support.nexthop import NextHop
from tests.support.nexthop import running as running_hop
from tests.support.ports import free_port
from tests.support.process import NotStarted

BOB = "bob@office.example"
ZONE = "sender.example A 127.0.0.1\n"


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[Clamd]:
    try:
        running = Clamd.start(tmp_path / "clamd")
    except NotStarted as missing:
        pytest.skip(str(missing))
    yield running
    running.stop()


@dataclass
class House:
    daemon: Daemon
    hop: NextHop
    port: int

    async def send(self, letter: EmailMessage) -> tuple[int, str]:
        """The reply to the final dot, as code and text."""
        return await asyncio.to_thread(self._send, letter)

    def _send(self, letter: EmailMessage) -> tuple[int, str]:
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as smtp:
            smtp.ehlo("sender.example")
            smtp.mail("ann@sender.example")
            smtp.rcpt(BOB)
            code, text = smtp.data(letter.as_bytes(policy=SMTP))
            return code, text.decode()

    async def until(self, state: str) -> None:
        """Ask until the virus scanner is in this state."""
        async with asyncio.timeout(30):
            while (await self.ask("status"))["antivirus"]["state"] != state:
                pass

    async def ask(self, *words: str) -> Any:
        """What the command prints, as JSON; without a process of its own, which takes half a second."""
        return (await asyncio.to_thread(poterne, *words, "--json", "--config", str(self.daemon.config))).json


@asynccontextmanager
async def house(folder: Path, more: str) -> AsyncIterator[House]:
    port, dns = free_port(), DnsThread(ZONE)
    async with running_hop() as hop:
        daemon = Daemon(folder, settings(folder, port, hop.address, dns.address) + more)
        await daemon.start(port)
        try:
            yield House(daemon, hop, port)
        finally:
            await daemon.stop()
            dns.stop()


def letter(name: str = "", data: bytes = b"") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ann@sender.example", BOB, "Papers"
    message.set_content("As promised.\n")
    if name:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message


async def test_a_virus_is_refused_and_an_outage_is_told_and_puts_mail_off(tmp_path: Path, clamd: Clamd) -> None:
    async with house(tmp_path, f'[clamd]\nsocket = "{clamd.socket}"\n') as at:
        assert (await at.send(letter()))[0] == 250
        code, text = await at.send(letter("papers.zip", zipped({"papers.txt": VIRUS_TEXT})))
        assert (code, text[:5]) == (554, "5.7.1")
        assert VIRUS_NAME not in text
        held = (await at.ask("quarantine", "list"))["items"]
        assert VIRUS_NAME in held[0]["reason"]
        tested = await at.ask("test")
        assert ["clamd", "clean"] in tested["checks"]
        status = (await at.ask("status"))["antivirus"]
        assert (status["state"], status["version"][:1].isdigit()) == ("up", True)

        await asyncio.to_thread(clamd.stop)
        await at.until("down")
        assert (await at.send(letter()))[0] == 451
        await asyncio.to_thread(clamd.again)
        await at.until("up")
        assert (await at.send(letter()))[0] == 250


async def test_a_program_in_an_archive_is_held_and_named_and_a_policy_forbids_more(tmp_path: Path) -> None:
    async with house(tmp_path, '[policy.standard.attachments]\nforbidden_endings = ["html"]\nmacro = "accept"\n') as at:
        assert (await at.send(letter("a.rar", rar5("b\u202efdp.exe", b"MZ"))))[0] == 250
        assert (await at.send(letter("a.zip", zipped({"b/page.HTML": b"<html>"}))))[0] == 250
        assert (await at.send(letter("letter.docx", zipped({"word/vbaProject.bin": b"x"}))))[0] == 250
        reasons = [each["reason"] for each in (await at.ask("quarantine", "list"))["items"]]
        assert sorted(reasons) == [
            "Files such as the attachment a.zip > b/page.HTML are not wanted here (ends in .html).",
            "The attachment a.rar > b\ufffdfdp.exe is a program (ends in .exe).",
        ]
        (document,) = at.hop.messages
        assert b"letter.docx" in document.octets
        assert (await at.ask("status"))["antivirus"]["state"] == "off"
