"""A screen of the interface as a small SVG picture: no font of somebody else's host, bars and frames as shapes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from textual.strip import Strip

CELL, LINE, MARGIN = 9.0, 20.0, 12.0
FONT = "15px 'DejaVu Sans Mono',Menlo,Consolas,monospace"
_EIGHTHS, _PARTS = " ▁▂▃▄▅▆▇█", " ▏▎▍▌▋▊▉█"
# Which arms a frame's character has: left, right, up, down.
_ARMS = {"─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ru", "┘": "lu"}
# The palette of ux.md §4.3, which the image gives its console.
_DARK = ((0, 0, 0), (197, 40, 40), (0, 150, 70), (200, 140, 0), (0, 60, 140), (170, 70, 170), (0, 150, 160))
_BRIGHT = ((140, 140, 140), (255, 110, 103), (90, 220, 120), (255, 215, 80), (110, 160, 255), (230, 140, 240))
PALETTE = TerminalTheme(
    (0, 0, 0), (200, 200, 200), [*_DARK, (200, 200, 200)], [*_BRIGHT, (90, 220, 230), (255, 255, 255)]
)


def svg(strips: Iterable[Strip], title: str) -> str:
    """The picture of these lines."""
    rows = list(strips)
    wide, high = rows[0].cell_length * CELL + 2 * MARGIN, len(rows) * LINE + 2 * MARGIN
    ground = _hex(_style(next(iter(rows[-1]))).bgcolor, foreground=False)
    shapes = [shape for number, strip in enumerate(rows) for shape in _row(strip, MARGIN + number * LINE, ground)]
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>text{{font:{FONT};white-space:pre}}.b{{font-weight:bold}}</style>",
            f'<rect width="{wide:g}" height="{high:g}" rx="8" fill="{ground}"/>',
            *shapes,
            "</svg>",
            "",
        )
    )


def _row(strip: Strip, top: float, ground: str) -> Iterator[str]:
    left = MARGIN
    for segment in strip:
        style, wide = _style(segment), cell_len(segment.text) * CELL
        back, front = _hex(style.bgcolor, foreground=False), _hex(style.color, foreground=True)
        if back != ground:
            yield f'<rect x="{left:g}" y="{top:g}" width="{wide:g}" height="{LINE:g}" fill="{back}"/>'
        yield from _shapes(segment.text, left, top, front)
        yield from _texts(segment.text, left, top, front, bold=bool(style.bold))
        left += wide


def _shapes(text: str, left: float, top: float, fill: str) -> Iterator[str]:
    """Bars and frames, neighbours of one kind together."""
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and text[end] == text[start] and text[start] in _EIGHTHS + "─":
            end += 1
        yield from _shape(text[start], left + cell_len(text[:start]) * CELL, top, (end - start) * CELL, fill)
        start = end


def _shape(sign: str, x: float, y: float, wide: float, fill: str) -> Iterator[str]:
    if sign in _ARMS:
        half_x, half_y = x + CELL / 2, y + LINE / 2
        ends = {"l": f"H{x:g}", "r": f"H{x + wide:g}", "u": f"V{y:g}", "d": f"V{y + LINE:g}"}
        path = "".join(f"M{half_x:g} {half_y:g}{ends[arm]}" for arm in _ARMS[sign])
        yield f'<path d="{path}" stroke="{fill}" fill="none"/>'
    elif sign in _EIGHTHS[1:]:
        high = LINE * _EIGHTHS.index(sign) / 8
        yield f'<rect x="{x:g}" y="{y + LINE - high:g}" width="{wide:g}" height="{high:g}" fill="{fill}"/>'
    elif sign in _PARTS[1:]:
        yield f'<rect x="{x:g}" y="{y:g}" width="{CELL * _PARTS.index(sign) / 8:g}" height="{LINE:g}" fill="{fill}"/>'


def _texts(text: str, left: float, top: float, fill: str, *, bold: bool) -> Iterator[str]:
    """Words where they stand, so that no font's width moves them."""
    shown = "".join(" " if each in _ARMS or each in _EIGHTHS or each in _PARTS else each for each in text)
    for word in re.finditer(r"\S+", shown):
        x, wide = left + cell_len(text[: word.start()]) * CELL, cell_len(word[0]) * CELL
        kind = ' class="b"' if bold else ""
        yield (
            f'<text x="{x:g}" y="{top + 15:g}" textLength="{wide:g}" lengthAdjust="spacingAndGlyphs" '
            f'fill="{fill}"{kind}>{escape(word[0])}</text>'
        )


def _style(segment: Segment) -> Style:
    return segment.style or Style()


def _hex(color: Color | None, *, foreground: bool) -> str:
    """As #rrggbb, the console's own colours by the palette."""
    return (color or Color.default()).get_truecolor(PALETTE, foreground=foreground).hex
