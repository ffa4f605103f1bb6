from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.interface import seated
from tests.support.office import TEXT, office
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language
from tui.screens.settings import SectionScreen, SettingsScreen

LDAP = (
    TEXT
    + """
[domain."office.example".recipient_verification]
method = "ldap"
[domain."office.example".recipient_verification.ldap]
urls = ["ldaps://10.0.0.9"]
base = "dc=office,dc=example"
secret = "directory"
"""
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
async def test_sections_and_their_fields(tmp_path: Path, language: Language, size: tuple[int, int]) -> None:
    async with seated(tmp_path, office(), language=language, size=size) as seat:
        await seat.press("9", "enter", "down")
        matches(f"settings-{language}-{size[0]}", seat.text())
        await seat.press("enter", "down")
        matches(f"section-{language}-{size[0]}", seat.text())


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_number_a_choice_and_a_switch_are_changed_and_applied_together(
    tmp_path: Path, language: Language
) -> None:
    desk = office()
    async with seated(tmp_path, desk, language=language) as seat:
        await seat.press("9", "enter", "end")
        while not isinstance(seat.app.screen, SectionScreen) or seat.app.screen.section.key != "known_correspondents":  # type: ignore[union-attr]  # it is there
            if isinstance(seat.app.screen, SectionScreen):
                await seat.press("escape", "up")
            await seat.press("enter")
        await seat.press("enter", "down", "enter", "ctrl+u")
        await seat.type("90")
        await seat.press("enter")
        matches(f"section-changed-{language}", seat.text())
        await seat.press("f10")
        matches(f"settings-question-{language}", seat.text())
        await seat.press("enter")
        assert desk.settings.asked[0][1] == (
            ("known_correspondents.learn", "false"),
            ("known_correspondents.keep_days", "90"),
        )


async def test_a_choice_shows_all_with_what_they_mean(tmp_path: Path) -> None:
    async with seated(tmp_path, office()) as seat:
        await seat.press("9", "enter", "enter", "down", "down", "enter")
        matches("settings-choice", seat.text())
        await seat.press("down", "enter")
        assert "fr (French)" in seat.text()


async def test_a_wrong_text_stays_with_why_beside_it(tmp_path: Path) -> None:
    async with seated(tmp_path, office()) as seat:
        await seat.press("9", "enter", "enter", "enter", "ctrl+u", "enter")
        assert "✗ This can't be empty." in seat.text()
        await seat.press("escape")
        assert isinstance(seat.app.screen, SectionScreen)
        assert "to apply" not in seat.text()


async def test_the_default_is_taken_by_one_key_unless_there_is_none(tmp_path: Path) -> None:
    desk = office()
    async with seated(tmp_path, desk) as seat:
        await seat.press("9", "enter", "enter", "d")
        assert "This has no default" in seat.text()
        await seat.press("escape", "down", "enter")
        await seat.press(*["down"] * 8, "d")
        assert "50 → 100" in seat.text()
        await seat.press("f10", "enter")
        assert desk.settings.asked[0][1] == (("limits.recipients", ""),)


async def test_what_was_typed_is_not_lost_without_a_question(tmp_path: Path) -> None:
    async with seated(tmp_path, office()) as seat:
        await seat.press("9", "enter", "enter", "down", "down", "enter", "down", "enter", "escape")
        assert "1 change to apply" in seat.text()
        await seat.press("escape")
        assert "Leave 1 change unapplied?" in seat.text()
        await seat.press("enter")
        assert isinstance(seat.app.screen, SettingsScreen)
        await seat.press("escape", "y")
        assert not isinstance(seat.app.screen, SettingsScreen)


async def test_a_secret_is_set_where_it_is_named_and_never_shown(tmp_path: Path) -> None:
    desk = office()
    desk.settings.texts[0] = LDAP
    async with seated(tmp_path, desk) as seat:
        await seat.press("9", "enter")
        screen = seat.app.screen
        assert isinstance(screen, SettingsScreen)
        names = [each.key for each in screen.rows()]  # type: ignore[attr-defined]  # sections
        await seat.press(*["down"] * names.index('domain."office.example"'), "enter", "s")
        assert "Only a field that names a secret" in seat.text()
        section = seat.app.screen
        assert isinstance(section, SectionScreen)
        fields = [each.name for each in section.rows()]  # type: ignore[attr-defined]  # fields
        await seat.press(*["down"] * fields.index("recipient_verification.ldap.secret"), "s")
        await seat.type("hunter2")
        assert "hunter2" not in seat.text()
        await seat.press("enter")
        assert desk.settings.asked == [("set", "directory", b"hunter2", desk.settings.asked[0][3])]
        assert "The secret directory is kept." in seat.text()
