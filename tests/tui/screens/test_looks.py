from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.interface import seated
from tests.support.office import office
from tests.support.snapshot import matches
from tui.glyphs import Font
from tui.language import LANGUAGES, Language
from tui.prefs import Preferences
from tui.screens.looks import LOOKS, changed, chosen

OPEN = ("9", *["down"] * 9, "enter")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_can_be_chosen_and_what_holds(tmp_path: Path, language: Language) -> None:
    async with seated(tmp_path, office(), language=language, font=Font.ANY) as seat:
        await seat.press(*OPEN)
        matches(f"looks-{language}", seat.text())


async def test_colours_and_signs_hold_at_once(tmp_path: Path) -> None:
    async with seated(tmp_path, office(), font=Font.ANY) as seat:
        await seat.press(*OPEN, "down", "enter")
        assert seat.app.theme == "light"
        assert "▶ ● Colours: light" in seat.text()
        await seat.press("end", "up", "enter")
        assert "✓" not in seat.text()
        assert seat.app.preferences.glyphs == "ascii"
        await seat.press("down", "enter")
        assert seat.app.preferences.mouse


async def test_on_the_console_there_are_only_its_own_colours(tmp_path: Path) -> None:
    async with seated(tmp_path, office()) as seat:
        await seat.press(*OPEN)
        assert "Colours: light" not in seat.text()
        assert "Colours: the console's sixteen" in seat.text()


def test_each_is_remembered_as_what_it_is() -> None:
    for look in LOOKS:
        after = changed(look, Preferences())
        assert after != Preferences()
        assert chosen(look, after, after.theme, Font(after.glyphs or "any"))
