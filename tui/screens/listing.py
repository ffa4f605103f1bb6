"""A long list with a search line above and a panel that explains the chosen row: Messages and Quarantine.

Live until a row is chosen; from then on nothing moves, and what comes is counted.
"""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Horizontal
from textual.widgets import Input

from gateway.control.protocol import Method
from gateway.control.values import Page
from tui.format import Line, Piece, line, paragraph, spread
from tui.messages import Answered, Unanswered
from tui.rows import Rows
from tui.screens.acting import ActingScreen
from tui.state.table import Column
from tui.widgets.bar import Bar
from tui.widgets.lines import Lines
from tui.widgets.table import Table

_Item = TypeVar("_Item")
PAGE_TOPIC = "page"


class Search(Input):
    """The search line; Escape leaves it as it was."""

    BINDINGS = [Binding("escape", "screen.search_left", show=False), Binding("down", "screen.search_left", show=False)]


class ListScreen(ActingScreen, Generic[_Item]):
    """Its subclasses say how to ask for a page, how to draw a row, and what the panel shows."""

    COLUMNS: ClassVar[tuple[Column, ...]] = ()
    CAN_SEARCH: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self.rows: Rows[_Item] = Rows(self.key_of)
        self.text = ""
        self.is_loading = False
        self.is_paused = False
        self._shown = ""
        self._generation = 0

    @property
    def table(self) -> Table[_Item]:
        """The list."""
        return self.query_one("#list", Table)

    @property
    def panel(self) -> Lines:
        """What explains the chosen row."""
        return self.query_one("#panel", Lines)

    def body(self) -> ComposeResult:
        """Search line, titles, list, panel."""
        with Horizontal(id="head"):
            yield Bar(self._search_label, id="search-label")
            if self.CAN_SEARCH:
                yield Search(id="search", select_on_focus=False)
            yield Bar(self._head, id="head-state")
        yield Bar(lambda cells: self.table.titles(self.table.size.width or cells, self.words), id="titles")
        with Container(id="split"):
            table: Table[_Item] = Table(self.COLUMNS, self.draw, id="list")
            yield table
            yield Lines(id="panel")

    # What a subclass says.

    def key_of(self, item: _Item) -> str:
        """The item's code."""
        raise NotImplementedError

    def draw(self, item: _Item) -> Line:
        """The item as a row."""
        raise NotImplementedError

    def page_request(self, cursor: str) -> tuple[Method[Any, Page[_Item]], Any]:
        """How to ask for the page behind this cursor."""
        raise NotImplementedError

    def explain(self, item: _Item) -> None:
        """Ask for what the panel shall show."""

    def empty(self, cells: int) -> list[Line]:
        """What stands there when there are no rows."""
        raise NotImplementedError

    def state_of(self) -> Line:
        """The right end of the search line."""
        return ()

    # What they share.

    def on_mount(self) -> None:
        """The newest page."""
        self.panel.display = False
        self.reload()

    def reload(self) -> None:
        """From the top, with the search as it is."""
        self.rows = Rows(self.key_of)
        self._generation += 1
        self.is_loading = True
        self._shown = ""
        self.table.show(self.rows, self._empty)

    def redraw(self) -> None:
        """Frame, rows and panel."""
        super().redraw()
        self.table.redraw()
        self.panel.redraw()

    def on_table_needed(self, event: Table.Needed) -> None:
        """A page is missing: ask for it."""
        if (cursor := self.rows.wanted(event.first, event.last)) is not None:
            self.ask_page(cursor)

    def ask_page(self, cursor: str) -> None:
        """Ask for the page behind this cursor."""
        method, params = self.page_request(cursor)
        self.is_loading = True
        self.ask(PAGE_TOPIC, method, params, (self._generation, cursor))

    def on_table_chosen(self, event: Table.Chosen) -> None:
        """Explain the row; or let in what waited."""
        item = self.rows.row(event.index) if event.index is not None else None
        if event.index is None and self.rows.waiting and not self.is_paused:
            self.rows.show_waiting()
            self.table.redraw()
        self.panel.display = item is not None
        if item is None:
            self._shown = ""
        elif self.key_of(item) != self._shown:
            self._shown = self.key_of(item)
            self.panel.show(lambda cells: [line(Piece(self.words("Asking …"), "muted"))], from_top=True)
            self.explain(item)
        self.query_one("#head-state").refresh()
        if self.app.screen is self and self.table.cursor == event.index:
            self.call_after_refresh(self._keep_in_sight)

    def on_answered(self, event: Answered) -> None:
        """A page; all else is the subclass's."""
        if event.topic == PAGE_TOPIC and isinstance(event.value, Page):
            generation, cursor = event.about if isinstance(event.about, tuple) else (0, "")
            if generation == self._generation:
                self.paged(str(cursor), event.value)
        else:
            self.answered(event)

    def answered(self, event: Answered) -> None:
        """An answer to what the subclass asked."""

    def on_unanswered(self, event: Unanswered) -> None:
        """A page that did not come is not awaited any more."""
        if event.topic == PAGE_TOPIC:
            self.is_loading = False
            self.table.refresh()
        if event.topic != "cures":  # without them the panel says less
            super().on_unanswered(event)

    def arrived(self, item: _Item) -> None:
        """A new row: shown at once while the list is live, else it waits."""
        self.rows.arrived(item, show=self.table.cursor is None and not self.is_paused)
        self.table.redraw()
        self.query_one("#head-state").refresh()

    def gone(self, code: str) -> None:
        """A row is no more; the choice stays where it was."""
        place = self.rows.remove(code)
        cursor = self.table.cursor
        if place is not None and cursor is not None and (place < cursor or not len(self.rows)):
            self.table.cursor = cursor - 1 if len(self.rows) else None
        self.table.redraw()
        if place is not None and place == cursor:
            self.table.choose(self.table.cursor)

    def action_search(self) -> None:
        """Go to the search line."""
        search = self.query_one(Search)
        search.value = ""
        search.focus()

    def action_search_left(self) -> None:
        """Back to the list, the search as it was."""
        self.query_one(Search).value = self.text
        self.table.focus()

    def search(self, text: str) -> None:
        """Search for this from now on."""
        self.text = text
        self.query_one(Search).value = text
        self.table.focus()
        self.reload()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter searches."""
        self.search(event.value.strip())

    def action_back(self) -> None:
        """First to the live list, then out of the search, then Home."""
        if self.table.cursor is not None:
            self.table.choose(None)
        elif self.text:
            self.search("")
        else:
            super().action_back()

    def paged(self, cursor: str, page: Page[_Item]) -> None:
        """A page came."""
        self.is_loading = False
        self.rows.page(cursor, page.items, page.next)
        if self.text and self.rows.is_complete and len(self.rows) == 1 and self.table.cursor is None:
            self.table.choose(0)
        self.table.redraw()
        self.query_one("#head-state").refresh()

    def _keep_in_sight(self) -> None:
        """The panel took room: the chosen row must still be seen."""
        if (cursor := self.table.cursor) is not None:
            top, height = round(self.table.scroll_offset.y), self.table.size.height
            if height and cursor >= top + height:
                self.table.scroll_to(y=cursor - height + 1, animate=False, force=True, immediate=True)

    def _search_label(self, cells: int) -> Line:
        return line(Piece(f" {self.words('Search:')} ", "muted"))

    def _head(self, cells: int) -> Line:
        count = self.words.whole(len(self.rows)) + ("" if self.rows.is_complete else "+")
        counted = [] if self.is_loading and not len(self.rows) else [Piece(f"{count}   ", "muted")]
        return spread((), (*self.state_of(), *counted, self._liveness(), Piece(" ")), cells)

    def _liveness(self) -> Piece:
        if self.base.frame.link.why:
            return Piece(self.words("○ away"), "bad")
        if self.rows.waiting:
            return Piece(self.words.n("{count} new", "{count} new", self.rows.waiting), "info")
        if self.is_paused or self.table.cursor is not None:
            return Piece(self.words("▌ paused"), "muted")
        return Piece(self.words("● live"), "ok")

    def _empty(self, cells: int) -> list[Line]:
        if self.base.frame.link.why and not self.is_loading:
            return [(), *paragraph(self.words("Not known while the gateway is away."), cells - 2, first=line("  "))]
        if self.is_loading:
            return [(), line(Piece("  " + self.words("Asking …"), "muted"))]
        return [(), *self.empty(cells)]
