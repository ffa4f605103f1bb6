"""The characters that the interface may write, and what stands in for any other.

On the Linux console only the glyphs of its font exist: what is not in `SET` is written with its plain letter, else
with "?", as wide as it was. Everywhere else only what would attack a terminal is replaced (D9). Knows no Textual.
"""

from __future__ import annotations

import unicodedata
from enum import Enum
from types import MappingProxyType
from typing import Final

from rich.cells import cell_len

from gateway.core.text import safe

# ux.md §4.1: what our own console font draws, at most 256 glyphs.
_ASCII: Final = frozenset(map(chr, range(0x20, 0x7F)))
_LATIN_9: Final = frozenset(octets.decode("iso8859-15") for octets in (bytes([n]) for n in range(0xA1, 0x100))) - {
    "\N{SOFT HYPHEN}"
}
BOX: Final = frozenset("─│┌┐└┘├┤┬┴┼━")
BLOCKS: Final = frozenset("▀▁▂▃▄▅▆▇█▉▊▋▌▍▎▏▐░▒▓▔▕▖▗▘▙▚▛▜▝▞▟")
SIGNS: Final = frozenset("✓✗⚠●○■▲▼▶◀←↑→↓…’–•“”\N{REPLACEMENT CHARACTER}")
SET: Final = _ASCII | _LATIN_9 | BOX | BLOCKS | SIGNS

# For fonts that lack more: our own signs in ASCII.
_PLAIN: Final = MappingProxyType(
    {
        **dict.fromkeys(BLOCKS, "#"),
        **{each: " " for each in "▁▔▏▕"},
        **dict.fromkeys("░▒", "."),
        **dict.fromkeys("─━", "-"),
        "│": "|",
        **dict.fromkeys("┌┐└┘├┤┬┴┼", "+"),
        **dict(zip("✓✗⚠●○■▲▼▶◀←↑→↓…’–•“”", 'vx!*o#^v><<^>v.\'-*""', strict=True)),
        "\N{REPLACEMENT CHARACTER}": "?",
    }
)


class Font(Enum):
    """What the terminal can draw."""

    ANY = "any"  # a terminal emulator
    CONSOLE = "console"  # our console font: `SET`
    ASCII = "ascii"


def written(text: str, font: Font) -> str:
    """The text as it may go to the terminal: as wide as before, without anything that is no visible character."""
    if text.isascii() and text.isprintable():
        return text
    if font is Font.ANY:
        return _as_wide(safe(text, len(text)), text)
    return "".join(_drawable(each, font) for each in unicodedata.normalize("NFC", safe(text, len(text))))


def _as_wide(clean: str, before: str) -> str:
    """Characters without width become U+FFFD, which has one: cut what is too much at the end."""
    wide = cell_len(before)
    while cell_len(clean) > wide and clean.endswith(" "):
        clean = clean[:-1]
    return clean


def _drawable(character: str, font: Font) -> str:
    if font is Font.CONSOLE and character in SET:
        return character
    if character in _ASCII:
        return character
    if font is Font.ASCII and character in _PLAIN:
        return _PLAIN[character]
    width = cell_len(character)
    bare = "".join(each for each in unicodedata.normalize("NFKD", character) if each in _ASCII)
    return bare if len(bare) == width and bare else "?" * width
