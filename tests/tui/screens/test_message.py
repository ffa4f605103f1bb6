from __future__ import annotations

from pathlib import Path

from gateway.core.event import MessageFollowed
from tests.support.control import record
from tests.support.interface import busy_desk, seated
from tests.support.snapshot import matches
from tui.screens.held import HeldScreen
from tui.screens.messages import MessagesScreen


async def test_the_whole_path_of_a_message_is_shown(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("2", "down", "down", "enter")
        matches("message", seat.text())
        await seat.press("e")
        assert "EHLO" in seat.text()
        await seat.press("f3")
        assert "Arrivé" in seat.text()
        await seat.press("v")
        assert isinstance(seat.app.screen, HeldScreen)
        await seat.press("escape", "escape")
        assert isinstance(seat.app.screen, MessagesScreen)


async def test_a_held_message_can_be_released_from_its_page(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("2", "down", "down", "enter", "r", "enter")
        assert "Releasing" in seat.text()
        seat.gateway.hub.publish(MessageFollowed(record(code="M0000")))
        await seat.turn(11)
        assert seat.gateway.desk.asked[0][0] == "release"


async def test_v_on_a_delivered_message_says_why_not(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk(held_rows=0)) as seat:
        await seat.press("2", "down", "enter", "v")
        assert "Only a held message" in seat.text()
