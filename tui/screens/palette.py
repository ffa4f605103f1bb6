"""The command palette: every action of the screen below and every screen, by name, accent-blind, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from gateway.core.fold import fold
from tui.base import Base
from tui.format import Line, Piece, line, paragraph
from tui.keys import GLOBAL, SCREENS, Key
from tui.language import LANGUAGES, Words, words
from tui.state.table import Column
from tui.widgets.lines import Lines
from tui.widgets.table import Few, Table


def commands(of: str) -> tuple[Key, ...]:
    """What can be done from this screen, its own keys first."""
    known: dict[str, Key] = {}
    for key in (*SCREENS[of], *GLOBAL):
        known.setdefault(key.action, key)
    return tuple(key for key in known.values() if key.action != "app.palette")


def found(keys: Sequence[Key], text: str, languages: Sequence[Words]) -> list[Key]:
    """Those whose name or explanation holds every word of the text, in any language; names first."""
    asked = fold(text).split()

    def rank(key: Key) -> int:
        names = fold(" ".join(each(key.label) for each in languages))
        whole = f"{names} {fold(' '.join(each(key.help) for each in languages))}"
        if not all(word in whole for word in asked):
            return 0
        return 2 if all(word in names for word in asked) else 1

    return sorted((key for key in keys if rank(key)), key=lambda key: -rank(key))


class PaletteScreen(ModalScreen[str | None]):
    """Ends with the action that was chosen."""

    BINDINGS = [
        Binding("escape", "dismiss_none", show=False),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
    ]

    def __init__(self, of: str) -> None:
        super().__init__()
        self._keys = commands(of)

    @property
    def base(self) -> Base:
        """The application."""
        return Base.of(self.app)

    def compose(self) -> ComposeResult:
        """What is typed, and what was found."""
        with Vertical(id="palette"):
            yield Input(id="wanted")
            table: Table[Key] = Table((Column("", 8), Column("", share=1)), self._row, id="found", live=False)
            yield table
            yield Lines(id="explained")

    def on_mount(self) -> None:
        """All of them."""
        self.query_one("#palette").border_title = self.base.words("Command")
        self.query_one("#found", Table).can_focus = False
        self.query_one("#explained", Lines).show(self._explained)
        self._show("")
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Fewer of them."""
        self._show(event.value)

    def on_table_chosen(self, event: Table.Chosen) -> None:
        """What the chosen one does, in a sentence."""
        self.query_one("#explained", Lines).redraw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The chosen one."""
        key = self.query_one("#found", Table).chosen
        self.dismiss(key.action if key is not None else None)

    def action_move(self, step: int) -> None:
        """Choose another one."""
        self.query_one("#found", Table).action_move(step)

    def action_dismiss_none(self) -> None:
        """None of them."""
        self.dismiss(None)

    def _show(self, text: str) -> None:
        nothing = self.base.words("No action has this name.")
        keys = found(self._keys, text, [words(language) for language in LANGUAGES])
        self.query_one("#found", Table).show(Few(keys), lambda cells: [line(f"  {nothing}")])

    def _row(self, key: Key) -> Line:
        say = self.base.words
        return (Piece(say(key.cap), "key"), Piece(say(key.label), "strong"))

    def _explained(self, cells: int) -> list[Line]:
        key = self.query_one("#found", Table).chosen
        return paragraph(self.base.words(key.help), cells, "muted") if key is not None else []
