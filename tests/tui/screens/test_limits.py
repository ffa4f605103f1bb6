from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.control.rulesdesk import Outcomes
from tests.support.control import FakeDesk
from tests.support.interface import busy_desk, seated
from tests.support.settingsdesk import INVALID, ON_TRIAL
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language
from tui.screens.limits import LimitsScreen
from tui.screens.replay import ReplayScreen


def telling_desk() -> FakeDesk:
    desk = busy_desk()
    desk.rules.outcomes = Outcomes(desk.rules.now() - 14 * 86_400, 412, 14, (("mark", "quarantine", 14),), (), None)
    return desk


@pytest.mark.parametrize("size", [(80, 24), (132, 43)])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_limit_is_moved_over_what_came_and_says_what_it_would_have_done(
    tmp_path: Path, language: Language, size: tuple[int, int]
) -> None:
    desk = telling_desk()
    async with seated(tmp_path, desk, language=language, size=size) as seat:
        await seat.press("6", "s", "left", "left")
        matches(f"limits-{language}-{size[0]}", seat.text())
        assert desk.rules.tried[-1][0].thresholds == (6.0, 8.0, 15.0)
        assert desk.settings.asked == []


async def test_it_is_applied_after_a_question_that_says_was_and_is(tmp_path: Path) -> None:
    desk = telling_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("6", "s", "up", "right", "f10")
        matches("limits-apply", seat.text())
        await seat.press("escape")
        assert desk.settings.asked == []
        await seat.press("f10", "enter")
        assert desk.settings.asked[0][:2] == ("edit", (("policy.standard.mark_at", "6.5"),))
        assert "Applied, as version 2" in seat.text()


async def test_without_a_move_nothing_is_asked_and_d_takes_the_present_ones(tmp_path: Path) -> None:
    desk = telling_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("6", "s", "f10")
        assert "No limit was moved" in seat.text()
        await seat.press("left", "d", "y")
        assert "No limit was moved" in seat.text()
        assert isinstance(seat.app.screen, LimitsScreen)
        await seat.press("left", "escape")
        assert "nothing was applied" in seat.text()


async def test_the_messages_are_one_key_away(tmp_path: Path) -> None:
    async with seated(tmp_path, telling_desk()) as seat:
        await seat.press("6", "s", "left", "y")
        assert isinstance(seat.app.screen, ReplayScreen)
        assert "Held from 9.0 → 8.5" in seat.text()


@pytest.mark.parametrize(("answer", "says"), [(ON_TRIAL, "F8"), (INVALID, "Not applied")])
async def test_what_became_of_it_is_said(tmp_path: Path, answer: object, says: str) -> None:
    desk = telling_desk()
    desk.settings = replace(desk.settings, answers=[answer])  # type: ignore[list-item]  # each is a Tried
    async with seated(tmp_path, desk) as seat:
        await seat.press("6", "s", "left", "f10", "enter")
        assert says in seat.text()
