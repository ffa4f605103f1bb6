"""The colours: one theme of the console's sixteen, and a dark, a light and a high-contrast one for terminals.

Every theme defines the same names, which `styles/app.tcss` uses and nothing else; text has a contrast of at least
4.5:1 on what it stands on (ux.md §4.3), a test computes it.
"""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

# Text tones on the background, then bars: (background, text).
NAMES: Final = ("text", "strong", "muted", "ok", "warn", "bad", "info", "key", "rule", "field")
BARS: Final = ("bar", "alarm", "pick")


def _theme(name: str, back: str, tones: dict[str, str], bars: dict[str, tuple[str, str]], *, dark: bool) -> Theme:
    variables = {f"p-{key}": value for key, value in tones.items()} | {"p-back": back}
    for key, (ground, text) in bars.items():
        variables |= {f"p-{key}": ground, f"p-{key}-text": text}
    ansi = back.startswith("ansi_")
    pick, pick_text = bars["pick"]
    return Theme(
        name,
        primary=tones["info"],
        secondary=tones["info"],
        accent=tones["info"],
        warning=tones["warn"],
        error=tones["bad"],
        success=tones["ok"],
        foreground=tones["text"],
        background=back,
        surface=back,
        panel=back,
        boost=back,
        dark=dark,
        ansi=ansi,
        variables=variables
        | {
            "ansi-background": back,
            "ansi-foreground": tones["text"],
            "block-cursor-background": pick,
            "block-cursor-foreground": pick_text,
            "input-cursor-background": tones["text"],
            "input-cursor-foreground": back,
            "input-cursor-text-style": "none",
            "input-selection-background": pick,
            "input-selection-foreground": pick_text,
            "screen-selection-background": pick,
            "screen-selection-foreground": pick_text,
        },
    )


CONSOLE: Final = _theme(
    "console",
    "ansi_black",
    {
        "text": "ansi_white",
        "strong": "ansi_bright_white",
        "muted": "ansi_white",
        "ok": "ansi_bright_green",
        "warn": "ansi_bright_yellow",
        "bad": "ansi_bright_red",
        "info": "ansi_bright_cyan",
        "key": "ansi_bright_cyan",
        "rule": "ansi_cyan",
        "field": "ansi_bright_white",
    },
    {
        "bar": ("ansi_blue", "ansi_bright_white"),
        "alarm": ("ansi_red", "ansi_bright_white"),
        "pick": ("ansi_cyan", "ansi_black"),
    },
    dark=True,
)
DARK: Final = _theme(
    "dark",
    "#12161c",
    {
        "text": "#d5dae1",
        "strong": "#ffffff",
        "muted": "#98a2b0",
        "ok": "#5fd38d",
        "warn": "#f2c14e",
        "bad": "#ff7b72",
        "info": "#79c0ff",
        "key": "#79c0ff",
        "rule": "#3d4857",
        "field": "#ffffff",
    },
    {"bar": ("#1f3a5f", "#ffffff"), "alarm": ("#a3211b", "#ffffff"), "pick": ("#2f5d8c", "#ffffff")},
    dark=True,
)
LIGHT: Final = _theme(
    "light",
    "#ffffff",
    {
        "text": "#1f2328",
        "strong": "#000000",
        "muted": "#57606a",
        "ok": "#116329",
        "warn": "#7d4e00",
        "bad": "#b31d28",
        "info": "#0550ae",
        "key": "#0550ae",
        "rule": "#b6bec7",
        "field": "#000000",
    },
    {"bar": ("#0b3d73", "#ffffff"), "alarm": ("#a3211b", "#ffffff"), "pick": ("#cfe3fa", "#0b1f33")},
    dark=False,
)
CONTRAST: Final = _theme(
    "contrast",
    "#000000",
    {
        "text": "#ffffff",
        "strong": "#ffffff",
        "muted": "#d0d0d0",
        "ok": "#7cff9b",
        "warn": "#ffe066",
        "bad": "#ff9c94",
        "info": "#8ad7ff",
        "key": "#ffe066",
        "rule": "#ffffff",
        "field": "#ffffff",
    },
    {"bar": ("#ffffff", "#000000"), "alarm": ("#b00000", "#ffffff"), "pick": ("#ffe066", "#000000")},
    dark=True,
)
THEMES: Final = (DARK, LIGHT, CONTRAST)
# What the style sheet needs before a theme is chosen.
DEFAULTS: Final[dict[str, str]] = {key: value for key, value in DARK.variables.items() if key.startswith("p-")}
