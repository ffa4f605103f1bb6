from __future__ import annotations

from pathlib import Path

import pytest

from gateway.control.refusal import Refusal
from gateway.core.event import SettingsChanged
from tests.support.control import FakeDesk
from tests.support.interface import Seat, seated
from tests.support.office import ON_TRIAL, TRIAL, office
from tui.language import LANGUAGES, Language
from tui.screens.ontrial import TrialScreen


async def _happens(seat: Seat, desk: FakeDesk, change: str, by: str = "", why: str = "") -> None:
    """The gateway tells what became of the trial."""
    desk.settings.running = TRIAL if change == "trial" else None
    seat.gateway.hub.publish(SettingsChanged(5, change, by, why))
    await seat.pilot.pause(0.05)
    await seat.settle()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_change_is_tried_counted_down_on_every_screen_and_kept(tmp_path: Path, language: Language) -> None:
    desk = office(ON_TRIAL)
    async with seated(tmp_path, desk, language=language) as seat:
        await seat.press("9", "enter", "enter", "enter", "ctrl+u")
        await seat.type("mail.office.example")
        await seat.press("enter", "f10")
        desk.settings.running = TRIAL
        await seat.press("enter")
        assert isinstance(seat.app.screen, TrialScreen)
        await seat.press("escape")
        for key in ("1", "3", "9"):
            await seat.press(key)
            assert "4 min 30 s" in seat.lines()[0]
        await seat.turn(60)
        assert "3 min 30 s" in seat.lines()[0]
        await seat.press("f8", "enter")
        assert desk.settings.asked[-1][0] == "keep"
        await _happens(seat, desk, "kept", "anna")
        said = {"en": "Version 5 of the settings is kept.", "fr": "La version 5 des réglages est gardée."}
        assert said[language] in seat.text()
        assert "3 min" not in seat.lines()[0]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_trial_that_nobody_keeps_ends_its_window_and_is_said(tmp_path: Path, language: Language) -> None:
    desk = office()
    desk.settings.running = TRIAL
    async with seated(tmp_path, desk, language=language) as seat:
        await seat.press("f8")
        await seat.turn(270)
        assert "0 s" in seat.lines()[0]
        await _happens(seat, desk, "reverted", why="nobody kept it in time")
        assert not isinstance(seat.app.screen, TrialScreen)
        said = {"en": "The settings of before run again: nobody", "fr": "Les réglages d'avant sont revenus : personne"}
        assert said[language] in seat.text()


async def test_it_is_taken_back_from_any_screen_and_by_the_palette(tmp_path: Path) -> None:
    desk = office()
    desk.settings.running = TRIAL
    async with seated(tmp_path, desk) as seat:
        await seat.press("3", "colon", *"trial", "enter")
        assert isinstance(seat.app.screen, TrialScreen)
        await seat.press("right", "enter")
        assert desk.settings.asked == [("undo", 0, desk.settings.asked[0][2], 0)]
        assert "The settings of before run again." in seat.text()


async def test_a_trial_of_somebody_else_is_said_and_opens_no_window(tmp_path: Path) -> None:
    desk = office()
    async with seated(tmp_path, desk) as seat:
        await _happens(seat, desk, "trial", "bob")
        assert "Version 5 of the settings is on trial" in seat.text()
        assert not isinstance(seat.app.screen, TrialScreen)
        assert "Trial 4 min 30 s" in seat.lines()[0]


async def test_without_a_trial_there_is_nothing_to_decide(tmp_path: Path) -> None:
    desk = office()
    async with seated(tmp_path, desk) as seat:
        await seat.press("f8")
        assert "Nothing is on trial" in seat.text()
        desk.settings.running = TRIAL
        seat.app.refresh_status()
        await seat.settle()
        desk.settings.answers = [Refusal("Nothing is on trial.")]
        await seat.press("f8", "n", "f8", "y")
        assert "Nothing is on trial." in seat.text()


async def test_leaving_ends_no_trial(tmp_path: Path) -> None:
    desk = office()
    desk.settings.running = TRIAL
    async with seated(tmp_path, desk) as seat:
        await seat.press("q", "y")
        assert desk.settings.asked == []
