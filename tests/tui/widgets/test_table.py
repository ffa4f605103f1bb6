from __future__ import annotations

from textual.app import App, ComposeResult
from textual.geometry import Offset

from tui.format import Line, Piece, line
from tui.state.table import Column
from tui.widgets.table import Few, Table

COLUMNS = (Column("Name"), Column("Score", 6, is_number=True))


class _App(App[None]):
    CSS = "Table { height: 5; scrollbar-size: 0 0; }"

    def __init__(self, *, live: bool = True) -> None:
        super().__init__()
        self.live = live
        self.chosen: list[int | None] = []
        self.needed: list[tuple[int, int]] = []

    def compose(self) -> ComposeResult:
        yield Table[str](COLUMNS, _draw, id="list", live=self.live)

    def on_table_chosen(self, event: Table.Chosen) -> None:
        self.chosen.append(event.index)

    def on_table_needed(self, event: Table.Needed) -> None:
        self.needed.append((event.first, event.last))


def _draw(item: str) -> Line:
    return (Piece(item), Piece("1.0"))


def _few(count: int) -> Few[str]:
    return Few([f"row {number}" for number in range(count)])


async def test_a_live_list_has_no_chosen_row_until_an_arrow_is_pressed() -> None:
    app = _App()
    async with app.run_test(size=(30, 8)) as pilot:
        table = app.query_one(Table)
        table.show(_few(9), lambda cells: [])
        table.focus()
        await pilot.press("up")
        assert table.cursor is None
        await pilot.press("down", "j")
        await pilot.pause()
        assert (table.cursor, table.chosen) == (1, "row 1")
        assert table.render_line(1).text == "▶ row 1                    1.0"
        assert app.cursor_position == Offset(0, 1)
        await pilot.press("k", "up")
        assert table.cursor is None
        assert app.chosen[-1] is None


async def test_the_chosen_row_stays_in_sight() -> None:
    app = _App()
    async with app.run_test(size=(30, 8)) as pilot:
        table = app.query_one(Table)
        table.show(_few(40), lambda cells: [])
        table.focus()
        await pilot.press("end")
        await pilot.pause()
        assert table.cursor == 39
        assert table.render_line(4).text.startswith("▶ row 39")
        assert app.needed[-1] == (35, 40)
        await pilot.press("pageup", "pageup")
        await pilot.pause()
        assert (table.cursor, table.render_line(0).text[:8]) == (31, "▶ row 31")
        await pilot.press("pagedown")
        assert table.cursor == 35
        await pilot.press("home")
        assert table.cursor is None


async def test_a_list_that_is_not_live_always_has_a_chosen_row() -> None:
    app = _App(live=False)
    async with app.run_test(size=(30, 8)) as pilot:
        table = app.query_one(Table)
        table.show(_few(3), lambda cells: [])
        table.focus()
        await pilot.press("up", "g")
        assert table.cursor == 0
        table.source = _few(0)
        table.set_empty(lambda cells: [line("nothing")])
        table.redraw()
        await pilot.pause()
        assert (table.cursor, table.render_line(0).text.strip()) == (None, "nothing")


async def test_an_arrow_that_comes_before_the_first_row_is_not_lost() -> None:
    app = _App()
    async with app.run_test(size=(30, 8)) as pilot:
        table = app.query_one(Table)
        table.focus()
        await pilot.press("down")
        assert table.cursor is None
        table.source = _few(3)
        table.redraw()
        assert table.cursor == 0


async def test_ticks_titles_and_rows_that_are_on_their_way() -> None:
    app = _App()
    async with app.run_test(size=(30, 8)) as pilot:
        table = app.query_one(Table)
        table.ticked = lambda item: item == "row 0"
        table.show(_few(1), lambda cells: [])
        await pilot.pause()
        assert table.render_line(0).text.startswith(" •row 0")
        titles = "".join(piece.text for piece in table.titles(30, str.upper))
        assert titles == "  NAME                   SCORE"

        class Later:
            def __len__(self) -> int:
                return 1

            def row(self, index: int) -> str | None:
                return None

        table.source = Later()
        assert "…" in table.render_line(0).text


async def test_a_smaller_window_keeps_the_chosen_row_in_sight() -> None:
    app = _App()
    async with app.run_test(size=(30, 8)) as pilot:
        table = app.query_one(Table)
        table.styles.height = "1fr"
        table.show(_few(40), lambda cells: [])
        table.focus()
        await pilot.press(*["down"] * 8)
        await pilot.resize_terminal(30, 4)
        await pilot.pause()
        assert any(table.render_line(y).text.startswith("▶ row 7") for y in range(4))
