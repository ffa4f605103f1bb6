from __future__ import annotations

from pathlib import Path

from tests.support.interface import busy_desk, seated
from tui.keys import SCREENS
from tui.language import LANGUAGES, words
from tui.screens.palette import commands, found

SAY = [words(language) for language in LANGUAGES]


def test_an_action_is_found_by_its_name_in_either_language_without_accents() -> None:
    keys = commands("quarantine")
    assert found(keys, "remettre", SAY)[0].action == "release"
    assert found(keys, "DETRUIRE", SAY)[0].action == "delete"
    assert found(keys, "release", SAY)[0].action == "release"
    assert found(keys, "xyz", SAY) == []
    assert len(found(keys, "", SAY)) == len(keys)


def test_every_key_of_the_screen_is_a_command() -> None:
    assert set(SCREENS["held"]) <= set(commands("held"))


async def test_a_command_is_carried_out_by_enter(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("colon")
        await seat.type("quarantaine")
        await seat.press("enter")
        assert seat.app.current_mode == "quarantine"
        await seat.press("down", "ctrl+p")
        await seat.type("release")
        await seat.press("enter")
        assert "Release 1 message" in seat.text()


async def test_arrows_choose_another_and_escape_none(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("colon", "down", "up", "escape")
        assert seat.app.current_mode == "home"
        await seat.press("colon")
        await seat.type("xyz")
        assert "No action has this name." in seat.text()
        await seat.press("enter")
        assert seat.app.current_mode == "home"


async def test_what_the_chosen_action_does_stands_below_in_full(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk(), language="fr") as seat:
        await seat.press("colon")
        await seat.type("annuler")
        assert "Annuler la dernière action tant que durent ses dix secondes." in " ".join(seat.text().split())
