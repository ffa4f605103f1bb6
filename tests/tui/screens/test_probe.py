from __future__ import annotations

from pathlib import Path

from gateway.control.refusal import Refusal
from gateway.control.workparams import ProbeBackend
from tests.support.domains import domains_desk
from tests.support.interface import seated
from tui.screens.probe import ProbeScreen


async def test_it_tries_at_once_and_again_and_says_what_it_found(tmp_path: Path) -> None:
    desk = domains_desk()
    async with seated(tmp_path, desk) as seat:
        ended: list[bool | None] = []
        seat.app.push_screen(ProbeScreen("Test exchange", ProbeBackend("exchange")), ended.append)
        await seat.settle()
        assert "✓ Mail can be handed to it." in seat.text()
        desk.work.probed = None
        await seat.press("t")
        assert "No server is named exchange in the settings." in seat.text()
        desk.work.probed = Refusal("That is no host.")
        await seat.press("enter")
        assert "That is no host." in seat.text()
        await seat.press("q")
        assert ended == [False]
        seat.app.push_screen(ProbeScreen("Test exchange", ProbeBackend("exchange")), ended.append)
        await seat.settle()
        await seat.press("r")
        assert ended == [False, True]
