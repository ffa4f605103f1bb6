from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.interface import busy_desk, proven, seated
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language
from tui.screens.cure import CureScreen


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_window_says_whom_and_that_it_helps(tmp_path: Path, language: Language) -> None:
    async with seated(tmp_path, proven(busy_desk()), language=language) as seat:
        await seat.press("2", "down", "down", "a")
        matches(f"cure-{language}", seat.text())


async def test_another_scope_and_one_recipient_can_be_chosen(tmp_path: Path) -> None:
    desk = proven(busy_desk())
    async with seated(tmp_path, desk) as seat:
        await seat.press("2", "down", "down", "b", "down", "space", "enter")
        (made,) = desk.rules.entries
        assert (str(made.draft.subject), made.draft.kind) == ("sender.example", "block")
        assert made.draft.recipient == "anna@office.example"
        assert "is on the block list now. u takes it back." in seat.text()


async def test_an_allow_that_would_not_help_is_not_made_and_says_what_does(tmp_path: Path) -> None:
    desk = busy_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("2", "down", "down", "a", "enter")
        assert isinstance(seat.app.screen, CureScreen)
        matches("cure-in-vain", seat.text())
        assert desk.rules.entries == []
        await seat.press("escape")
        assert not isinstance(seat.app.screen, CureScreen)


async def test_enter_that_came_before_the_answer_waits_for_it(tmp_path: Path) -> None:
    desk = proven(busy_desk())
    async with seated(tmp_path, desk) as seat:
        await seat.press("2", "down", "down")
        await seat.pilot.press("a", "enter")
        await seat.settle()
        await seat.settle()
        assert [str(each.draft.subject) for each in desk.rules.entries] == ["rene@sender.example"]


async def test_a_message_that_history_has_forgotten_says_so(tmp_path: Path) -> None:
    desk = busy_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("3", "down")
        desk.records = []
        await seat.press("a")
        assert "No message has the code" in seat.text()
        await seat.press("enter", "n")
        assert desk.rules.entries == []
