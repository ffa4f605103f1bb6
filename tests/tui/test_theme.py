from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import Theme

from tui.theme import BARS, CONSOLE, DEFAULTS, NAMES, THEMES

# What kernels show by default, and the palette that our image sets (ux.md §4.3).
VGA = "000000 AA0000 00AA00 AA5500 0000AA AA00AA 00AAAA AAAAAA 555555 FF5555 55FF55 FFFF55 5555FF FF55FF 55FFFF FFFFFF"
OURS = "000000 C52828 009646 C88C00 003C8C AA46AA 0096A0 C8C8C8 8C8C8C FF6E67 5ADC78 FFD750 6EA0FF E68CF0 5ADCE6 FFFFFF"
_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
ANSI = [*(f"ansi_{name}" for name in _NAMES), *(f"ansi_bright_{name}" for name in _NAMES)]
CONTRAST = 4.5


def _colour(value: str, palette: str) -> Color:
    return Color.parse(f"#{palette.split()[ANSI.index(value)]}" if value.startswith("ansi_") else value)


def _contrast(one: Color, other: Color) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Color) -> float:
    parts = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("palette", [VGA, OURS])
@pytest.mark.parametrize("theme", [*THEMES, CONSOLE], ids=lambda theme: theme.name)
def test_every_text_stands_out_from_what_it_stands_on(theme: Theme, palette: str) -> None:
    back = _colour(theme.variables["p-back"], palette)
    pairs = {name: (theme.variables[f"p-{name}"], back) for name in NAMES if name != "rule"}
    pairs |= {
        name: (theme.variables[f"p-{name}-text"], _colour(theme.variables[f"p-{name}"], palette)) for name in BARS
    }
    weak = {name: _contrast(_colour(text, palette), ground) for name, (text, ground) in pairs.items()}
    assert {name: round(value, 1) for name, value in weak.items() if value < CONTRAST} == {}


def test_the_console_has_eight_backgrounds() -> None:
    grounds = {CONSOLE.variables[f"p-{name}"] for name in (*BARS, "back")}
    assert [each for each in grounds if "bright" in each or not each.startswith("ansi_")] == []


def test_every_theme_has_every_name() -> None:
    for theme in (*THEMES, CONSOLE):
        assert set(DEFAULTS) <= set(theme.variables)
