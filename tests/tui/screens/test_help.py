from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from tests.support.interface import busy_desk, seated
from tui.keys import GLOBAL, SCREENS
from tui.language import LANGUAGES, Language, words
from tui.screens.help import HOW, HelpScreen, text
from tui.screens.home import HomeScreen


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS)
def test_help_names_every_key_of_its_screen_and_three_ways(screen: str, language: Language) -> None:
    say = words(language, UTC)
    shown = ["".join(piece.text for piece in row) for row in text(screen, 200, say)]
    for key in (*SCREENS[screen], *GLOBAL):
        assert any(row.startswith(say(key.cap)) and say(key.help) in row for row in shown)
    assert len(HOW[screen]) == 3


@pytest.mark.parametrize("key", ["f1", "question_mark"])
async def test_help_opens_and_closes_with_the_same_key(tmp_path: Path, key: str) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press(key)
        assert isinstance(seat.app.screen, HelpScreen)
        await seat.press(key)
        assert isinstance(seat.app.screen, HomeScreen)
