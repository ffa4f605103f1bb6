"""A gateway as its settings say, in one process."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.control.client import DeniedError
from gateway.control.params import Asked
from gateway.control.protocol import CONFIG_TRY, STATUS
from gateway.control.settingsparams import TrySettings
from tests.support.household import Household, household
from tests.support.ports import free_port


async def greeted(at: Household, port: int) -> str:
    at.port = port
    client = await at.client()
    await client.reply()
    answer = await client.ask("EHLO mail.sender.example")
    await client.close()
    return answer


async def test_the_size_that_is_announced_is_what_every_server_takes(tmp_path: Path) -> None:
    async with household(tmp_path) as at:
        # The server takes 37,748,736 octets; we leave room for what we add.
        assert "SIZE 36700160" in await greeted(at, at.port)
        text = at.text.replace("[failure]", "[limits]\nmessage_size_octets = 1_000_000\n[failure]")
        await at.ask(CONFIG_TRY, TrySettings(text))
        assert "SIZE 1000000" in await greeted(at, at.port)


async def test_each_listener_is_as_its_settings_say(tmp_path: Path) -> None:
    async with household(tmp_path) as at:
        port = free_port()
        text = f'{at.text}\n[listener.second]\naddress = "127.0.0.1:{port}"\ngreet_delay_seconds = 0.0\n'
        done = await at.ask(CONFIG_TRY, TrySettings(text))
        assert done.outcome == "trial"
        assert "STARTTLS" in await greeted(at, port)
        status = await at.ask(STATUS, Asked())
        assert {each.name: each.state for each in status.listeners} == {"internet": "listening", "second": "listening"}
        assert (tmp_path / "state" / "certificates" / "mx.pem").exists()


async def test_a_certificate_that_can_not_be_used_changes_nothing(tmp_path: Path) -> None:
    async with household(tmp_path) as at:
        for name in ("mx.pem", "mx.key"):
            (tmp_path / "state" / "certificates" / name).write_text("no certificate")
        head, listener = at.text.split("[listener.internet]")
        text = f"{head}[listener.internet]{listener.replace('none', 'opportunistic')}"
        with pytest.raises(DeniedError, match=r"can't run here: .*Nothing changed"):
            await at.ask(CONFIG_TRY, TrySettings(text))
        assert "STARTTLS" not in await greeted(at, at.port)
