"""System: one list of what can be set and seen of the gateway itself, with an explanation beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from textual.app import ComposeResult
from textual.containers import Container

from gateway.control import protocol
from gateway.control.params import Asked
from gateway.control.workparams import BypassFor, ForgetAddress
from gateway.control.workvalues import BypassStatus, Forgotten
from tui.format import Line, Piece, clock, line, paragraph
from tui.keys import SCREENS
from tui.messages import Answered, Said
from tui.screens.assistant import AssistantScreen
from tui.screens.frame import FrameScreen, bound
from tui.screens.history import HistoryScreen
from tui.screens.journal import JournalScreen
from tui.screens.looks import LooksScreen
from tui.screens.settings import SectionScreen, SettingsScreen
from tui.screens.sheet import Sheet
from tui.screens.value import Option, PickScreen, TypeScreen, Wanted
from tui.state import system
from tui.state.settings import TypedError
from tui.state.system import Entry
from tui.widgets.dialog import Answer, Choice, Dialog, Question
from tui.widgets.lines import Lines
from tui.widgets.table import Few, Table

_OFF: Final = "off"


class SystemScreen(FrameScreen):
    """The list; Enter does what the chosen line says."""

    KEYS = tab = "system"
    BINDINGS = bound(SCREENS["system"])

    @property
    def table(self) -> Table[Entry]:
        """The list."""
        return self.query_one("#list", Table)

    def body(self) -> ComposeResult:
        """List and explanation."""
        with Container(id="split"):
            table: Table[Entry] = Table((), self._row, id="list", live=False)
            yield table
            yield Lines(id="panel")

    def on_mount(self) -> None:
        """All lines."""
        self.query_one("#panel", Lines).show(self._panel)
        self.table.show(Few(system.ENTRIES), lambda cells: ())

    def redraw(self) -> None:
        """List and panel too."""
        self.table.redraw()
        self.query_one("#panel", Lines).redraw()
        super().redraw()

    def happened(self, value: object) -> None:
        """The application asks for the state; here it is drawn."""
        self.redraw()

    def on_table_chosen(self, event: Table.Chosen) -> None:
        """Explain it."""
        self.query_one("#panel", Lines).show(self._panel, from_top=True)

    def on_answered(self, event: Answered) -> None:
        """What a pause or a forgetting did."""
        match event.value:
            case BypassStatus(is_on=True, until=until) if until is not None:
                text = self.words("Mail passes unfiltered until {time}.", time=clock(until, self.words))
                self.post_message(Said(text, "warn"))
            case BypassStatus():
                self.post_message(Said(self.words("Mail is filtered again."), "ok"))
            case Forgotten(rows, held, queued, listed=listed):
                self.post_message(Said(*system.forgotten(rows, held, queued, listed, self.words)))

    def action_open(self) -> None:
        """Do what the line says."""
        if (chosen := self.table.chosen) is not None:
            self.open(chosen.name)

    def open(self, name: str) -> None:
        """The line of this name, also by the command palette."""
        place = next(number for number, each in enumerate(system.ENTRIES) if each.name == name)
        self.table.choose(place)
        opens: dict[str, Callable[[], object]] = {
            "settings": lambda: self.app.push_screen(SettingsScreen(Sheet())),
            "history": lambda: self.app.push_screen(HistoryScreen()),
            "journal": lambda: self.app.push_screen(JournalScreen()),
            "services": lambda: self.app.push_screen(ServicesScreen()),
            "storage": lambda: self.app.push_screen(SectionScreen(Sheet(), "storage", system.STORAGE_KEYS)),
            "privacy": lambda: self.app.push_screen(SectionScreen(Sheet(), "privacy", system.PRIVACY_KEYS)),
            "bypass": self._pause,
            "forget": self._forget,
            "language": lambda: self.app.run_action("app.language"),
            "screen": lambda: self.app.push_screen(LooksScreen()),
            "assistant": lambda: self.app.push_screen(AssistantScreen()),
        }
        if name == "language":
            self.call_later(self.app.run_action, "app.language")
        else:
            opens[name]()

    def _pause(self) -> None:
        words, status = self.words, self.base.frame.status
        if status is not None and status.bypass.is_on:
            self.ask("bypass", protocol.BYPASS_OFF, Asked(words.language))
            return
        lost = words("Spam and viruses reach the mailboxes until it ends by itself.")
        options = [Option("", words("Cancel"))]
        options += [Option(str(each), system.pause_label(each, words)) for each in system.PAUSES]
        title = words("Let mail pass unfiltered for how long?")
        self.app.push_screen(
            PickScreen(title, lambda cells: paragraph(lost, cells, "warn"), options, "-"), self._paused
        )

    def _paused(self, seconds: str | None) -> None:
        if seconds:
            self.ask("bypass", protocol.BYPASS_ON, BypassFor(int(seconds), self.words.language))

    def _forget(self) -> None:
        words = self.words
        text = words("The address is taken out of every record of the history; the mail itself stays where it is.")

        def judged(typed: str) -> str:
            try:
                return ForgetAddress(typed.strip()).address
            except ValueError:
                raise TypedError(words("An address is needed, such as anna@office.example.")) from None

        wanted = Wanted(words("Forget an address"), lambda cells: paragraph(text, cells), judged)
        self.app.push_screen(TypeScreen(wanted), self._forget_asked)

    def _forget_asked(self, address: str | None) -> None:
        if address is None:
            return
        words = self.words
        lost = words(
            "Nobody can find the mail of {address} in the history any more, nor bring that back.", address=address
        )
        question = Question(
            words("Forget this address?"),
            lambda cells: paragraph(lost, cells, "warn"),
            (Choice("yes", words("Forget")), Choice("", words("Cancel"))),
            start=1,
        )

        def decided(answer: Answer | None) -> None:
            if answer is not None:
                self.ask("forget", protocol.HISTORY_FORGET, ForgetAddress(address))

        self.app.push_screen(Dialog(question), decided)

    def _row(self, entry: Entry) -> Line:
        cells = self.table.size.width - 2
        return system.entry_row(entry, self.base.frame.status, self.base.now(), cells, self.words)

    def _panel(self, cells: int) -> list[Line]:
        entry, status = self.table.chosen, self.base.frame.status
        if entry is None:
            return []
        rows = [*system.about(entry, cells, self.words), ()]
        if entry.name == "screen":
            return [*rows, *self._looks()]
        if entry.name == "language":
            name = self.words("English") if self.words.language == "en" else self.words("French")
            return [*rows, line(Piece(self.words("Now: {what}", what=name), "strong"))]
        if status is None:
            return [*rows, line(Piece(self.words("Asking …"), "muted"))] if entry.name in _OF_STATUS else rows
        if self.base.frame.link.why and entry.name in _OF_STATUS:
            rows.append(line(Piece(self.words("As last known"), "bad")))
        if entry.name == "services":
            return [*rows, *system.services(status, self.base.now(), cells, self.words)]
        if entry.name == "storage":
            return [*rows, *system.storage(status, cells, self.words)]
        return [*rows, *system.paused(status, self.base.now(), cells, self.words)] if entry.name == "bypass" else rows

    def _looks(self) -> list[Line]:
        chosen = self.base.preferences
        return [
            line(Piece(self.words("Colours: {what}", what=self.app.theme))),
            line(Piece(self.words("Signs: {what}", what=chosen.glyphs or self.words("as the terminal says")))),
            line(Piece(self.words("Mouse: {what}", what=self.words("on") if chosen.mouse else self.words("off")))),
        ]


_OF_STATUS: Final = frozenset({"services", "storage", "bypass"})


class ServicesScreen(FrameScreen):
    """All parts with their states, on a whole page."""

    KEYS = "page"
    tab = "system"
    BINDINGS = bound(SCREENS["page"])

    def body(self) -> ComposeResult:
        """One page that scrolls."""
        yield Lines(id="page", can_focus=True)

    def on_mount(self) -> None:
        """From the last state heard."""
        self.query_one("#page", Lines).show(self._lines)

    def redraw(self) -> None:
        """The page too."""
        super().redraw()
        self.query_one("#page", Lines).redraw()

    def happened(self, value: object) -> None:
        """A part changed."""
        self.redraw()

    def _lines(self, cells: int) -> list[Line]:
        status = self.base.frame.status
        head = line(Piece(f"{self.words('System')} > {self.words('Services')}", "strong"))
        if self.base.frame.link.why:
            head = (*head, Piece(f"  {self.words('As last known')}", "bad"))
        if status is None:
            return [head, (), line(Piece(self.words("Asking …"), "muted"))]
        return [head, (), *system.services(status, self.base.now(), cells, self.words)]
