from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from tests.support.interface import Seat, busy_desk, seated
from tui.keyqueue import WAITING_MAXIMUM
from tui.screens.messages import MessagesScreen

CHARACTERS = {"slash": "/", "enter": "\r", "down": None}


async def _at_once(seat: Seat, *keys: str) -> None:
    """All keys in one bunch, as a slow line brings them."""
    for key in keys:
        seat.app.post_message(events.Key(key, CHARACTERS.get(key, key)))
    for _ in range(3):
        await seat.settle()
        await seat.pilot.pause(0.05)


async def test_a_dialog_gets_the_key_that_was_meant_for_it(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("3", "down")
        await _at_once(seat, "r", "enter")
        assert "Releasing H0000" in seat.text()


async def test_the_letters_of_a_search_are_no_commands(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await _at_once(seat, "slash", *"Claim", "enter", "down")
        screen = seat.app.screen
        assert isinstance(screen, MessagesScreen)
        assert screen.text == "Claim"
        assert screen.table.chosen is not None
        assert screen.table.chosen.subject == "Claim your prize"


async def test_a_whole_job_may_be_typed_ahead(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await _at_once(seat, "3", "down", "down", "r", "enter", "u")
        assert "Taken back: Releasing H0001" in seat.text()


@pytest.mark.parametrize("count", [1, 2 * WAITING_MAXIMUM])
async def test_a_key_that_sticks_does_no_harm(tmp_path: Path, count: int) -> None:
    async with seated(tmp_path, busy_desk(rows=300)) as seat:
        await seat.press("2")
        await _at_once(seat, *["down"] * count)
        screen = seat.app.screen
        assert isinstance(screen, MessagesScreen)
        assert screen.table.cursor is not None
