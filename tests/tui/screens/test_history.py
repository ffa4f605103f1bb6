from __future__ import annotations

from pathlib import Path

import pytest

from gateway.control.settingsvalues import ProblemView, Tried
from gateway.core.event import SettingsChanged
from tests.support.interface import seated
from tests.support.office import ON_TRIAL, TEXT, TRIAL, office
from tests.support.settingsdesk import REVERTED
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language

OPEN = ("9", "down", "enter")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_changed_what_and_when(tmp_path: Path, language: Language) -> None:
    async with seated(tmp_path, office(), language=language) as seat:
        await seat.press(*OPEN)
        matches(f"history-{language}", seat.text())
        await seat.press("down", "down")
        matches(f"history-chosen-{language}", seat.text())


async def test_enter_shows_the_lines_that_differ(tmp_path: Path) -> None:
    desk = office()
    desk.settings.texts[1] = TEXT.replace("recipients = 50", "recipients = 100")
    async with seated(tmp_path, desk) as seat:
        await seat.press(*OPEN, "down", "down", "down", "enter")
        matches("history-lines", seat.text())
        await seat.press("escape", "down", "enter")
        assert "Version 1 beside the one before" in seat.text()
        assert "+hostname" in seat.text()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_u_takes_the_running_version_back_after_a_question(tmp_path: Path, language: Language) -> None:
    desk = office()
    async with seated(tmp_path, desk, language=language) as seat:
        await seat.press(*OPEN, "u")
        matches(f"history-undo-{language}", seat.text())
        await seat.press("escape")
        assert desk.settings.asked == []
        await seat.press("u", "enter")
        assert desk.settings.asked[0][:2] == ("undo", 0)
        assert ("Taken back, as version 4" if language == "en" else "Annulé : c'est la version 4") in seat.text()


async def test_an_older_change_is_taken_back_value_by_value_so_that_later_ones_stay(tmp_path: Path) -> None:
    desk = office(ON_TRIAL)
    async with seated(tmp_path, desk) as seat:
        await seat.press(*OPEN, "down", "down", "down", "u", "y")
        assert desk.settings.asked[0][:2] == ("edit", (("limits.recipients", "100"),))
        assert "It runs on trial" in seat.text()
        desk.settings.running = TRIAL
        seat.gateway.hub.publish(SettingsChanged(5, "trial", "anna", "", TRIAL.ends.timestamp()))
        await seat.pilot.pause(0.05)
        await seat.settle()
        assert "Settings on trial" in seat.text()


async def test_what_does_not_hold_or_has_no_values_can_not_be_taken_back(tmp_path: Path) -> None:
    desk = office()
    async with seated(tmp_path, desk) as seat:
        await seat.press(*OPEN, "down", "u")
        assert "This version does not hold" in seat.text()
        await seat.press("end", "u")
        assert "r runs an older version again" in seat.text()
        assert desk.settings.asked == []


async def test_r_runs_an_older_version_again(tmp_path: Path) -> None:
    desk = office()
    async with seated(tmp_path, desk) as seat:
        await seat.press(*OPEN, "r")
        assert "Choose a version first" in seat.text()
        await seat.press("down", "down", "r")
        assert "This version runs already." in seat.text()
        await seat.press("down", "r", "enter")
        assert desk.settings.asked == []
        await seat.press("r", "y")
        assert desk.settings.asked[0][:2] == ("undo", 2)


async def test_what_went_wrong_in_going_back_is_said(tmp_path: Path) -> None:
    desk = office(REVERTED, Tried("invalid", problems=(ProblemView(3, "hostnam", "unknown key"),)))
    async with seated(tmp_path, desk) as seat:
        await seat.press(*OPEN, "u", "y")
        assert "✗ dns, silent" in seat.text()
        await seat.press("enter", "u", "y")
        assert "hostnam: unknown key" in seat.text()


async def test_a_new_version_is_shown_but_not_under_the_readers_eyes(tmp_path: Path) -> None:
    desk = office()
    async with seated(tmp_path, desk) as seat:
        await seat.press(*OPEN)
        desk.settings.versions = desk.settings.versions[1:]
        seat.gateway.hub.publish(SettingsChanged(4, "kept", "bob", ""))
        await seat.pilot.pause(0.05)
        await seat.settle()
        assert "reverted" not in seat.text()
