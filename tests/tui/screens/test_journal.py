from __future__ import annotations

from pathlib import Path

import pytest

from gateway.core.listentry import ListChange, ListEntry
from tests.support.control import NOON, FakeDesk
from tests.support.interface import seated
from tests.support.lists import draft
from tests.support.office import office
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language

OPEN = ("9", "down", "down", "enter")


def desk_with_rules() -> FakeDesk:
    desk = office()
    entry = ListEntry(1, draft("allow", "@sender.example"), "bob", NOON.timestamp() - 3_600)
    desk.rules.entries.append(entry)
    desk.rules.journal.append(ListChange(1, NOON.timestamp() - 3_600, "bob", None, entry))
    return desk


@pytest.mark.parametrize("language", LANGUAGES)
async def test_settings_and_rules_are_one_list_by_their_time(tmp_path: Path, language: Language) -> None:
    async with seated(tmp_path, desk_with_rules(), language=language) as seat:
        await seat.press(*OPEN, "down")
        matches(f"journal-{language}", seat.text())


async def test_a_rule_is_taken_back_at_once_and_settings_ask(tmp_path: Path) -> None:
    desk = desk_with_rules()
    async with seated(tmp_path, desk) as seat:
        await seat.press(*OPEN, "down", "u")
        assert desk.rules.entries == []
        assert len(desk.rules.journal) == 2
        await seat.press("end", "up", "up", "u")
        assert "Take version" in seat.text()
        await seat.press("enter")
        assert desk.settings.asked[0][:2] == ("undo", 0)


async def test_enter_shows_the_lines_of_the_file(tmp_path: Path) -> None:
    async with seated(tmp_path, desk_with_rules()) as seat:
        await seat.press(*OPEN, "enter")
        assert "Version 4 beside the one before" in seat.text()


async def test_an_office_where_nothing_was_changed(tmp_path: Path) -> None:
    desk = office()
    desk.settings.versions = ()
    async with seated(tmp_path, desk) as seat:
        await seat.press(*OPEN, "u")
        assert "Nobody changed anything yet." in seat.text()
        assert "There is nothing to take back." in seat.text()
