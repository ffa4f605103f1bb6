from __future__ import annotations

from pathlib import Path

from tests.support.interface import busy_desk, seated
from tui.screens.messages import MessagesScreen


async def test_pages_are_asked_for_as_they_are_needed(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk(rows=650, held_rows=0)) as seat:
        await seat.press("2")
        screen = seat.app.screen
        assert isinstance(screen, MessagesScreen)
        assert (len(screen.rows), "200+" in seat.text()) == (200, True)
        await seat.press("end", "end", "end", "end")
        assert (len(screen.rows), screen.rows.is_complete) == (650, True)
        assert screen.table.cursor == 649
        assert "650" in seat.lines()[2]


async def test_an_answer_to_an_older_question_is_not_shown(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("2")
        screen = seat.app.screen
        assert isinstance(screen, MessagesScreen)
        screen.search("Facture")
        screen.search("Claim")
        await seat.settle()
        assert {each.subject for each in screen.rows.loaded()} == {"Claim your prize"}


async def test_the_row_above_the_panel_is_seen_also_at_the_lower_edge(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("2", "pagedown")
        assert any(line.startswith("▶") for line in seat.lines())
        await seat.press("pagedown", "pagedown")
        assert any(line.startswith("▶") for line in seat.lines())


async def test_a_list_behind_the_screen_in_front_leaves_the_terminals_cursor_alone(tmp_path: Path) -> None:
    async with seated(tmp_path, busy_desk()) as seat:
        await seat.press("2", "down", "down")
        behind = seat.app.screen
        await seat.press("1")
        place = seat.app.cursor_position
        assert isinstance(behind, MessagesScreen)
        behind.table.redraw()
        await seat.settle()
        assert seat.app.cursor_position == place
        await seat.press("2")
        assert seat.lines()[seat.app.cursor_position.y].startswith("▶")
