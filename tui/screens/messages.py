"""Messages: what came in and what became of it, live; search; and why."""

from __future__ import annotations

from typing import Any

from gateway.control import protocol
from gateway.control.params import MessageQuery, OneMessage
from gateway.control.protocol import Method
from gateway.control.rulesvalues import Cures
from gateway.control.values import Explanation, FollowedUp, MessageDetail, MessageSummary, Page
from tui.format import Line, Piece, line, paragraph
from tui.keys import SCREENS
from tui.messages import Answered, Said
from tui.rows import PAGE_ROWS
from tui.screens.acting import Target, of_message
from tui.screens.filter import FilterScreen
from tui.screens.frame import bound
from tui.screens.held import HeldScreen
from tui.screens.listing import ListScreen
from tui.screens.message import MessageScreen
from tui.state import filters
from tui.state.filters import Filter
from tui.state.table import MESSAGE_COLUMNS, message_row
from tui.state.why import why


class MessagesScreen(ListScreen[MessageSummary]):
    """The list of history."""

    KEYS = tab = "messages"
    COLUMNS = MESSAGE_COLUMNS
    BINDINGS = bound(SCREENS["messages"])

    def __init__(self) -> None:
        super().__init__()
        self.filter = Filter()
        self._told: Explanation | None = None
        self._cures: Cures | None = None

    def key_of(self, item: MessageSummary) -> str:
        """The message's code."""
        return item.code

    def draw(self, item: MessageSummary) -> Line:
        """One row."""
        return message_row(item, self.base.now(), self.words)

    def page_request(self, cursor: str) -> tuple[Method[Any, Page[MessageSummary]], Any]:
        """A page of history."""
        chosen, since = self.filter, self.filter.begins(self.base.now())
        query = MessageQuery(
            PAGE_ROWS,
            cursor,
            self.text,
            chosen.fate.action,
            since,
            chosen.until,
            self.words.language,
            chosen.fate.state,
        )
        return protocol.MESSAGES_LIST, query

    def explain(self, item: MessageSummary) -> None:
        """Why this one fared so, and what would help."""
        self._told = self._cures = None
        self._ask_why(item.code)
        self.ask("cures", protocol.RULES_CURES, OneMessage(item.code, self.words.language), item.code)

    def answered(self, event: Answered) -> None:
        """An explanation or the cures for the panel, a row told anew, or what was done to a sender."""
        chosen = self.table.chosen
        is_ours = chosen is not None and chosen.code == event.about
        if isinstance(event.value, Explanation) and is_ours:
            self._told = event.value
            self.panel.show(self._why, from_top=True)
        elif isinstance(event.value, Cures) and is_ours:
            self._cures = event.value
            self.panel.redraw()
        elif self.cured(event):
            return
        elif isinstance(event.value, MessageDetail) and self.rows.replace(event.value.summary):
            self.table.refresh()
            if chosen is not None and chosen.code == event.value.summary.code:
                self._ask_why(chosen.code)

    def happened(self, value: object) -> None:
        """A message came, or something became of one."""
        if isinstance(value, MessageSummary) and self._matches(value):
            self.arrived(value)
        elif isinstance(value, FollowedUp) and self.rows.index(value.code) is not None:
            self.ask(f"row {value.code}", protocol.MESSAGES_SHOW, OneMessage(value.code, self.words.language))

    def targets(self) -> tuple[Target, ...]:
        """The chosen message."""
        return (of_message(self.table.chosen),) if self.table.chosen is not None else ()

    def state_of(self) -> Line:
        """The filter."""
        shown = filters.said(self.filter, self.words)
        if self.filter.is_all:
            return line(Piece(self.words("Filter: {name}", name=shown) + "   ", "muted"))
        return line(Piece(f"{shown}   ", "key"))

    def empty(self, cells: int) -> list[Line]:
        """Nothing found, or nothing there yet; and what to do."""
        if self.text and not self.filter.is_all:
            text = self.words("No message matches “{wanted}” within the filter.", wanted=self.text)
            cure = self.words("f changes the filter; Esc leaves the search.")
        elif self.text:
            text = self.words("No message matches “{wanted}”.", wanted=self.text)
            cure = self.words("Esc shows all again; f changes the filter; a part of an address is enough.")
        elif not self.filter.is_all:
            text = self.words("No message of this kind in this time.")
            cure = self.words("f shows others; Esc shows all again.")
        else:
            text = self.words("No mail has come yet.")
            cure = self.words("It appears here by itself. t on Home sends a message through the whole chain.")
        return [
            *paragraph(text, cells - 2, "strong", first=line("  ")),
            *paragraph(cure, cells - 2, "muted", first=line("  ")),
        ]

    def action_open(self) -> None:
        """Everything about the chosen message."""
        if (chosen := self.table.chosen) is not None:
            self.app.push_screen(MessageScreen(chosen))
        elif len(self.rows):
            self.table.choose(0)

    def action_view(self) -> None:
        """The text of the chosen message, if it is held."""
        if held := self._held_targets():
            self.app.push_screen(HeldScreen(held[0].code, self.tab, with_text=True))

    def action_filter(self) -> None:
        """Which verdict, which time."""
        self.app.push_screen(FilterScreen(self.filter), self._show_only)

    def action_back(self) -> None:
        """First to the live list, then out of search and filter, then Home."""
        if self.table.cursor is None and not self.text and not self.filter.is_all:
            self._show_only(Filter())
        else:
            super().action_back()

    def action_pause(self) -> None:
        """Let nothing in, or everything again."""
        self.is_paused = not self.is_paused
        if not self.is_paused:
            self.table.choose(None)
        self.redraw()

    def _matches(self, item: MessageSummary) -> bool:
        """Whether a new message belongs to what is shown; what a search would find, only the gateway knows."""
        if self.text:
            self.post_message(Said(self.words("A new message came; search again to see whether it matches.")))
            return False
        return self.filter.lets_in(item, self.base.now())

    def _show_only(self, chosen: Filter | None) -> None:
        if chosen is not None:
            self.filter = chosen
            self.table.choose(None)
            self.reload()
            self.redraw()

    def _ask_why(self, code: str) -> None:
        self.ask("why", protocol.MESSAGES_EXPLAIN, OneMessage(code, self.words.language), code)

    def _why(self, cells: int) -> list[Line]:
        rows = self.panel.size.height
        return why(self._told, cells, self.words, self._cures, rows) if self._told is not None else []
