"""What outlives the settings, in one process."""

from __future__ import annotations

from pathlib import Path

from gateway.control.params import Asked
from gateway.control.protocol import CONFIG_EDIT, CONFIG_HISTORY, CONFIG_TRY, STATUS
from gateway.control.settingsparams import EditSettings, TrySettings, VersionQuery
from gateway.core.event import SettingsChanged
from tests.support.household import Household, household

TO = "bob@office.example"


async def sent(at: Household, subject: str) -> str:
    client = await at.client()
    await client.begin(TO)
    reply = await client.send(f"From: ann@sender.example\r\nSubject: {subject}\r\n\r\nx\r\n.\r\n".encode())
    await client.close()
    return reply


async def test_mail_flows_and_the_first_settings_are_version_1(tmp_path: Path) -> None:
    async with household(tmp_path) as at:
        assert (await sent(at, "one")).startswith("250 ")
        assert len(at.hop.messages) == 1
        status = await at.ask(STATUS, Asked())
        assert status.mail_flows
        assert status.trial is None
        history = await at.ask(CONFIG_HISTORY, VersionQuery())
        assert [(each.number, each.via, each.is_running) for each in history.items] == [(1, "first start", True)]
        assert SettingsChanged(1, "kept", "", "first start") in at.events


async def test_what_outlives_the_settings_obeys_new_ones_at_once(tmp_path: Path) -> None:
    async with household(tmp_path) as at:
        await sent(at, "one")
        done = await at.ask(CONFIG_EDIT, EditSettings((("quarantine.size_octets", "2_000_000"), ("language", '"fr"'))))
        assert done.outcome == "kept"
        status = await at.ask(STATUS, Asked())
        assert status.quarantine.limit_octets == 2_000_000
        assert status.today.accept + status.today.mark == 1
        assert any("antispam" in each.what for each in status.troubles)


async def test_a_lane_whose_settings_stay_keeps_its_connection_and_another_is_made_anew(tmp_path: Path) -> None:
    async with household(tmp_path) as at:
        await sent(at, "one")
        sessions = len(at.hop.sessions)
        await at.ask(CONFIG_EDIT, EditSettings((("policy.standard.mark_at", "5.0"),)))
        await sent(at, "two")
        assert len(at.hop.sessions) == sessions
        tried = await at.ask(CONFIG_TRY, TrySettings(at.text.replace("mx.office", "mx2.office")))
        assert tried.outcome == "trial"
        await sent(at, "three")
        assert len(at.hop.sessions) > sessions
        assert any("mx2.office.example" in each for each in at.hop.commands)


async def test_a_session_under_way_ends_in_the_settings_it_began_in(tmp_path: Path) -> None:
    async with household(tmp_path) as at:
        client = await at.client()
        await client.begin(TO)
        assert (await client.ask("DATA")).startswith("354")
        await at.ask(CONFIG_TRY, TrySettings(at.text.replace("mx.office", "mx2.office")))
        await client.say(b"Subject: under way\r\n\r\nx\r\n.\r\n")
        assert (await client.reply()).startswith("250 ")
        assert (await client.reply()).startswith("421 ")
        await client.close()
        fresh = await at.client()
        assert "mx2.office.example" in await fresh.reply()
        await fresh.close()
