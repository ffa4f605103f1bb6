from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.interface import seated
from tests.support.office import TRIAL, office
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_window_counts_down_and_says_what_will_be(tmp_path: Path, language: Language) -> None:
    desk = office()
    desk.settings.running = TRIAL
    async with seated(tmp_path, desk, language=language) as seat:
        await seat.press("2", "f8")
        matches(f"trial-{language}", seat.text())
        await seat.turn(100)
        assert "2 min 50 s" in seat.text()
        assert seat.text().count("2 min 50 s") == 2
