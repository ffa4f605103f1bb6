"""Windows that ask for one value: a text to type, or one of a few to choose. Escape leaves it as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.base import Base
from tui.format import Line, Piece, line, paragraph
from tui.state.settings import TypedError
from tui.widgets.lines import Lines
from tui.widgets.table import Few, Table

_EDGES = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. `judge` gives the answer for a text, or raises TypedError with what is wrong."""

    title: str
    about: Callable[[int], Sequence[Line]]
    judge: Callable[[str], str]
    start: str = ""
    is_hidden: bool = False


class TypeScreen(ModalScreen[str | None]):
    """Ends with what `judge` made of the text, or None. A text that is wrong stays, with why beside it."""

    BINDINGS = [Binding("escape", "leave", show=False)]

    def __init__(self, wanted: Wanted) -> None:
        super().__init__()
        self._wanted = wanted
        self._wrong = ""

    def compose(self) -> ComposeResult:
        """What it is, the field, what is wrong, the keys."""
        with Vertical(id="value"):
            yield Lines(id="about")
            yield Input(self._wanted.start, id="typed", password=self._wanted.is_hidden, select_on_focus=False)
            yield Lines(id="wrong")

    def on_mount(self) -> None:
        """As high as it needs."""
        self.query_one("#value").border_title = self._wanted.title
        cells = min(70, self.app.size.width - 4) - 4
        about = self.query_one("#about", Lines)
        about.styles.height = len(self._wanted.about(cells)) + 1
        about.show(self._wanted.about)
        self.query_one("#wrong", Lines).show(self._below)
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: right, or why not."""
        try:
            judged = self._wanted.judge(event.value)
        except TypedError as error:
            self._wrong = str(error)
            self.query_one("#wrong", Lines).redraw()
        else:
            self.dismiss(judged)

    def action_leave(self) -> None:
        """As it was."""
        self.dismiss(None)

    def _below(self, cells: int) -> list[Line]:
        words = Base.of(self.app).words
        keys = line(
            Piece(f"{words('Enter')} ", "key"), words("Take"), "   ", Piece(f"{words('Esc')} ", "key"), words("Back")
        )
        wrong = paragraph(self._wrong, cells, "bad", first=line(Piece("✗ ", "bad")))[:2] if self._wrong else [()]
        return [*wrong, *([()] if len(wrong) < 2 else []), keys]


@dataclass(frozen=True, slots=True)
class Option:
    """One of a few; `note` explains it."""

    name: str
    label: str
    note: str = ""


class PickScreen(ModalScreen[str | None]):
    """Ends with the name of the option that was chosen, or None. `start` is the one that holds."""

    BINDINGS = [Binding("escape,q", "leave", show=False), Binding("enter", "take", show=False)]

    def __init__(
        self, title: str, about: Callable[[int], Sequence[Line]], options: Sequence[Option], start: str = ""
    ) -> None:
        super().__init__()
        self._title, self._about, self._options, self._start = title, about, tuple(options), start

    def compose(self) -> ComposeResult:
        """What it is, then the options."""
        with Vertical(id="value"):
            yield Lines(id="about")
            table: Table[Option] = Table((), self._row, id="options", live=False)
            yield table

    def on_mount(self) -> None:
        """As high as it needs, within the window."""
        self.query_one("#value").border_title = self._title
        cells = min(70, self.app.size.width - 4) - 4
        about = self.query_one("#about", Lines)
        rows = len(self._about(cells))
        about.styles.height = rows + 1 if rows else 0
        about.show(self._about)
        table = self.query_one("#options", Table)
        table.styles.height = max(1, min(len(self._options), self.app.size.height - rows - 2 * _EDGES))
        start = next((place for place, each in enumerate(self._options) if each.name == self._start), 0)
        table.show(Few(self._options), lambda cells: (), cursor=start)
        table.focus()

    def action_take(self) -> None:
        """The chosen one."""
        chosen = self.query_one("#options", Table).chosen
        self.dismiss(chosen.name if chosen is not None else None)

    def action_leave(self) -> None:
        """As it was."""
        self.dismiss(None)

    def _row(self, option: Option) -> Line:
        sign = Piece("● " if option.name == self._start else "○ ", "info")
        return line(sign, option.label, Piece(f"  {option.note}" if option.note else "", "muted"))
