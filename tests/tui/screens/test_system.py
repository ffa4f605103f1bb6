from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.control.values import LaneStatus
from gateway.control.workvalues import BypassStatus, Forgotten
from tests.support.control import NOON
from tests.support.interface import seated
from tests.support.office import OFFICE, office
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language
from tui.screens.system import ServicesScreen, SystemScreen
from tui.state.system import ENTRIES

BROKEN = replace(OFFICE, lanes=(LaneStatus("backend:exchange", "away", "connection refused", NOON),))


def downs(name: str) -> list[str]:
    """The keys to this line."""
    return ["9", *["down"] * [each.name for each in ENTRIES].index(name)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
async def test_one_list_with_an_explanation(tmp_path: Path, language: Language, size: tuple[int, int]) -> None:
    async with seated(tmp_path, office(), language=language, size=size) as seat:
        await seat.press(*downs("storage"))
        matches(f"system-{language}-{size[0]}", seat.text())


@pytest.mark.parametrize("language", LANGUAGES)
async def test_services_say_what_is_away_since_when_and_why(tmp_path: Path, language: Language) -> None:
    desk = office()
    desk.state = BROKEN
    async with seated(tmp_path, desk, language=language) as seat:
        await seat.press(*downs("services"), "enter")
        assert isinstance(seat.app.screen, ServicesScreen)
        matches(f"services-{language}", seat.text())
        await seat.press("escape")
        assert isinstance(seat.app.screen, SystemScreen)


@pytest.mark.parametrize("name", [each.name for each in ENTRIES])
async def test_no_line_is_dead(tmp_path: Path, name: str) -> None:
    async with seated(tmp_path, office()) as seat:
        await seat.press(*downs(name))
        before = seat.text()
        await seat.press("enter")
        assert seat.text() != before
        assert seat.app.fault is None


async def test_a_pause_is_chosen_shown_everywhere_and_ended_by_the_same_key(tmp_path: Path) -> None:
    desk = office()
    async with seated(tmp_path, desk) as seat:
        await seat.press(*downs("bypass"), "enter", "enter")
        assert desk.work.asked == []
        await seat.press("enter", "down", "down", "enter")
        assert desk.work.asked[0][:2] == ("bypass", 3_600)
        assert "Mail passes unfiltered until 13:00." in seat.text()
        desk.state = replace(desk.state, bypass=BypassStatus(True, "anna", NOON))
        seat.app.refresh_status()
        await seat.press("2")
        assert "UNFILTERED until 12:00" in seat.lines()[0]
        await seat.press("9", "enter")
        assert desk.work.asked[1][:2] == ("bypass", 0)
        assert "Mail is filtered again." in seat.text()


async def test_the_palette_knows_the_pause(tmp_path: Path) -> None:
    async with seated(tmp_path, office()) as seat:
        await seat.press("colon")
        await seat.type("pause")
        await seat.press("enter")
        assert "Let mail pass unfiltered for how long?" in seat.text()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_address_is_forgotten_after_a_question_whose_default_is_no(tmp_path: Path, language: Language) -> None:
    desk = office()
    desk.work.forgotten = Forgotten(3, 1, 0)
    async with seated(tmp_path, desk, language=language) as seat:
        await seat.press(*downs("forget"), "enter")
        await seat.type("anna")
        await seat.press("enter")
        matches(f"system-forget-{language}", seat.text())
        await seat.type("@x.example")
        await seat.press("enter", "enter")
        assert desk.work.asked == []
        await seat.press("enter")
        await seat.type("anna@x.example")
        await seat.press("enter", "left", "enter")
        assert desk.work.asked[0][:2] == ("forget", "anna@x.example")
        said = {"en": "It still stands in: 1 held message.", "fr": "Elle figure encore dans : 1 message retenu."}
        assert said[language] in seat.text()


async def test_privacy_and_storage_are_forms_of_their_own(tmp_path: Path) -> None:
    desk = office()
    async with seated(tmp_path, desk) as seat:
        await seat.press(*downs("privacy"), "enter", "enter", "down", "enter", "f10", "enter")
        assert desk.settings.asked[0][1] == (("history.subjects", '"none"'),)
        await seat.press("escape", "up", "up", "enter")
        assert "System > Storage" in seat.text()


async def test_a_trial_in_the_settings_is_told_beside_them(tmp_path: Path) -> None:
    from tests.support.office import TRIAL

    desk = office()
    desk.settings.running = TRIAL
    async with seated(tmp_path, desk) as seat:
        await seat.press("9")
        assert seat.lines()[2].rstrip().endswith("on trial")
