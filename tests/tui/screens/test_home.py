from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from gateway.control.subscriber import Hub
from gateway.control.values import LaneStatus, QuarantineStatus, Trouble
from gateway.core.event import MessageHandled
from tests.support.control import NOON, STATUS, FakeDesk, FakeGateway, fake_gateway, record
from tests.support.domains import domains_desk
from tests.support.interface import busy_desk, seated, seated_at
from tests.support.snapshot import matches
from tui.app import PoterneApp
from tui.client import Client
from tui.language import LANGUAGES, Language, words
from tui.screens.home import HomeScreen

BROKEN = replace(
    STATUS,
    lanes=(LaneStatus("backend:exchange", "away", "connection refused", NOON),),
    troubles=(
        Trouble("rspamd does not answer, and all mail is put off.", "See that it runs.", stops_mail=True, key="rspamd"),
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


async def test_a_server_that_is_away_leads_to_its_row_where_it_is_tried_and_its_mail_retried(tmp_path: Path) -> None:
    desk = domains_desk()
    away = Trouble("The server behind old does not answer.", "See that it runs.", key="lane-away", about="old")
    desk.state = replace(desk.state, troubles=(away,))
    async with seated(tmp_path, desk) as seat:
        await seat.press("enter", "t", "r")
        assert seat.app.current_mode == "domains"
        assert [each[:2] for each in desk.work.asked if each[0] == "retry-lane"] == [("retry-lane", "backend:old")]
        assert "It has been away since 13:00" in seat.text()


async def test_without_the_gateway_home_says_that_nothing_is_known(tmp_path: Path) -> None:
    nobody = FakeGateway(tmp_path / "none.sock", FakeDesk(), Hub(), asyncio.get_running_loop())
    async with seated_at(nobody) as seat:
        matches("home-away", seat.text())


async def test_mail_that_comes_is_counted_at_once(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        before = seat.text()
        seat.gateway.hub.publish(MessageHandled(record(0, time=NOON.timestamp() + 7_100)))
        await seat.pilot.pause(0.05)
        await seat.settle()
        assert "45 today" in before
        assert "46 today" in seat.text()
        assert "last mail came 1 min ago" in seat.text()


async def test_who_else_is_there_is_said_at_the_start_and_by_the_palette(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk()) as gateway:
        with gateway.sessions.open("claire"):
            async with seated_at(gateway) as seat:
                assert "Also here: claire since 12:00." in seat.text()
                await seat.press("colon")
                await seat.type("who is")
                await seat.press("enter")
                assert "Also here: claire since 12:00." in seat.text()


async def test_who_is_alone_is_told_so_only_when_asked(tmp_path: Path) -> None:
    async with seated(tmp_path, FakeDesk()) as seat:
        assert "Also here" not in seat.text()
        await seat.press("colon")
        await seat.type("présents")
        await seat.press("enter")
        assert "Nobody else has the interface open." in seat.text()


async def test_the_fifth_is_told_who_is_there_and_let_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with fake_gateway(tmp_path, FakeDesk()) as gateway:
        with ExitStack() as others:
            for user in ("claire", "paul", "claire", "anna"):
                others.enter_context(gateway.sessions.open(user))
            app = PoterneApp(Client(gateway.path), words("en", UTC), lambda: NOON)
            async with asyncio.timeout(20):
                await app.run_async(headless=True)
            assert "claire (2), paul, anna" in " ".join(capsys.readouterr().err.split())
        assert gateway.sessions.views("") == ()
