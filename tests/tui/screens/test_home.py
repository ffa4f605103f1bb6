from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.control.values import LaneStatus, QuarantineStatus, Trouble
from tests.support.control import NOON, STATUS, FakeDesk
from tests.support.interface import busy_desk, seated
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language
from tui.screens.home import HomeScreen

BROKEN = replace(
    STATUS,
    lanes=(LaneStatus("backend:exchange", "away", "connection refused", NOON),),
    troubles=(
        Trouble("The server behind exchange does not answer.", "See that it runs.", stops_mail=True),
        Trouble("Names can't be looked up.", "See that the DNS server answers."),
    ),
    mail_flows=False,
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
async def test_home_shows_without_a_key_that_mail_flows(
    tmp_path: Path, language: Language, size: tuple[int, int]
) -> None:
    async with seated(tmp_path, busy_desk(), language=language, size=size) as seat:
        matches(f"home-{language}-{size[0]}", seat.text())


async def test_a_broken_link_is_red_and_first_on_the_list(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk(state=BROKEN)) as seat:
        matches("home-broken", seat.text())
        await seat.press("enter")
        assert "See that it runs." in seat.text()
        await seat.press("enter")
        assert isinstance(seat.app.screen, HomeScreen)


async def test_nothing_to_do_is_said(tmp_path: Path) -> None:
    calm = replace(STATUS, quarantine=QuarantineStatus())
    async with seated(tmp_path, FakeDesk(state=calm)) as seat:
        matches("home-calm", seat.text())
        await seat.press("enter")


async def test_enter_on_held_mail_leads_to_the_quarantine(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("enter")
        assert seat.app.current_mode == "quarantine"


async def test_what_there_is_to_do_is_told_anew_without_moving_the_choice(tmp_path: Path) -> None:
    desk = busy_desk(state=BROKEN)
    async with seated(tmp_path, desk) as seat:
        await seat.press("down")
        home = seat.app.screen
        assert isinstance(home, HomeScreen)
        home.happened(None)
        await seat.settle()
        assert home.to_do.cursor == 1
