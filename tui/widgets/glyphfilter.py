"""The last thing before the terminal: every segment's text passes `glyphs.written` (D9, ux.md §1.1 and §4.1)."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tui.glyphs import Font, written


class GlyphFilter(LineFilter):
    """Lets through only what this font draws, and nothing that could steer a terminal."""

    def __init__(self, font: Font) -> None:
        super().__init__()
        self._font = font

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments with harmless text; control segments are Textual's own."""
        return [
            each if each.control else Segment(written(each.text, self._font), each.style, None) for each in segments
        ]
