from __future__ import annotations

from pathlib import Path

from tests.support.interface import seated
from tests.support.office import office
from tui.glyphs import Font
from tui.screens.home import HomeScreen
from tui.screens.welcome import WelcomeScreen


async def test_the_language_of_the_surroundings_is_under_the_cursor(tmp_path: Path) -> None:
    async with seated(tmp_path, office(), language="fr", font=Font.ANY) as seat:
        seat.app.push_screen(WelcomeScreen())
        await seat.settle()
        assert "▶ Français" in "\n".join(line.replace("▶  ", "▶ ") for line in seat.lines())
        await seat.press("up", "enter", "enter")
        assert isinstance(seat.app.screen, HomeScreen)
        assert "Mail OK" in seat.lines()[0]
