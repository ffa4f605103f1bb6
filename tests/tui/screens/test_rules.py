from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.control import FakeDesk
from tests.support.interface import Seat, seated
from tests.support.lists import entry
from tests.support.snapshot import matches
from tui.language import LANGUAGES, Language
from tui.screens.rules import RulesScreen


def listed_desk() -> FakeDesk:
    desk = FakeDesk()
    desk.rules.entries = [
        entry("allow", "ann@sender.example", id=1),
        entry("block", ".spam.example", "anna@office.example", expires=1_796_000_000.0, id=2),
        entry("block", "192.0.2.0/24", id=3),
    ]
    return desk


def _subjects(desk: FakeDesk) -> list[str]:
    return [str(each.draft.subject) for each in desk.rules.entries]


def _screen(seat: Seat) -> RulesScreen:
    assert isinstance(seat.app.screen, RulesScreen)
    return seat.app.screen


@pytest.mark.parametrize("size", [(80, 24), (132, 43)])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_entries_are_listed_and_told_in_a_sentence(
    tmp_path: Path, language: Language, size: tuple[int, int]
) -> None:
    async with seated(tmp_path, listed_desk(), language=language, size=size) as seat:
        await seat.press("6", "down", "down")
        matches(f"rules-{language}-{size[0]}", seat.text())


async def test_without_an_entry_it_says_that_this_is_good(tmp_path: Path) -> None:
    async with seated(tmp_path, FakeDesk()) as seat:
        await seat.press("minus")
        matches("rules-empty", seat.text())
        for key in ("m", "d", "y"):
            await seat.press(key)
            assert "Choose an entry first" in seat.text()


async def test_what_is_taken_out_comes_back_by_u(tmp_path: Path) -> None:
    desk = listed_desk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("6", "down", "d")
        assert "192.0.2.0/24" not in _subjects(desk)
        assert "is no longer on the block list. u takes it back." in seat.text()
        await seat.press("u")
        assert "192.0.2.0/24" in _subjects(desk)
        assert "Taken back:" in seat.text()


async def test_entries_are_searched_and_filtered(tmp_path: Path) -> None:
    async with seated(tmp_path, listed_desk()) as seat:
        await seat.press("6", "f")
        assert [each.kind for each in _screen(seat).rows.loaded()] == ["allow"]
        await seat.press("f", "f", "slash")
        await seat.type("spam")
        await seat.press("enter")
        assert [each.subject for each in _screen(seat).rows.loaded()] == [".spam.example"]


async def test_an_entry_that_warns_is_kept_only_when_somebody_says_so(tmp_path: Path) -> None:
    desk = FakeDesk()
    async with seated(tmp_path, desk) as seat:
        await seat.press("6", "n", "enter")
        await seat.type("203.0.113.0/24")
        await seat.press("f10")
        matches("rules-warning", seat.text())
        await seat.press("enter")
        assert _subjects(desk) == []
        await seat.press("n", "enter")
        await seat.type("203.0.113.0/24")
        await seat.press("f10", "y")
        assert _subjects(desk) == ["203.0.113.0/24"]
