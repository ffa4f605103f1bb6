"""From pieces to what Textual draws. Foreign text goes in as text and comes out as text: nothing reads markup."""

from __future__ import annotations

from typing import Final, get_args

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tui.format import Line, Piece, Tone, fit
from tui.glyphs import Font, written

# The style sheet gives each its colours.
COMPONENTS: Final = frozenset(f"tone--{tone}" for tone in get_args(Tone) if tone)


def paint(widget: Widget, pieces: Line, cells: int, base: Tone = "") -> Strip:
    """The line in exactly so many cells. `base` is the tone of the whole line: then no piece has its own colour."""
    ground = widget.get_component_rich_style(f"tone--{base}") if base else widget.rich_style
    # What is no visible character has no width, what stands in for it has one: it is replaced before it is measured.
    shown = fit(tuple(Piece(written(each.text, Font.ANY), each.tone) for each in pieces), cells)
    return Strip([Segment(each.text, _style(widget, each.tone, base, ground)) for each in shown], cells)


def _style(widget: Widget, tone: Tone, base: Tone, ground: Style) -> Style:
    if not tone:
        return ground
    if base:
        return ground + Style(bold=True) if tone == "strong" else ground
    if tone in ("pick", "alarm"):
        return widget.get_component_rich_style(f"tone--{tone}")
    return ground + widget.get_component_rich_style(f"tone--{tone}", partial=True)
