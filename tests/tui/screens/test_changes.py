from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.control import FakeDesk
from tests.support.interface import seated
from tests.support.lists import draft
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language


async def changed_desk() -> FakeDesk:
    desk = FakeDesk()
    await desk.rules.add(draft("allow", "good.example"), "anna")
    await desk.rules.add(draft("block", "bad.example"), "bob")
    return desk


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_journal_says_who_did_what(tmp_path: Path, language: Language) -> None:
    async with seated(tmp_path, await changed_desk(), language=language) as seat:
        await seat.press("6", "c", "down", "down")
        matches(f"changes-{language}", seat.text())


async def test_u_takes_the_chosen_change_back_and_that_is_a_change_too(tmp_path: Path) -> None:
    desk = await changed_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("6", "c", "down", "down", "u")
        assert [str(each.draft.subject) for each in desk.rules.entries] == ["bad.example"]
        assert "Taken back: good.example" in seat.text()
        await seat.press("u")
        assert len(desk.rules.entries) == 2
        await seat.press("escape")
        assert "good.example" in seat.text()


async def test_without_changes_it_says_so(tmp_path: Path) -> None:
    async with seated(tmp_path, FakeDesk()) as seat:
        await seat.press("6", "c")
        assert "Nobody changed the lists yet." in seat.text()
