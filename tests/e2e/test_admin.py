"""A letter to the admin from the daemon to the office's server: a certificate that soon expires."""

from __future__ import annotations

import asyncio
import email
import email.policy
from pathlib import Path

from tests.support.certificate import make
from tests.support.gateway import Gateway
from tests.support.nexthop import running as running_hop
from tests.support.ports import free_port

SETTINGS = """
hostname = "mx.office.example"
postmaster = "it@office.example"
language = "fr"
[dns]
servers = ["127.0.0.1:{dns}"]
timeout_seconds = 0.5
[rspamd]
scan_socket = "{folder}/nobody.sock"
controller_socket = "{folder}/nobody.sock"
[failure]
rspamd = "mark"
[notify]
quiet_hours = ""
[backend.exchange]
hosts = ["{hop}"]
tls = {{ mode = "none" }}
[domain."office.example"]
backend = "exchange"
recipient_verification = {{ method = "none" }}
"""


async def test_a_certificate_that_expires_soon_is_told_to_the_postmaster_once(tmp_path: Path) -> None:
    papers = tmp_path / "state" / "certificates"
    papers.mkdir(parents=True)
    await asyncio.to_thread(make, papers, "mx", "mx.office.example")
    async with running_hop() as hop:
        text = SETTINGS.format(dns=free_port(), folder=tmp_path, hop=hop.address)
        gateway = await asyncio.to_thread(Gateway.start, tmp_path, text)
        try:
            async with asyncio.timeout(20):
                await hop.wait_for("DATA")
        finally:
            await asyncio.to_thread(gateway.stop)
        (letter,) = hop.messages
        assert letter.mail.startswith("MAIL FROM:<>")
        assert letter.recipients == ("it@office.example",)
        message = email.message_from_bytes(letter.octets, policy=email.policy.default)
        assert message["subject"] == "[Poterne] Un certificat expire bientôt"
        assert message["auto-submitted"] == "auto-generated"
        assert "expire dans 29 jours (mx.office.example" in " ".join(message.get_content().split())
