"""Screen: colours, signs and the mouse, each chosen by Enter and remembered for whoever sits here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from textual.app import ComposeResult

from tui.format import Line, Piece, line, paragraph
from tui.glyphs import Font
from tui.keys import SCREENS
from tui.language import Words, mark
from tui.prefs import Preferences
from tui.screens.frame import FrameScreen, bound
from tui.widgets.lines import Lines
from tui.widgets.table import Few, Table

_THEMES = {
    "dark": mark("dark"),
    "light": mark("light"),
    "contrast": mark("high contrast"),
    "console": mark("the console's sixteen"),
}
_GLYPHS = {
    Font.ANY: mark("all signs"),
    Font.CONSOLE: mark("those of the console"),
    Font.ASCII: mark("plain letters only"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """One way it can look: of `kind` theme, glyphs or mouse."""

    kind: str
    name: str
    label: str


LOOKS = (
    *(Look("theme", name, label) for name, label in _THEMES.items()),
    *(Look("glyphs", font.value, label) for font, label in _GLYPHS.items()),
    Look("mouse", "", mark("let the mouse choose")),
)


def chosen(look: Look, preferences: Preferences, theme: str, font: Font) -> bool:
    """True for what holds now."""
    holds = {"theme": look.name == theme, "glyphs": look.name == font.value, "mouse": preferences.mouse}
    return holds[look.kind]


def changed(look: Look, preferences: Preferences) -> Preferences:
    """What is remembered when this is chosen."""
    if look.kind == "mouse":
        return replace(preferences, mouse=not preferences.mouse)
    return replace(preferences, theme=look.name) if look.kind == "theme" else replace(preferences, glyphs=look.name)


def kind_label(kind: str, words: Words) -> str:
    """What is chosen of."""
    return {"theme": words("Colours"), "glyphs": words("Signs"), "mouse": words("Mouse")}[kind]


class LooksScreen(FrameScreen):
    """One list; what holds has a dot."""

    KEYS = "looks"
    tab = "system"
    BINDINGS = bound(SCREENS["looks"])

    def body(self) -> ComposeResult:
        """The list, and a sample of every sign below it."""
        table: Table[Look] = Table((), self._row, id="list", live=False)
        yield table
        yield Lines(id="panel")

    def on_mount(self) -> None:
        """All that can be had here: on the console there are only its own colours."""
        themes = self.base.themes
        looks = [each for each in LOOKS if each.kind != "theme" or each.name in themes]
        self.query_one("#list", Table).show(Few(looks), lambda cells: ())
        self.query_one("#panel", Lines).show(self._panel)

    def redraw(self) -> None:
        """List and panel too."""
        self.query_one("#list", Table).redraw()
        self.query_one("#panel", Lines).redraw()
        super().redraw()

    def on_table_chosen(self, event: Table.Chosen) -> None:
        """Explain it."""
        self.query_one("#panel", Lines).redraw()

    def action_open(self) -> None:
        """Choose it, at once and for the next time."""
        look = self.query_one("#list", Table).chosen
        if isinstance(look, Look):
            self.base.prefer(changed(look, self.base.preferences))
            self.redraw()

    def _row(self, look: Look) -> Line:
        holds = chosen(look, self.base.preferences, self.app.theme, self.base.font)
        sign = Piece("● " if holds else "○ ", "info")
        name = kind_label(look.kind, self.words)
        return line(sign, self.words("{name}: {what}", name=name, what=self.words(look.label)))

    def _panel(self, cells: int) -> list[Line]:
        look = self.query_one("#list", Table).chosen
        told = {
            "theme": self.words("F4 changes the colours from anywhere."),
            "glyphs": self.words("If the line below is broken, take plain letters."),
            "mouse": self.words("With the mouse, selecting text needs Shift."),
        }
        sample = line(
            Piece("✓ ", "ok"),
            Piece("⚠ ", "warn"),
            Piece("✗ ", "bad"),
            "● ○ ■ ▲ ▶ ",
            Piece("▁▂▃▅▇█ ", "info"),
            "é œ € …",
        )
        about = paragraph(told[look.kind], cells) if isinstance(look, Look) else []
        return [*about, (), sample]
