from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.control.workparams import ProbeBackend
from gateway.core.event import LaneChanged, SettingsChanged
from tests.support.domains import TEXT, domains_desk
from tests.support.interface import seated
from tests.support.snapshot import matches
from tests.support.work import entry
from tui.client import Lost
from tui.language import LANGUAGES, Language
from tui.messages import Heard
from tui.screens.domains import DomainsScreen, RowScreen
from tui.screens.guide import GuideScreen

MORE = TEXT + '\n[domain."a.example"]\nbackend = "old"\n'


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
async def test_each_domain_server_and_way_out_is_a_row(
    tmp_path: Path, language: Language, size: tuple[int, int]
) -> None:
    async with seated(tmp_path, domains_desk(), language=language, size=size) as seat:
        await seat.press("left_parenthesis", "down", "down")
        matches(f"domains-{language}-{size[0]}", seat.text())


async def test_a_server_that_is_away_is_told_with_its_cause_and_cure(tmp_path: Path) -> None:
    async with seated(tmp_path, domains_desk()) as seat:
        await seat.press("5", "down", "down", "down")
        matches("domains-away", seat.text())


@pytest.mark.parametrize("language", LANGUAGES)
async def test_without_a_domain_it_says_what_to_do_first(tmp_path: Path, language: Language) -> None:
    async with seated(tmp_path, domains_desk(text='hostname = "mx.office.example"\n'), language=language) as seat:
        await seat.press("5")
        matches(f"domains-empty-{language}", seat.text())
        for key in ("m", "t", "r", "enter"):
            await seat.press(key)
        assert isinstance(seat.app.screen, DomainsScreen)


async def test_the_server_of_a_row_is_tried_and_what_waits_is_retried(tmp_path: Path) -> None:
    desk = domains_desk()
    desk.work.rows = [entry(1), entry(2)]
    async with seated(tmp_path, desk) as seat:
        await seat.press("5", "t")
        matches("domains-test", seat.text())
        assert desk.work.asked == [("probe", ProbeBackend("exchange", domain="branch.example", language="en"), "en")]
        await seat.press("enter", "escape", "r")
        assert [each[0] for each in desk.work.asked] == ["probe", "probe", "retry-lane"]
        assert "2 messages are tried now." in seat.text()
        await seat.press("end", "up", "t", "r")
        assert desk.work.asked[-2][1] == ProbeBackend("smart_host:isp", language="en")
        assert desk.work.asked[-1][:2] == ("retry-lane", "smart_host:isp")
        assert "Nothing waits." in seat.text()


async def test_direct_delivery_has_no_server_to_try(tmp_path: Path) -> None:
    desk = domains_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("5", "end", "t")
        assert "Each domain outside has its own server" in seat.text()
        await seat.press("r")
        assert "4 shows what waits for the servers outside" in seat.text()
        assert desk.work.asked == []


@pytest.mark.parametrize(
    ("moves", "shown"),
    [((), "The server of this domain"), (("end", "up", "up"), "10.0.0.8:25"), (("end", "up"), "smtp.isp.example")],
)
async def test_a_row_is_changed_by_a_form_of_its_settings(tmp_path: Path, moves: tuple[str, ...], shown: str) -> None:
    desk = domains_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("5", *moves, "m")
        assert isinstance(seat.app.screen, RowScreen)
        assert shown in seat.text()
        assert "Domains > " in seat.text()
        await seat.press("escape")
        assert isinstance(seat.app.screen, DomainsScreen)


async def test_a_change_of_a_domain_goes_through_was_and_is(tmp_path: Path) -> None:
    desk = domains_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("5", "down", "down", "m", "down", "down", "down", "enter")
        matches("domains-method", seat.text())
        await seat.press("escape", "enter", "down", "enter", "f10", "enter")
        (asked,) = desk.settings.asked
        assert asked[0] == "edit"
        assert asked[1][0][0] == 'domain."office.example".recipient_verification.method'


async def test_rows_are_told_anew_under_the_readers_eyes_without_moving_the_choice(tmp_path: Path) -> None:
    desk = domains_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("5", "down")
        desk.settings.texts = {0: MORE}
        desk.state = replace(desk.state, lanes=())
        seat.gateway.hub.publish(SettingsChanged(2, "kept", "anna", "", None))
        seat.gateway.hub.publish(LaneChanged("backend:old", "away", "refused"))
        await seat.pilot.pause(0.05)
        await seat.settle()
        assert "a.example" in seat.text()
        screen = seat.app.screen
        assert isinstance(screen, DomainsScreen)
        assert screen.table.chosen is not None
        assert screen.table.chosen.name == "club.example"


async def test_the_last_known_state_is_called_so_when_the_gateway_is_away(tmp_path: Path) -> None:
    async with seated(tmp_path, domains_desk()) as seat:
        await seat.press("5")
        seat.app.post_message(Heard(Lost("away", "gone", 5.0)))
        await seat.settle()
        matches("domains-gateway-away", seat.text())


async def test_what_to_set_on_a_server_is_one_key_away(tmp_path: Path) -> None:
    async with seated(tmp_path, domains_desk()) as seat:
        await seat.press("5", "e")
        assert isinstance(seat.app.screen, GuideScreen)
        await seat.press("escape", "end", "up", "up", "enter")
        assert isinstance(seat.app.screen, GuideScreen)
        await seat.press("escape", "end", "e")
        assert "Only a server of ours has a guide" in seat.text()
