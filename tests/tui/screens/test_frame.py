from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from tests.support.interface import Seat, busy_desk, seated
from tests.support.walk import digits
from tui.keys import SCREENS
from tui.language import LANGUAGES, Language, words
from tui.screens.frame import bound, footer


def test_the_table_of_keys_becomes_bindings() -> None:
    shown = bound(SCREENS["home"])
    assert len(shown) == len(SCREENS["home"])


def test_the_footer_names_keys_and_what_they_do() -> None:
    text = "".join(piece.text for piece in footer(SCREENS["home"][:2], "  ", words("fr")))
    assert text == " Entrée Agir  t Tester"


@pytest.mark.parametrize("size", [(79, 24), (80, 23), (40, 10), (10, 3)])
async def test_a_small_window_says_that_it_is_too_small(tmp_path: Path, size: tuple[int, int]) -> None:
    async with seated(tmp_path, busy_desk(), size=size) as seat:
        for key in digits():
            await seat.press(key)
            assert len([line for line in seat.lines() if line.strip()]) == 2
        if size[0] >= 40:
            assert f"The window has {size[0]}x{size[1]}: 80x24 is needed." in seat.text()
        await seat.pilot.resize_terminal(80, 24)
        await seat.settle()
        assert "is needed" not in seat.text()
        assert "Quarantine" in seat.text()


async def test_one_cell_is_survived(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk(), size=(1, 1)) as seat:
        for key in digits():
            await seat.press(key, "down")
        await seat.press("3", "down", "r", "escape", "f1")
        assert seat.app.fault is None


async def test_pasted_text_presses_no_key(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("3", "down")
        seat.app.screen.post_message(events.Paste("ddd\n"))
        await seat.settle()
        assert "Pasted text is ignored" in seat.text()


SCREENS_OPEN = {
    "home": (),
    "messages": ("2",),
    "why": ("2", "down", "down"),
    "message": ("2", "down", "down", "enter", "e"),
    "quarantine": ("3", "down"),
    "held": ("3", "down", "enter", "v"),
    "release": ("3", "down", "r"),
    "delete": ("3", "down", "d"),
    "test": ("t",),
    "help": ("2", "f1"),
    "palette": ("colon",),
    "leave": ("q",),
}


async def _opened(seat: Seat, keys: tuple[str, ...]) -> str:
    await seat.press(*keys)
    return seat.text()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SCREENS_OPEN)
async def test_no_word_of_ours_is_cut_at_80x24(tmp_path: Path, name: str, language: Language) -> None:
    async with seated(tmp_path, busy_desk(), language=language) as seat:
        await _opened(seat, SCREENS_OPEN[name])
        lines = seat.lines()
        foreign = ("@", "Réunion", "Your order", "Lettre", "Its 9.5", "points", "ex… │", "e.… │")
        ours = ("Asking …", "Demande en cours …")
        cut = [line for line in lines if "…" in line and not any(each in line for each in (*foreign, *ours))]
        assert cut == [] or name == "palette"
        assert all(len(line) == 80 for line in lines)


async def test_escape_goes_back_and_never_quits(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("3", "down", "enter", *["escape"] * 6)
        assert seat.app.current_mode == "home"
        assert seat.app.is_running


async def test_the_french_keyboard_has_the_digits_without_shift(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        for key, mode in (("é", "messages"), ("quotation_mark", "quarantine"), ("ampersand", "home")):
            await seat.press(key)
            assert seat.app.current_mode == mode
