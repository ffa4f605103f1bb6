"""Which messages to show: a window with the verdicts, the time, and two fields for moments. Enter shows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.base import Base
from tui.format import Line, Piece, line
from tui.state import filters
from tui.state.filters import FATES, SPANS, Fate, Filter, MomentError
from tui.widgets.lines import Lines
from tui.widgets.table import Few, Table


class FilterScreen(ModalScreen[Filter | None]):
    """Ends with the filter, or None for the one that was. Tab goes from the verdicts to the time and to the fields."""

    BINDINGS = [
        Binding("escape", "leave", show=False),
        Binding("enter,f10", "take", show=False),
        Binding("right", "app.focus_next", show=False),
        Binding("left", "app.focus_previous", show=False),
    ]

    def __init__(self, chosen: Filter) -> None:
        super().__init__()
        self._chosen = chosen
        self._wrong = ""

    @property
    def base(self) -> Base:
        """The application."""
        return Base.of(self.app)

    def compose(self) -> ComposeResult:
        """Verdicts, times, fields, what is wrong."""
        with Vertical(id="filter"):
            with Horizontal(id="filter-lists"):
                fates: Table[Fate] = Table((), self._fate, id="fates", live=False)
                yield fates
                spans: Table[tuple[int, str]] = Table((), self._span, id="spans", live=False)
                yield spans
            with Horizontal(id="filter-moments"):
                yield Lines(id="from-label")
                yield Input(self._typed(self._chosen.since), id="from", select_on_focus=False)
                yield Lines(id="to-label")
                yield Input(self._typed(self._chosen.until), id="to", select_on_focus=False)
            yield Lines(id="filter-keys")

    def on_mount(self) -> None:
        """As it was chosen last."""
        words = self.base.words
        self.query_one("#filter").border_title = words("Show which messages?")
        self.query_one("#from-label", Lines).show(lambda cells: [line(words("from"))])
        self.query_one("#to-label", Lines).show(lambda cells: [line(words("until"))])
        for name, placeholder in (("#from", words("23/11 09:00")), ("#to", words("24/11"))):
            self.query_one(name, Input).placeholder = placeholder
        self.query_one("#filter-keys", Lines).show(self._keys)
        fates, spans = self.query_one("#fates", Table), self.query_one("#spans", Table)
        fates.show(Few(FATES), lambda cells: (), cursor=FATES.index(self._chosen.fate))
        days = [days for days, _ in SPANS]
        spans.show(Few(SPANS), lambda cells: (), cursor=days.index(self._chosen.days))
        fates.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a field takes all."""
        self.action_take()

    def action_take(self) -> None:
        """Show these."""
        fate, span = self.query_one("#fates", Table).chosen, self.query_one("#spans", Table).chosen
        try:
            since, until = self._moment("#from", at_end=False), self._moment("#to", at_end=True)
        except MomentError as error:
            self._wrong = self.base.words("{text} is no moment, such as 23/11 or 23/11 09:00.", text=str(error))
            self.query_one("#filter-keys", Lines).redraw()
            return
        days = span[0] if span is not None and since is None and until is None else 0
        self.dismiss(replace(self._chosen, fate=fate or FATES[0], days=days, since=since, until=until))

    def action_leave(self) -> None:
        """As it was."""
        self.dismiss(None)

    def _moment(self, name: str, *, at_end: bool) -> datetime | None:
        text = self.query_one(name, Input).value
        return filters.moment(text, self.base.now(), self.base.words.zone, at_end=at_end)

    def _typed(self, moment: datetime | None) -> str:
        return f"{moment.astimezone(self.base.words.zone):%d/%m/%Y %H:%M}" if moment is not None else ""

    def _fate(self, fate: Fate) -> Line:
        return line(self.base.words(fate.name))

    def _span(self, span: tuple[int, str]) -> Line:
        return line(self.base.words(span[1]))

    def _keys(self, cells: int) -> list[Line]:
        words = self.base.words
        keys: list[Piece | str] = [Piece(f"{words('Enter')} ", "key"), words("Show"), "   ", Piece("Tab ", "key")]
        keys += [words("Time"), "   ", Piece(f"{words('Esc')} ", "key"), words("Cancel")]
        return [line(Piece(self._wrong, "bad")), line(*keys)]
