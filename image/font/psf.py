"""Our console font, made from its drawings: `python image/font/psf.py FOLDER` writes the .psf files for `setfont`.

The letters are drawn in `letters.txt`; accented ones, lines and blocks are made of these and of rules here, and the
large size is the small one doubled, its steps smoothed. A glyph is its rows from the top, one integer a row, the
leftmost dot the highest bit. Imports the standard library only, so that a build needs nothing else.
"""

from __future__ import annotations

import struct
import sys
import unicodedata
from pathlib import Path
from typing import Final

Glyph = tuple[int, ...]

WIDTH: Final = 8
HEIGHT: Final = 16
_BLANK: Final[Glyph] = (0,) * HEIGHT
_MIDDLE_ROW: Final = 7
# Marks above: rows from the top, for small letters; capitals take the last two of them one row lower than the top.
_MARKS: Final = {
    "\N{COMBINING GRAVE ACCENT}": ("..##....", "...##...", "....##.."),
    "\N{COMBINING ACUTE ACCENT}": ("....##..", "...##...", "..##...."),
    "\N{COMBINING CIRCUMFLEX ACCENT}": ("...#....", "..###...", ".##.##.."),
    "\N{COMBINING TILDE}": ("........", ".###.##.", "##.###.."),
    "\N{COMBINING DIAERESIS}": ("........", ".##.##..", ".##.##.."),
    "\N{COMBINING RING ABOVE}": ("..###...", ".##.##..", "..###..."),
    "\N{COMBINING CARON}": (".##.##..", "..###...", "...#...."),
}
_DOTLESS: Final = "\N{LATIN SMALL LETTER DOTLESS I}"
_CEDILLA: Final = ("...##...", "....##..", "..###...")
# What has no drawing of its own and is shown by another: blanks, and the lines of programs that are not ours.
ALIASES: Final = {
    " ": "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}",
    "-": "\N{SOFT HYPHEN}\N{HYPHEN}\N{NON-BREAKING HYPHEN}",
    "'": "\N{LEFT SINGLE QUOTATION MARK}",
    "\N{EN DASH}": "\N{EM DASH}",
    "─": "═",
    "│": "║┃",
    "┌": "╔╒╓╭┏",
    "┐": "╗╕╖╮┓",
    "└": "╚╘╙╰┗",
    "┘": "╝╛╜╯┛",
    "├": "╠╞╟┣",
    "┤": "╣╡╢┫",
    "┬": "╦╤╥┳",
    "┴": "╩╧╨┻",
    "┼": "╬╪╫╋",
    "■": "◆",
}


def glyphs() -> dict[str, Glyph]:
    """Every character that the font draws, and its drawing, 8 dots wide and 16 high."""
    drawn = {" ": _BLANK} | _drawn((Path(__file__).parent / "letters.txt").read_text(encoding="utf-8"))
    drawn |= _box() | _blocks()
    letters = (bytes([each]).decode("iso8859-15") for each in range(0xA1, 0x100))
    accented = (each for each in letters if unicodedata.decomposition(each)[:1] not in ("", "<"))
    drawn |= {each: _composed(each, drawn) for each in accented}
    del drawn[_DOTLESS]
    return drawn


def _drawn(text: str) -> dict[str, Glyph]:
    """Each block of `letters.txt`: the character, the row of its top, its rows."""
    found = {}
    for block in text.strip().split("\n\n"):
        head, *rows = block.split("\n")
        found[head[0]] = _placed(rows, int(head[2:]))
    return found


def _placed(rows: list[str] | tuple[str, ...], top: int) -> Glyph:
    dots = [int(row.replace(".", "0").replace("#", "1"), 2) for row in rows]
    if any(len(row) != WIDTH for row in rows) or top + len(rows) > HEIGHT:
        raise ValueError(f"no glyph of {WIDTH} by {HEIGHT}: {rows}")
    return (*(0 for _ in range(top)), *dots, *(0 for _ in range(HEIGHT - top - len(rows))))


def _composed(character: str, drawn: dict[str, Glyph]) -> Glyph:
    base, mark = (chr(int(each, 16)) for each in unicodedata.decomposition(character).split())
    letter = drawn[_DOTLESS if base == "i" else base]
    if mark == "\N{COMBINING CEDILLA}":
        return _over(letter, _placed(_CEDILLA, 12))
    rows = _MARKS[mark]
    if base.isupper():
        return _over(_lower(letter), _placed(rows[1:] if mark != "\N{COMBINING ACUTE ACCENT}" else rows[:2], 0))
    return _over(letter, _placed(rows, 1))


def _over(one: Glyph, other: Glyph) -> Glyph:
    return tuple(a | b for a, b in zip(one, other, strict=True))


def _lower(capital: Glyph) -> Glyph:
    """One row less high, for the mark above it: the first row that the next repeats is left out."""
    rows = list(capital)
    first = next(row for row, dots in enumerate(rows) if dots)
    gone = next((row for row in range(first, HEIGHT - 1) if rows[row] and rows[row] == rows[row + 1]), first + 1)
    return (0, *rows[:gone], *rows[gone + 1 :])


def _box() -> dict[str, Glyph]:
    """Lines through the middle; a letter names each side that has one."""
    sides = {"─": "lr", "│": "tb", "┌": "rb", "┐": "lb", "└": "rt", "┘": "lt", "├": "rtb", "┤": "ltb"}
    sides |= {"┬": "lrb", "┴": "lrt", "┼": "lrtb"}
    thin = {character: _lines(names) for character, names in sides.items()}
    return thin | {"━": tuple(0xFF if row in (_MIDDLE_ROW, _MIDDLE_ROW + 1) else 0 for row in range(HEIGHT))}


def _lines(names: str) -> Glyph:
    rows = [0] * HEIGHT
    for row in range(HEIGHT):
        if (row <= _MIDDLE_ROW and "t" in names) or (row >= _MIDDLE_ROW and "b" in names):
            rows[row] |= 0b00011000
    rows[_MIDDLE_ROW] |= (0b11111000 if "l" in names else 0) | (0b00011111 if "r" in names else 0)
    return tuple(rows)


def _blocks() -> dict[str, Glyph]:
    found = {character: _bottom(2 * eighths) for eighths, character in enumerate("▁▂▃▄▅▆▇█", 1)}
    found |= {character: _left(eighths) for eighths, character in enumerate("▏▎▍▌▋▊▉", 1)}
    found |= {"▀": _bottom(8)[::-1], "▔": _bottom(2)[::-1], "▐": (0x0F,) * HEIGHT, "▕": (0x01,) * HEIGHT}
    found |= {"░": (0x88, 0x22) * 8, "▒": (0xAA, 0x55) * 8, "▓": (0x77, 0xDD) * 8}
    quarters = {"▖": "c", "▗": "d", "▘": "a", "▝": "b", "▚": "ad", "▞": "bc"}
    quarters |= {"▙": "acd", "▛": "abc", "▜": "abd", "▟": "bcd"}
    return found | {character: _quarters(names) for character, names in quarters.items()}


def _bottom(rows: int) -> Glyph:
    return (0,) * (HEIGHT - rows) + (0xFF,) * rows


def _left(columns: int) -> Glyph:
    return ((0xFF << (WIDTH - columns)) & 0xFF,) * HEIGHT


def _quarters(names: str) -> Glyph:
    """`a` and `b` are the upper two, `c` and `d` the lower."""
    upper = (0xF0 if "a" in names else 0) | (0x0F if "b" in names else 0)
    lower = (0xF0 if "c" in names else 0) | (0x0F if "d" in names else 0)
    return (upper,) * 8 + (lower,) * 8


def doubled(glyph: Glyph, width: int = WIDTH) -> Glyph:
    """Twice as wide and high, diagonal steps filled: a dot takes the colour of two neighbours that agree (Scale2x)."""

    def dot(row: int, column: int) -> int:
        row, column = min(max(row, 0), len(glyph) - 1), min(max(column, 0), width - 1)
        return glyph[row] >> (width - 1 - column) & 1

    def corner(row: int, column: int, beside: int, beyond: int) -> int:
        """The dot in the corner towards the row `beyond` and the column `beside`."""
        one, other = dot(beyond, column), dot(row, beside)
        far = dot(2 * row - beyond, column) != one and dot(row, 2 * column - beside) != other
        return other if far and one == other else dot(row, column)

    return tuple(
        sum(
            corner(row, column, column + aside, row + towards) << (2 * (width - column) - 1 - (aside > 0))
            for column in range(width)
            for aside in (-1, 1)
        )
        for row in range(len(glyph))
        for towards in (-1, 1)
    )


def slots(characters: set[str]) -> list[str]:
    """The character of each of 256 places: ASCII on its own, so that 32 is the blank; the rest in order around it."""
    others = iter(sorted(each for each in characters if not 32 <= ord(each) < 127))
    return [chr(place) if 32 <= place < 127 else next(others, " ") for place in range(256)]


def psf2(drawn: dict[str, Glyph], width: int) -> bytes:
    """The font as a file of version 2, with its table of characters (the kernel's `psf2.h`, kbd's documentation)."""
    if len(drawn) > 256:
        raise ValueError(f"{len(drawn)} glyphs: a console that keeps its colours has room for 256")
    places, height, across = slots(set(drawn)), len(drawn[" "]), (width + 7) // 8
    header = struct.pack("<IIIIIIII", 0x864AB572, 0, 32, 1, 256, height * across, height, width)
    bitmaps = b"".join(row.to_bytes(across, "big") for each in places for row in drawn[each])
    named: set[str] = set()
    table = bytearray()
    for each in places:
        known = "" if each in named else each + ALIASES.get(each, "")
        named.add(each)
        table += known.encode() + b"\xff"
    return header + bitmaps + bytes(table)


def main(folder: Path) -> None:
    """Write both sizes: for a small screen, and for one of 1080 lines and more."""
    folder.mkdir(parents=True, exist_ok=True)
    small = glyphs()
    (folder / "poterne-8x16.psf").write_bytes(psf2(small, WIDTH))
    (folder / "poterne-16x32.psf").write_bytes(psf2({each: doubled(rows) for each, rows in small.items()}, 2 * WIDTH))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
