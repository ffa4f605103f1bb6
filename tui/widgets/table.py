"""A list of any length on the line API: draws only the rows in sight and asks for pages as they are needed.

Without a chosen row it is *live*: it stands at the top. Choosing a row freezes it: nothing moves any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from textual import events
from textual.binding import Binding
from textual.geometry import Offset, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.format import Line, Piece, Tone, fit, fitted
from tui.state.table import Column, laid_out
from tui.widgets.paint import COMPONENTS, paint

_Item = TypeVar("_Item", covariant=True)
_Row = TypeVar("_Row")
MARK_CELLS = 2


class Source(Protocol[_Item]):
    """Where rows come from: `rows.Rows`, or `Few`."""

    def __len__(self) -> int:
        """How many rows there are to go to."""
        ...

    def row(self, index: int) -> _Item | None:
        """The item of a row, None while it is on its way."""
        ...


class Few(Generic[_Row]):
    """A short list that is all there."""

    def __init__(self, items: Sequence[_Row] = ()) -> None:
        self._items = tuple(items)

    def __len__(self) -> int:
        """How many."""
        return len(self._items)

    def row(self, index: int) -> _Row | None:
        """The item at this place."""
        return self._items[index] if 0 <= index < len(self._items) else None


class Table(ScrollView, Generic[_Row], can_focus=True):
    """`draw` gives a row's pieces, one for each column (without columns: all); `ticked`: whether a row bears a tick."""

    COMPONENT_CLASSES = set(COMPONENTS)
    BINDINGS = [
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("home,g", "top", show=False),
        Binding("end,G", "bottom", show=False),
    ]

    class Chosen(Message):
        """Another row is chosen; None: the list is live again."""

        def __init__(self, index: int | None) -> None:
            super().__init__()
            self.index = index

    class Needed(Message):
        """These rows are in sight: load what lacks."""

        def __init__(self, first: int, last: int) -> None:
            super().__init__()
            self.first = first
            self.last = last

    def __init__(
        self, columns: tuple[Column, ...], draw: Callable[[_Row], Line], *, id: str, live: bool = True
    ) -> None:
        super().__init__(id=id)
        self._columns = columns
        self._draw = draw
        self._live = live
        self._empty: Callable[[int], Sequence[Line]] = lambda cells: ()
        self.source: Source[_Row] = Few()
        self.ticked: Callable[[_Row], bool] = lambda row: False
        self.cursor: int | None = None
        self._is_awaited = False  # an arrow was pressed before the first row had come

    @property
    def chosen(self) -> _Row | None:
        """The item of the chosen row."""
        return None if self.cursor is None else self.source.row(self.cursor)

    def set_columns(self, columns: tuple[Column, ...]) -> None:
        """Rows of another shape come next."""
        self._columns = columns

    def show(self, source: Source[_Row], empty: Callable[[int], Sequence[Line]], *, cursor: int | None = None) -> None:
        """Show other rows from the top; `empty` stands there when there are none."""
        self.source, self._empty, self._is_awaited = source, empty, False
        self.scroll_to(y=0, animate=False, force=True, immediate=True)
        self.choose(cursor if self._live or cursor is not None else 0)
        self.redraw()

    def set_empty(self, empty: Callable[[int], Sequence[Line]]) -> None:
        """What stands there when there are no rows."""
        self._empty = empty

    def redraw(self) -> None:
        """The same rows, drawn anew; their number may have changed."""
        self.virtual_size = Size(self.size.width, len(self.source))
        if self._is_awaited and len(self.source):
            self.choose(0)
        if self.cursor is not None and self.cursor >= len(self.source):
            self.choose(len(self.source) - 1 if len(self.source) else None)
        self.refresh()
        self._need()
        self.call_after_refresh(self._place_cursor)

    def on_click(self, event: events.Click) -> None:
        """Where the mouse is ours, it chooses."""
        if (row := round(self.scroll_offset.y) + event.y) < len(self.source):
            self.choose(row)

    def on_focus(self, event: events.Focus) -> None:
        """The terminal's cursor was somewhere else."""
        self.call_after_refresh(self._place_cursor)

    def choose(self, index: int | None) -> None:
        """Choose this row, or none; it comes into sight."""
        if index is not None:
            index = max(0, min(index, len(self.source) - 1)) if len(self.source) else None
        self.cursor, self._is_awaited = index, False
        top, height = round(self.scroll_offset.y), max(1, self.size.height)
        if index is None:
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
        elif not top <= index < top + height:
            self.scroll_to(y=index if index < top else index - height + 1, animate=False, force=True, immediate=True)
        self.refresh()
        self._need()
        self.call_after_refresh(self._place_cursor)
        self.post_message(self.Chosen(index))

    def titles(self, cells: int, words: Callable[[str], str]) -> Line:
        """The line above the list."""
        widths = laid_out(self._columns, cells - MARK_CELLS)
        names = (fitted(words(each.title), width) for each, width in zip(self._columns, widths, strict=True))
        shown = (
            name.strip().rjust(width) if each.is_number else name
            for name, each, width in zip(names, self._columns, widths, strict=True)
        )
        return (Piece(" " * MARK_CELLS), Piece(" ".join(shown), "muted"))

    def render_line(self, y: int) -> Strip:
        """The row at this height of the window."""
        cells, number = self.size.width, y + round(self.scroll_offset.y)
        if number >= len(self.source):
            empty = self._empty(cells) if not len(self.source) else ()
            return paint(self, empty[y] if y < len(empty) else (), cells)
        base: Tone = "pick" if number == self.cursor else ""
        return paint(self, self._row(number, cells), cells, base)

    def on_resize(self, event: events.Resize) -> None:
        """Keep the chosen row in sight."""
        self.virtual_size = Size(self.size.width, len(self.source))
        if self.cursor is not None:
            top, height = round(self.scroll_offset.y), max(1, self.size.height)
            if self.cursor >= top + height:
                self.scroll_to(y=self.cursor - height + 1, animate=False, force=True, immediate=True)
        self._need()
        self.call_after_refresh(self._place_cursor)

    def action_move(self, step: int) -> None:
        """One row down or up; up from the first one makes the list live again."""
        if not len(self.source):
            self._is_awaited = step > 0
        elif self.cursor is None:
            self.choose(0 if step > 0 else None)
        elif self.cursor + step < 0:
            self.choose(None if self._live else 0)
        else:
            self.choose(self.cursor + step)

    def action_page(self, step: int) -> None:
        """A window's height down or up."""
        start = -1 if self.cursor is None else self.cursor
        self.choose(max(0, start + step * max(1, self.size.height - 1)))

    def action_top(self) -> None:
        """To the first row, live."""
        self.choose(None if self._live else 0)

    def action_bottom(self) -> None:
        """To the last row that is loaded."""
        self.choose(len(self.source) - 1)

    def _row(self, number: int, cells: int) -> Line:
        item = self.source.row(number)
        mark = Piece("▶" if number == self.cursor else " ", "key")
        if item is None:
            return (mark, Piece(" …", "muted"))
        shown = [mark, Piece("•" if self.ticked(item) else " ", "key")]
        if not self._columns:
            return (*shown, *self._draw(item))
        widths = laid_out(self._columns, cells - MARK_CELLS)
        for number, (piece, column, width) in enumerate(zip(self._draw(item), self._columns, widths, strict=True)):
            text = piece.text.rjust(width) if column.is_number else piece.text
            shown += [Piece(" ")] if number else []
            shown += fit((Piece(text, piece.tone),), width)
        return tuple(shown)

    def _need(self) -> None:
        first = round(self.scroll_offset.y)
        self.post_message(self.Needed(first, first + max(1, self.size.height)))

    def _place_cursor(self) -> None:
        """Screen readers follow the terminal's cursor; a list behind the screen in front leaves it alone."""
        if self.has_focus and self.screen.is_active and self.cursor is not None:
            place = self.content_region
            self.app.cursor_position = Offset(place.x, place.y + self.cursor - round(self.scroll_offset.y))
