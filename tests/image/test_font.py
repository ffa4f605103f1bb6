"""The console font: all that the interface may write, each drawing its own, in files that `setfont` reads."""

from __future__ import annotations

import importlib.util
import struct
from pathlib import Path
from typing import Any

import pytest

from tui.glyphs import SET

_SOURCE = Path(__file__).resolve().parents[2] / "image" / "font" / "psf.py"


@pytest.fixture(scope="module")
def psf() -> Any:
    spec = importlib.util.spec_from_file_location("psf", _SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _read(font: bytes) -> tuple[int, int, dict[str, bytes], list[bytes]]:
    """Width, height, what `setfont` would show for each character, and every glyph."""
    magic, version, start, flags, count, size, height, width = struct.unpack("<IIIIIIII", font[:32])
    assert (magic, version, flags) == (0x864AB572, 0, 1)
    bitmaps = [font[start + n * size : start + (n + 1) * size] for n in range(count)]
    entries = font[start + count * size :].split(b"\xff")[:count]
    return width, height, {c: bitmaps[n] for n, each in enumerate(entries) for c in each.decode()}, bitmaps


def test_all_that_the_interface_may_write_is_drawn_and_nothing_else(psf: Any) -> None:
    assert set(psf.glyphs()) == SET


def test_no_two_characters_look_the_same(psf: Any) -> None:
    drawn = psf.glyphs()
    seen: dict[Any, str] = {}
    for character, glyph in drawn.items():
        assert glyph not in seen, f"{character} looks like {seen[glyph]}"
        seen[glyph] = character


def test_what_stands_on_the_line_stands_on_it_with_and_without_its_accent(psf: Any) -> None:
    drawn = psf.glyphs()
    for accented, plain in zip("ÀÉÊÎÔÙŸàéêôùçœæ", "AEEIOUYaeeouc", strict=False):
        assert drawn[accented][11] == drawn[plain][11]
        assert drawn[accented] != drawn[plain]


def test_lines_and_blocks_meet_their_neighbours(psf: Any) -> None:
    drawn = psf.glyphs()
    middle = 7
    for character in "─┌└├┬┴┼━":
        assert drawn[character][middle] & 0b00000001
    for character in "─┐┘┤┬┴┼━":
        assert drawn[character][middle] & 0b10000000
    for character in "│┌┐├┤┬┼":
        assert drawn[character][15] == 0b00011000
    for character in "│└┘├┤┴┼":
        assert drawn[character][0] == 0b00011000
    assert drawn["█"] == (0xFF,) * 16
    upper, lower = drawn["▀"], drawn["▄"]
    assert tuple(a ^ b for a, b in zip(upper, lower, strict=True)) == drawn["█"]


def test_the_files_hold_256_glyphs_the_blank_at_32_and_every_character_once(psf: Any, tmp_path: Path) -> None:
    psf.main(tmp_path)
    for name, wide, high in (("poterne-8x16.psf", 8, 16), ("poterne-16x32.psf", 16, 32)):
        width, height, shown, bitmaps = _read((tmp_path / name).read_bytes())
        assert (width, height, len(bitmaps)) == (wide, high, 256)
        assert not any(bitmaps[32])
        assert set(shown) >= SET
        assert shown["\N{NO-BREAK SPACE}"] == bitmaps[32]
        assert shown["═"] == shown["─"]
        assert all(shown[chr(place)] == bitmaps[place] for place in range(32, 127))


def test_the_large_size_is_the_small_one_doubled_with_its_steps_smoothed(psf: Any) -> None:
    block = psf.doubled(psf.glyphs()["█"])
    assert block == (0xFFFF,) * 32
    slash = (0b00000001, 0b00000010, 0b00000100, 0b00001000)
    large = psf.doubled(slash)
    assert len(large) == 8
    # The doubled dot of row 1 (columns 12, 13), with the corners that its neighbours fill.
    assert large[2] & 0b1100 == 0b1100
    assert any(bin(row).count("1") == 3 for row in large)


def test_a_drawing_that_is_no_glyph_is_named(psf: Any) -> None:
    with pytest.raises(ValueError, match="no glyph of 8 by 16"):
        psf._placed([".#."], 2)
    with pytest.raises(ValueError, match="no glyph of 8 by 16"):
        psf._placed(["........"] * 4, 13)
    with pytest.raises(ValueError, match="256"):
        psf.psf2({chr(0x4E00 + n): (0,) * 16 for n in range(257)}, 8)
