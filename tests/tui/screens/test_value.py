from __future__ import annotations

from pathlib import Path

from tests.support.interface import Seat, seated
from tests.support.office import office
from tui.format import line
from tui.screens.value import Option, PickScreen, TypeScreen, Wanted
from tui.state.settings import TypedError


def _judge(text: str) -> str:
    if not text.isdecimal():
        raise TypedError("Only digits.")
    return f"{int(text)}"


async def _opened(seat: Seat, screen: TypeScreen | PickScreen) -> list[str | None]:
    told: list[str | None] = []
    seat.app.push_screen(screen, told.append)
    await seat.settle()
    return told


async def test_a_text_is_judged_and_stays_while_it_is_wrong(tmp_path: Path) -> None:
    async with seated(tmp_path, office()) as seat:
        told = await _opened(seat, TypeScreen(Wanted("Number", lambda cells: [line("About it")], _judge, "x")))
        assert "About it" in seat.text()
        await seat.press("enter")
        assert "✗ Only digits." in seat.text()
        await seat.press("ctrl+u", "0", "7", "enter")
        assert told == ["7"]


async def test_escape_leaves_it_as_it_was(tmp_path: Path) -> None:
    async with seated(tmp_path, office()) as seat:
        told = await _opened(seat, TypeScreen(Wanted("Number", lambda cells: [], _judge, "7")))
        await seat.press("8", "escape")
        told += await _opened(seat, PickScreen("Which?", lambda cells: [], [Option("a", "A")]))
        await seat.press("escape")
        assert told == [None]


async def test_one_of_a_few_is_chosen_from_the_one_that_holds(tmp_path: Path) -> None:
    async with seated(tmp_path, office()) as seat:
        options = [Option("a", "Aa"), Option("b", "Bb", "the second"), Option("c", "Cc")]
        told = await _opened(seat, PickScreen("Which?", lambda cells: [line("Choose")], options, "b"))
        assert "▶ ● Bb  the second" in seat.text()
        await seat.press("down", "enter")
        assert told == ["c"]


async def test_a_hidden_text_is_not_shown(tmp_path: Path) -> None:
    async with seated(tmp_path, office()) as seat:
        told = await _opened(seat, TypeScreen(Wanted("Secret", lambda cells: [], lambda text: text, "", True)))
        await seat.type("hunter2")
        assert "hunter2" not in seat.text()
        await seat.press("enter")
        assert told == ["hunter2"]
