from __future__ import annotations

from textual.app import App, ComposeResult

from tui.format import line
from tui.widgets.bar import Bar


class _App(App[None]):
    CSS = "Bar { height: 1; } #auto { width: auto; }"

    def compose(self) -> ComposeResult:
        yield Bar(lambda cells: line(f"{cells} cells"), id="full")
        yield Bar(lambda cells: line("short"), id="auto")


async def test_a_bar_is_drawn_for_its_width_and_can_be_as_wide_as_its_text() -> None:
    app = _App()
    async with app.run_test(size=(40, 5)):
        assert app.query_one("#full", Bar).render_line(0).text == "40 cells".ljust(40)
        assert app.query_one("#full", Bar).render_line(1).text.strip() == ""
        assert app.query_one("#auto", Bar).size.width == 5
