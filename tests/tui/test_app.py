from __future__ import annotations

import asyncio
from datetime import UTC
from pathlib import Path

import pytest

from gateway.core.event import DependencyChanged
from tests.support.control import FakeDesk, fake_gateway
from tests.support.interface import HandClock, Seat, busy_desk, seated
from tui.app import PoterneApp
from tui.base import Place
from tui.client import Client
from tui.glyphs import Font
from tui.language import words
from tui.messages import Said
from tui.screens.home import HomeScreen


async def _until(seat: Seat, text: str) -> None:
    async with asyncio.timeout(10):
        while text not in seat.text():
            await seat.pilot.pause(0.02)


async def test_a_gateway_that_goes_away_is_said_and_one_that_comes_back_is_shown(tmp_path: Path) -> None:
    tries = asyncio.Event()

    async def pause(seconds: float) -> None:
        await tries.wait()

    clock, path = HandClock(), tmp_path / "control.sock"
    app = PoterneApp(Client(path, pause), words("en", UTC), clock.now, Place(Font.CONSOLE))
    async with app.run_test(size=(80, 24)) as pilot:
        seat = Seat(app, pilot, None, clock)  # type: ignore[arg-type]  # there is no gateway yet
        await _until(seat, "✗ Gateway away")
        assert "next try in 1 s" in seat.text()
        assert "Not known while the gateway is away." in seat.text()
        await seat.press("2")
        assert "Not known while the gateway is away." in seat.text()
        await seat.press("1")
        async with fake_gateway(tmp_path, busy_desk()):
            tries.set()
            await _until(seat, "✓ Mail OK")
            await _until(seat, "exchange answers")
            tries.clear()
        await _until(seat, "As last known")
        assert "exchange answers" in seat.text()


async def test_one_key_changes_the_language_of_everything(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("3", "down", "f3")
        assert "Quarantaine" in seat.text()
        assert "Remettre" in seat.text()
        await seat.press("f3")
        assert "Release" in seat.text()


async def test_the_state_is_asked_for_when_something_happens(tmp_path: Path) -> None:
    desk = busy_desk()
    async with seated(tmp_path, desk) as seat:
        desk.state = type(desk.state)(
            **{**{name: getattr(desk.state, name) for name in desk.state.__dataclass_fields__}, "hostname": "other.x"}
        )
        seat.gateway.hub.publish(DependencyChanged("dns", "down", "timeout"))
        await _until(seat, " other ")


async def test_what_was_said_goes_with_a_key_once_it_was_read_and_what_went_wrong_stays(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("u", "2")
        assert "nothing to take back" in seat.text()
        seat.clock.turn(6)
        assert "nothing to take back" in seat.text()
        await seat.press("3")
        assert "nothing to take back" not in seat.text()
        seat.app.post_message(Said("It went wrong.", "bad"))
        seat.clock.turn(6)
        await seat.press("1")
        assert "It went wrong." in seat.text()


async def test_slash_searches_from_anywhere(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("slash")
        await seat.type("Claim")
        await seat.press("enter")
        assert seat.app.current_mode == "messages"
        assert "Claim your prize" in seat.text()
        assert "Re: quote" not in seat.text()


async def test_colours_change_by_a_key_and_the_console_has_its_own_only(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk(), font=Font.ANY) as seat:
        seen = [seat.app.theme]
        for _ in range(4):
            await seat.press("f4")
            seen.append(seat.app.theme)
        assert seen == ["dark", "light", "contrast", "console", "dark"]
    (tmp_path / "again").mkdir()
    async with seated(tmp_path / "again", busy_desk()) as seat:
        await seat.press("f4")
        assert seat.app.theme == "console"


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c", "q"])
async def test_leaving_asks_first(tmp_path: Path, key: str) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press(key)
        assert "Leave the interface?" in seat.text()
        await seat.press(key if key != "q" else "1", "escape", "ctrl+z")
        assert isinstance(seat.app.screen, HomeScreen)
        assert seat.app.is_running


async def test_what_waits_is_carried_out_before_leaving(tmp_path: Path) -> None:
    desk = busy_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("3", "down", "r", "enter", "ctrl+q")
        await seat.pilot.press("enter")
        async with asyncio.timeout(10):
            while not desk.asked:
                await seat.pilot.pause(0.02)
    assert [asked[:2] for asked in desk.asked] == [("release", "H0000")]


async def test_an_abandoned_terminal_ends_the_interface(tmp_path: Path) -> None:
    gone: list[bool] = []
    async with fake_gateway(tmp_path, FakeDesk()) as gateway:
        clock = HandClock()
        app = PoterneApp(Client(gateway.path), words("en", UTC), clock.now, Place(hung_up=lambda: bool(gone)))
        async with app.run_test() as pilot:
            gone.append(True)
            app.look_for_terminal()
            await pilot.pause()
            assert not app.is_running or app._exit


async def test_who_presses_no_key_is_warned_and_then_let_go(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk()) as gateway:
        place = Place(idle_seconds=90)
        app = PoterneApp(Client(gateway.path), words("en", UTC), HandClock().now, place)
        async with app.run_test() as pilot:
            for _ in range(40):
                app.tick()
            assert "press any key to stay" in str(app.notice())
            await pilot.press("j")
            assert "press any key to stay" not in str(app.notice())
            for _ in range(91):
                app.tick()
            await pilot.pause()
            assert app._exit


async def test_a_start_after_a_fault_says_so(tmp_path: Path) -> None:
    async with fake_gateway(tmp_path, FakeDesk()) as gateway:
        app = PoterneApp(Client(gateway.path), words("en", UTC), HandClock().now, Place(said="E1234"))
        async with app.run_test() as pilot:
            seat = Seat(app, pilot, gateway, HandClock())
            await _until(seat, "E1234")


async def test_the_chart_counts_what_comes(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk(rows=3, held_rows=0)) as seat:
        await _until(seat, "3 today")
