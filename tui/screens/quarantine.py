"""Quarantine: what is held, why, and what to do with it, one by one or several at once."""

from __future__ import annotations

from typing import Any

from gateway.control import protocol
from gateway.control.params import HeldQuery, OneMessage, ShowHeld
from gateway.control.protocol import Method
from gateway.control.rulesvalues import Cures
from gateway.control.values import Deleted, HeldChanged, HeldDetail, HeldSummary, Page
from tui.format import Line, Piece, line, paragraph, span, spread
from tui.keys import SCREENS
from tui.messages import Answered, Said
from tui.rows import PAGE_ROWS
from tui.screens.acting import Target, of_held
from tui.screens.frame import bound
from tui.screens.held import HeldScreen
from tui.screens.listing import ListScreen
from tui.state.table import HELD_COLUMNS, by_wanted, held_row
from tui.state.why import why_held
from tui.widgets.table import Table

# To find the wanted ones among what is held, so many are looked at; what is older follows by its time.
SORTED_PAGES = 10


class QuarantineScreen(ListScreen[HeldSummary]):
    """The list of held messages."""

    KEYS = tab = "quarantine"
    COLUMNS = HELD_COLUMNS
    BINDINGS = bound(SCREENS["quarantine"])

    def __init__(self) -> None:
        super().__init__()
        self._ticked: dict[str, HeldSummary] = {}
        self._told: HeldDetail | None = None
        self._cures: Cures | None = None
        self.is_by_wanted = True
        self._gathered: list[HeldSummary] = []
        self._pages, self._awaited = 0, ""

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

    def reload(self) -> None:
        """From the top, sorted anew."""
        self._gathered, self._pages, self._awaited = [], 0, ""
        super().reload()

    def paged(self, cursor: str, page: Page[HeldSummary]) -> None:
        """By what is likely wanted: gather some pages first, then show them sorted, the rest behind."""
        if not self.is_by_wanted or self._pages >= SORTED_PAGES:
            super().paged(cursor, page)
            return
        if cursor != self._awaited:
            return  # it came twice
        self._gathered += page.items
        self._pages += 1
        if page.next is not None and self._pages < SORTED_PAGES:
            self._awaited = page.next
            self.ask_page(page.next)
        else:
            self._pages = SORTED_PAGES
            super().paged("", Page(tuple(by_wanted(self._gathered)), page.next))

    def on_table_needed(self, event: Table.Needed) -> None:
        """While pages are gathered, the next one is asked for already."""
        if not self._gathered or self._pages >= SORTED_PAGES or not self.is_by_wanted:
            super().on_table_needed(event)

    def explain(self, item: HeldSummary) -> None:
        """Why this one is held, and what would help; its text is not asked for."""
        self._told = self._cures = None
        self.ask("why", protocol.QUARANTINE_SHOW, ShowHeld(item.code, language=self.words.language), item.code)
        self.ask("cures", protocol.RULES_CURES, OneMessage(item.code, self.words.language), item.code)

    def answered(self, event: Answered) -> None:
        """Reasons or cures for the panel; what was done to a sender; or a message is gone."""
        if isinstance(event.value, HeldDetail):
            told, chosen = event.value, self.table.chosen
            if event.topic.startswith("row"):
                self._told_anew(told.summary)
            if chosen is not None and chosen.code == event.about:
                self._told = told
                self.panel.show(self._why, from_top=True)
        elif isinstance(event.value, Cures):
            self._cures = event.value
            self.panel.redraw()
        elif self.cured(event):
            return
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
        """How many are ticked, else the order."""
        if self._ticked:
            return line(Piece(self.words.n("{count} ticked", "{count} ticked", len(self._ticked)) + "   ", "key"))
        order = self.words("likely wanted first") if self.is_by_wanted else self.words("newest first")
        return line(Piece(f"{order}   ", "muted"))

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

    def action_sort(self) -> None:
        """The likely wanted ones first, or the newest."""
        self.is_by_wanted = not self.is_by_wanted
        self.table.choose(None)
        self.reload()
        self.redraw()

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

    def _why(self, cells: int) -> list[Line]:
        if self._told is None:
            return []
        rows, item = self.panel.size.height, self._told.summary
        shown = why_held(self._told, cells, self.words, self._cures, max(1, rows - 1))
        left = span((item.expires - self.base.now()).total_seconds(), self.words)
        age = span((self.base.now() - item.time).total_seconds(), self.words)
        kept = self.words("held for {age}, deleted by itself in {left}", age=age, left=left)
        return [*shown[:-1], spread(line(Piece(kept, "muted")), (), cells), shown[-1]]

    def _told_anew(self, item: HeldSummary) -> None:
        if not self.rows.replace(item):
            self.arrived(item)
        self.table.refresh()

    def _gone(self, code: str) -> None:
        self._ticked.pop(code, None)
        self.gone(code)
