"""Lines that scroll: a panel, or a whole page. Marks at the right edge say that there is more."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.format import Line, Piece, fit
from tui.widgets.paint import COMPONENTS, paint


class Lines(ScrollView):
    """`show` gives it lines by their width; they are made anew when the width changes."""

    COMPONENT_CLASSES = set(COMPONENTS)
    BINDINGS = [Binding("j", "scroll_down", show=False), Binding("k", "scroll_up", show=False)]

    def __init__(self, *, id: str, can_focus: bool = False) -> None:
        super().__init__(id=id)
        self.can_focus = can_focus
        self._make: Callable[[int], Sequence[Line]] = lambda cells: ()
        self._lines: tuple[Line, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """What it shows."""
        return self._lines

    def show(self, make: Callable[[int], Sequence[Line]], *, from_top: bool = False) -> None:
        """Show these lines from now on."""
        self._make = make
        self.redraw()
        if from_top:
            self.scroll_to(y=0, animate=False, force=True, immediate=True)

    def redraw(self) -> None:
        """Make the lines anew."""
        cells = self.size.width
        self._lines = tuple(self._make(cells)) if cells else ()
        self.virtual_size = Size(cells, len(self._lines))
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Another width, other lines."""
        self.redraw()

    def render_line(self, y: int) -> Strip:
        """The line at this height of the window."""
        cells, top = self.size.width, round(self.scroll_offset.y)
        number = y + top
        pieces = self._lines[number] if number < len(self._lines) else ()
        if y == 0 and top > 0:
            pieces = (*fit(pieces, cells - 1), Piece("▲", "key"))
        elif y == self.size.height - 1 and number < len(self._lines) - 1:
            pieces = (*fit(pieces, cells - 1), Piece("▼", "key"))
        return paint(self, pieces, cells)
