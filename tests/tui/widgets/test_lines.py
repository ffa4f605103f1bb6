from __future__ import annotations

from textual.app import App, ComposeResult

from tui.format import line
from tui.widgets.lines import Lines


class _App(App[None]):
    CSS = "Lines { height: 4; scrollbar-size: 0 0; }"

    def compose(self) -> ComposeResult:
        yield Lines(id="lines", can_focus=True)


async def test_marks_say_that_there_is_more_and_arrows_go_there() -> None:
    app = _App()
    async with app.run_test(size=(20, 6)) as pilot:
        shown = app.query_one(Lines)
        shown.show(lambda cells: [line(f"{number} of {cells}") for number in range(9)])
        shown.focus()
        await pilot.pause()
        assert [shown.render_line(y).text.rstrip() for y in (0, 3)] == ["0 of 20", "3 of 20            ▼"]
        await pilot.press("j", "down")
        await pilot.pause(0.1)
        assert shown.render_line(0).text == "2 of 20            ▲"
        await pilot.press("end")
        await pilot.pause(0.1)
        assert shown.render_line(3).text.rstrip() == "8 of 20"
        shown.show(lambda cells: [line("new")], from_top=True)
        await pilot.pause(0.1)
        assert shown.render_line(0).text.rstrip() == "new"


async def test_another_width_makes_other_lines() -> None:
    app = _App()
    async with app.run_test(size=(20, 6)) as pilot:
        shown = app.query_one(Lines)
        shown.show(lambda cells: [line(str(cells))])
        await pilot.resize_terminal(33, 6)
        await pilot.pause()
        assert shown.lines == (line("33"),)
