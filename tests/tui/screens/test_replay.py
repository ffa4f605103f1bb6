from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.control.rulesdesk import Outcomes
from gateway.core.replay import Fate
from gateway.core.verdict import Action
from tests.support.control import FakeDesk
from tests.support.interface import busy_desk, seated
from tests.support.lists import entry
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language
from tui.screens.message import MessageScreen


def differing_desk() -> FakeDesk:
    desk = busy_desk()
    fates = (Fate("anna@office.example", Action.REJECT, Action.ACCEPT),)
    items = tuple((each, fates) for each in desk.records[:3])
    counts = (("reject", "accept", 3),)
    desk.rules.outcomes = Outcomes(desk.rules.now() - 14 * 86_400, 412, 3, counts, items, None)
    desk.rules.entries = [entry("block", "sender.example")]
    return desk


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_would_have_been_is_told_and_listed(tmp_path: Path, language: Language) -> None:
    desk = differing_desk()
    async with seated(tmp_path, desk, language=language) as seat:
        await seat.press("6", "down", "y", "down")
        matches(f"replay-{language}", seat.text())
        assert desk.rules.tried[0][0].without == 1


async def test_a_message_of_it_opens(tmp_path: Path) -> None:
    async with seated(tmp_path, differing_desk()) as seat:
        await seat.press("6", "down", "y", "enter")
        assert isinstance(seat.app.screen, MessageScreen)


async def test_nothing_that_would_differ_is_said_and_so_is_a_refusal(tmp_path: Path) -> None:
    desk = differing_desk()
    desk.rules.outcomes = replace(desk.rules.outcomes, differ=0, counts=(), items=())
    async with seated(tmp_path, desk) as seat:
        await seat.press("6", "down", "y")
        assert "No message would have fared otherwise." in seat.text()
        await seat.press("escape", "down")
        desk.rules.entries.clear()
        await seat.press("y")
        assert "There is no entry 1" in seat.text()
