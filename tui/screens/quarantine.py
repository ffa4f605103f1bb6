"""Quarantine: what is held, why, and what to do with it, one by one or several at once."""

from __future__ import annotations

from typing import Any

from gateway.control import protocol
from gateway.control.params import HeldQuery, ShowHeld
from gateway.control.protocol import Method
from gateway.control.values import Deleted, HeldChanged, HeldDetail, HeldSummary, Page
from tui.format import Line, Piece, line, paragraph
from tui.keys import SCREENS
from tui.messages import Answered, Said
from tui.rows import PAGE_ROWS
from tui.screens.acting import Target, of_held
from tui.screens.frame import bound
from tui.screens.held import HeldScreen
from tui.screens.listing import ListScreen
from tui.state.table import HELD_COLUMNS, held_row
from tui.state.why import why_held


class QuarantineScreen(ListScreen[HeldSummary]):
    """The list of held messages."""

    KEYS = tab = "quarantine"
    COLUMNS = HELD_COLUMNS
    BINDINGS = bound(SCREENS["quarantine"])

    def __init__(self) -> None:
        super().__init__()
        self._ticked: dict[str, HeldSummary] = {}

    def on_mount(self) -> None:
        """The list shows the ticks."""
        self.table.ticked = lambda item: item.code in self._ticked
        super().on_mount()

    def key_of(self, item: HeldSummary) -> str:
        """The message's code."""
        return item.code

    def draw(self, item: HeldSummary) -> Line:
        """One row."""
        return held_row(item, self.base.now(), self.words)

    def page_request(self, cursor: str) -> tuple[Method[Any, Page[HeldSummary]], Any]:
        """A page of the quarantine."""
        return protocol.QUARANTINE_LIST, HeldQuery(PAGE_ROWS, cursor, self.text, self.words.language)

    def explain(self, item: HeldSummary) -> None:
        """Why this one is held; its text is not asked for."""
        self.ask("why", protocol.QUARANTINE_SHOW, ShowHeld(item.code, language=self.words.language), item.code)

    def answered(self, event: Answered) -> None:
        """The reasons for the panel; or a message is gone."""
        if isinstance(event.value, HeldDetail):
            told, chosen = event.value, self.table.chosen
            if event.topic.startswith("row"):
                self._told_anew(told.summary)
            if chosen is not None and chosen.code == event.about:
                self.panel.show(lambda cells: why_held(told, cells, self.words), from_top=True)
        elif isinstance(event.value, Deleted):
            self.post_message(Said(self.words("Deleted: {code}", code=event.value.code), "ok"))
            self._gone(event.value.code)

    def happened(self, value: object) -> None:
        """Something was held, released, deleted or has expired."""
        if not isinstance(value, HeldChanged):
            return
        if value.change in ("deleted", "expired"):
            self._gone(value.code)
        elif not self.text or self.rows.index(value.code) is not None:
            self.ask(
                f"row {value.code}",
                protocol.QUARANTINE_SHOW,
                ShowHeld(value.code, language=self.words.language),
                value.code,
            )

    def targets(self) -> tuple[Target, ...]:
        """The ticked messages, else the chosen one."""
        chosen = self.table.chosen
        items = tuple(self._ticked.values()) or ((chosen,) if chosen is not None else ())
        return tuple(of_held(each) for each in items)

    def acted(self) -> None:
        """The ticks have done their work."""
        self._ticked.clear()
        self.redraw()

    def state_of(self) -> Line:
        """How many are ticked."""
        if not self._ticked:
            return ()
        return line(Piece(self.words.n("{count} ticked", "{count} ticked", len(self._ticked)) + "   ", "key"))

    def empty(self, cells: int) -> list[Line]:
        """Nothing held, or nothing found."""
        status = self.base.frame.status
        if self.text:
            text = self.words("No held message matches “{wanted}”.", wanted=self.text)
            cure = self.words("Esc shows all again; what was refused is under Messages.")
        else:
            text = self.words("The quarantine is empty.")
            refused = status.today.reject + status.today.refused if status else 0
            cure = self.words.n(
                "{count} was refused outright today: see Messages.",
                "{count} were refused outright today: see Messages.",
                refused,
            )
        return [
            *paragraph(text, cells - 2, "strong", first=line("  ")),
            *paragraph(cure, cells - 2, "muted", first=line("  ")),
        ]

    def action_open(self) -> None:
        """Everything about the chosen message."""
        if (chosen := self.table.chosen) is not None:
            self.app.push_screen(HeldScreen(chosen.code, self.tab))
        elif len(self.rows):
            self.table.choose(0)

    def action_view(self) -> None:
        """The text of the chosen message."""
        if (chosen := self.table.chosen) is not None:
            self.app.push_screen(HeldScreen(chosen.code, self.tab, with_text=True))

    def action_tick(self) -> None:
        """Tick the chosen message and go on to the next."""
        if (chosen := self.table.chosen) is not None:
            if self._ticked.pop(chosen.code, None) is None:
                self._ticked[chosen.code] = chosen
            self.table.action_move(1)
            self.redraw()

    def action_tick_all(self) -> None:
        """Tick all that are loaded, or none."""
        self._ticked = {} if self._ticked else {each.code: each for each in self.rows.loaded()}
        self.redraw()

    def _told_anew(self, item: HeldSummary) -> None:
        if not self.rows.replace(item):
            self.arrived(item)
        self.table.refresh()

    def _gone(self, code: str) -> None:
        self._ticked.pop(code, None)
        self.gone(code)
