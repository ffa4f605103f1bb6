"""The journal of the lists: who changed what and when; `u` takes the chosen change back."""

from __future__ import annotations

from typing import Any

from gateway.control import protocol
from gateway.control.protocol import Method
from gateway.control.rulesparams import RuleChanges, UndoRule
from gateway.control.rulesvalues import RuleChanged, RuleChangeView
from gateway.control.values import Page
from tui.format import Line, Piece, line, paragraph
from tui.keys import SCREENS
from tui.messages import Answered, Listed, Said
from tui.rows import PAGE_ROWS
from tui.screens.frame import bound
from tui.screens.listing import ListScreen
from tui.state import rules


class ChangesScreen(ListScreen[RuleChangeView]):
    """Over Rules."""

    KEYS = "changes"
    tab = "rules"
    COLUMNS = rules.CHANGE_COLUMNS
    CAN_SEARCH = False
    BINDINGS = bound(SCREENS["changes"])

    def key_of(self, item: RuleChangeView) -> str:
        """The change's number."""
        return str(item.number)

    def draw(self, item: RuleChangeView) -> Line:
        """One row."""
        return rules.change_row(item, self.base.now(), self.words)

    def page_request(self, cursor: str) -> tuple[Method[Any, Page[RuleChangeView]], Any]:
        """A page of the journal."""
        return protocol.RULES_CHANGES, RuleChanges(PAGE_ROWS, cursor, self.words.language)

    def explain(self, item: RuleChangeView) -> None:
        """All of it is there already."""
        self.panel.show(lambda cells: rules.change_panel(item, cells, self.words), from_top=True)

    def answered(self, event: Answered) -> None:
        """A change was taken back, which is a change."""
        if isinstance(event.value, RuleChanged):
            text = self.words("Taken back: {what}", what=event.value.text)
            self.post_message(Listed(text, (event.value.change,)))

    def lists_changed(self) -> None:
        """The newest on top."""
        self.table.choose(None)
        self.reload()

    def take_back(self) -> bool:
        """The chosen change; without one, whatever was done last."""
        chosen = self.table.chosen
        if chosen is None:
            return False
        if chosen.is_undone:
            self.post_message(Said(self.words("It was taken back since."), "muted"))
        else:
            self.ask("undo", protocol.RULES_UNDO, UndoRule(chosen.number, self.words.language))
        return True

    def empty(self, cells: int) -> list[Line]:
        """Nobody changed anything yet."""
        return paragraph(self.words("Nobody changed the lists yet."), cells - 2, "strong", first=line("  "))

    def _search_label(self, cells: int) -> Line:
        return line(Piece(f" {self.words('Rules')} > {self.words('Changes')}", "strong"))
