from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.interface import busy_desk, seated
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language
from tui.screens.messages import MessagesScreen


@pytest.mark.parametrize("language", LANGUAGES)
async def test_verdicts_and_times_stand_side_by_side(tmp_path: Path, language: Language) -> None:
    async with seated(tmp_path, busy_desk(), language=language) as seat:
        await seat.press("2", "f", "down", "down")
        matches(f"filter-{language}", seat.text())


async def test_what_is_no_moment_stays_and_is_said(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("2", "f", "tab", "tab")
        await seat.type("soon")
        await seat.press("enter")
        assert "soon is no moment" in seat.text()
        await seat.press("escape")
        assert "Filter: all" in seat.text()


async def test_from_and_until_are_kept_for_the_next_time(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("2", "f", "tab", "tab")
        await seat.type("24/11 11:00")
        await seat.press("tab")
        await seat.type("24/11 11:45")
        await seat.press("enter")
        assert isinstance(seat.app.screen, MessagesScreen)
        assert "all, 24/11 11:00 → 24/11 11:45" in seat.text()
        assert {f"{each.time:%H}" for each in seat.app.screen.rows.loaded()} == {"11"}
        await seat.press("f")
        assert "24/11/2026 11:45" in seat.text()
