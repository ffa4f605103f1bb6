"""The first question of all, in both languages: which language, and which colours; asked once of each person."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from tui.base import Base
from tui.format import Line, Piece, line
from tui.language import LANGUAGES, Language
from tui.screens.looks import LOOKS, Look
from tui.widgets.lines import Lines
from tui.widgets.table import Few, Table

# What the language is called by those who speak it; and both at once, for nobody has chosen yet.
_NAMES: dict[Language, str] = {"en": "English", "fr": "Français"}
_QUESTION = "Language / Langue"
_ABOUT = (
    "In which language? It can be changed at any time with F3.",
    "En quelle langue ? Elle se change à tout moment avec F3.",
)


class WelcomeScreen(ModalScreen[None]):
    """First the language, then the colours where there is a choice; what is chosen holds at once."""

    BINDINGS = [Binding("enter", "take", show=False), Binding("escape", "leave", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self._asks_colours = False

    @property
    def base(self) -> Base:
        """The application."""
        return Base.of(self.app)

    @property
    def _looks(self) -> list[Look]:
        return [each for each in LOOKS if each.kind == "theme" and each.name in self.base.themes]

    def compose(self) -> ComposeResult:
        """One box."""
        with Vertical(id="value"):
            yield Lines(id="about")
            table: Table[Language | Look] = Table((), self._row, id="options", live=False)
            yield table

    def on_mount(self) -> None:
        """The language, with the one of the surroundings under the cursor."""
        self.query_one("#value").border_title = _QUESTION
        self.query_one("#about").styles.height = 4
        self.query_one("#about", Lines).show(self._about)
        table = self.query_one("#options", Table)
        table.styles.height = len(LANGUAGES)
        table.show(Few(LANGUAGES), lambda cells: (), cursor=LANGUAGES.index(self.base.words.language))
        table.focus()

    def action_take(self) -> None:
        """Take it and go on."""
        chosen = self.query_one("#options", Table).chosen
        if isinstance(chosen, Look):
            self.base.prefer_theme(chosen.name)
            self.dismiss()
        elif chosen in LANGUAGES:
            self.base.choose_language(chosen)
            self._ask_colours()

    def action_leave(self) -> None:
        """As it is; it is asked no more."""
        self.base.choose_language(self.base.words.language)
        self.dismiss()

    def _ask_colours(self) -> None:
        looks = self._looks
        if len(looks) < 2:
            self.dismiss()
            return
        self._asks_colours = True
        self.query_one("#value").border_title = self.base.words("Colours")
        table = self.query_one("#options", Table)
        table.styles.height = len(looks)
        table.show(Few(looks), lambda cells: (), cursor=0)
        self.query_one("#about", Lines).redraw()

    def _about(self, cells: int) -> list[Line]:
        if self._asks_colours:
            return [(), line(self.base.words("Which colours read best here? F4 changes them."))]
        return [(), *(line(each) for each in _ABOUT)]

    def _row(self, item: Language | Look) -> Line:
        if isinstance(item, Look):
            return line(Piece(self.base.words(item.label), "strong"))
        return line(Piece(_NAMES[item], "strong"))
