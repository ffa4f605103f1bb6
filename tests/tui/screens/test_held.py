from __future__ import annotations

from pathlib import Path

from gateway.core.event import QuarantineChanged
from tests.support.interface import Seat, busy_desk, seated
from tests.support.snapshot import matches
from tui.screens.quarantine import QuarantineScreen


def _viewed(seat: Seat) -> int:
    return sum(asked[0] == "viewed" for asked in seat.gateway.desk.asked)


async def test_the_text_is_asked_for_by_v_only(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk(), language="fr") as seat:
        await seat.press("3", "down", "enter")
        matches("held-fr", seat.text())
        assert _viewed(seat) == 0
        await seat.press("v")
        assert "la facture." in seat.text()
        assert _viewed(seat) == 1
        await seat.press("f3")
        assert "Why it is held" in seat.text()
        assert _viewed(seat) == 1


async def test_a_message_that_is_gone_says_so(tmp_path: Path) -> None:
    desk = busy_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("3", "down")
        desk.held_rows = []
        await seat.press("v")
        assert "No message with the code H0000 is in quarantine." in seat.text()
        await seat.press("r")
        assert "Choose a message" in seat.text()


async def test_it_closes_when_the_message_was_deleted_here(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("3", "down", "enter", "d", "left", "enter")
        assert isinstance(seat.app.screen, QuarantineScreen)


async def test_what_becomes_of_it_is_told_anew(tmp_path: Path) -> None:
    desk = busy_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("3", "down", "enter")
        seat.gateway.hub.publish(QuarantineChanged("H0000", "released"))
        await seat.pilot.pause(0.05)
        await seat.settle()
        assert "Facture 2026-118" in seat.text()
