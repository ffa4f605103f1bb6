"""One line across the screen, drawn anew for its width."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from tui.format import Line, Tone, width
from tui.widgets.paint import COMPONENTS, paint


class Bar(Widget):
    """`make` gives the line for so many cells; `base` is the tone of the whole."""

    COMPONENT_CLASSES = set(COMPONENTS)

    def __init__(self, make: Callable[[int], Line], *, id: str, base: Callable[[], Tone] = lambda: "") -> None:
        super().__init__(id=id)
        self._make = make
        self._base = base

    def render_line(self, y: int) -> Strip:
        """The line; nothing below it."""
        cells = self.size.width
        return paint(self, self._make(cells) if y == 0 else (), cells, self._base())

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as what it says."""
        return width(self._make(container.width))

    def get_content_height(self, container: Size, viewport: Size, cells: int) -> int:
        """One line."""
        return 1
