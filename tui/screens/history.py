"""History of settings: who changed what and when; Enter shows the lines that differ, `u` takes a change back."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult

from gateway.control import protocol
from gateway.control.protocol import Method
from gateway.control.settingsparams import EditSettings, OneVersion, UndoSettings, VersionQuery
from gateway.control.settingsvalues import ChangeView, SettingsHappened, Tried, VersionDetail, VersionSummary
from gateway.control.values import Page
from tui.format import Line, Piece, line, paragraph
from tui.keys import SCREENS
from tui.messages import Answered, Said
from tui.rows import PAGE_ROWS
from tui.screens.frame import FrameScreen, bound
from tui.screens.listing import ListScreen
from tui.state import settingsview, versions
from tui.widgets.dialog import Answer, Choice, Dialog, Question
from tui.widgets.lines import Lines


class HistoryScreen(ListScreen[VersionSummary]):
    """Versions, newest first."""

    KEYS = "history"
    tab = "system"
    COLUMNS = versions.VERSION_COLUMNS
    CAN_SEARCH = False
    BINDINGS = bound(SCREENS["history"])

    def key_of(self, item: VersionSummary) -> str:
        """Its number."""
        return str(item.number)

    def draw(self, item: VersionSummary) -> Line:
        """One row."""
        return versions.version_row(item, self.base.now(), self.words)

    def page_request(self, cursor: str) -> tuple[Method[Any, Page[VersionSummary]], Any]:
        """A page of versions."""
        return protocol.CONFIG_HISTORY, VersionQuery(PAGE_ROWS, cursor, self.words.language)

    def explain(self, item: VersionSummary) -> None:
        """With all its changes."""
        self.ask("version", protocol.CONFIG_SHOW, OneVersion(item.number, self.words.language), item.number)

    def answered(self, event: Answered) -> None:
        """One version in full, what is to be taken back, or what became of it."""
        match event.value:
            case VersionDetail(summary) if event.topic == "version":
                if self.table.chosen is not None and self.table.chosen.number == summary.number:
                    self._explain(summary)
            case VersionDetail(summary) if event.topic == "take back":
                ask_back(self, summary)
            case Tried() as tried:
                told(self, tried)
                self.reload()

    def happened(self, value: object) -> None:
        """Another version: told anew unless somebody reads the list."""
        if isinstance(value, SettingsHappened) and self.table.cursor is None:
            self.reload()

    def empty(self, cells: int) -> list[Line]:
        """A gateway has at least the version that runs."""
        return paragraph(self.words("No version is known."), cells - 2, "strong", first=line("  "))

    def take_back(self) -> bool:
        """The chosen change; without a choice the one that runs."""
        item = self.table.chosen or next((each for each in self.rows.loaded() if each.is_running), None)
        if item is not None:
            self.ask("take back", protocol.CONFIG_SHOW, OneVersion(item.number, self.words.language))
        return item is not None

    def action_open(self) -> None:
        """The lines that differ from the version before."""
        if (item := self.table.chosen) is not None:
            self.app.push_screen(DifferenceScreen(item))

    def action_return(self) -> None:
        """Run this version again, whatever came after it."""
        item = self.table.chosen
        if item is None:
            self.post_message(Said(self.words("Choose a version first, with the arrow keys."), "warn"))
        elif item.is_running:
            self.post_message(Said(self.words("This version runs already."), "muted"))
        else:
            text = self.words("Everything that was changed after it is undone. Risky changes are on trial first.")
            question = Question(
                self.words("Run version {number} again?", number=item.number),
                lambda cells: paragraph(text, cells, "warn"),
                (Choice("yes", self.words("Run it")), Choice("", self.words("Cancel"))),
                start=1,
            )
            self.app.push_screen(Dialog(question), lambda answer: self._undo(item.number, answer))

    def _undo(self, number: int, answer: Answer | None) -> None:
        if answer is not None:
            self.ask("undo", protocol.CONFIG_UNDO, UndoSettings(number, language=self.words.language))

    def _explain(self, summary: VersionSummary) -> None:
        self.panel.show(
            lambda cells: versions.version_panel(summary, summary.changes, self.base.now(), cells, self.words),
            from_top=True,
        )

    def _search_label(self, cells: int) -> Line:
        return line(Piece(f" {self.words('System')} > {self.words('History of settings')}", "strong"))


class DifferenceScreen(FrameScreen):
    """One version beside the one before, as lines of the file."""

    KEYS = "page"
    tab = "system"
    BINDINGS = bound(SCREENS["page"])

    def __init__(self, version: VersionSummary) -> None:
        super().__init__()
        self._version = version
        self._texts: dict[str, bytes] = {}
        self._has_none_before = version.number <= 1

    def body(self) -> ComposeResult:
        """One page that scrolls."""
        yield Lines(id="page", can_focus=True)

    def on_mount(self) -> None:
        """Ask for both."""
        self.query_one("#page", Lines).show(self._lines)
        self.reload()

    def reload(self) -> None:
        """Both texts."""
        self.ask("new", protocol.CONFIG_SHOW, OneVersion(self._version.number))
        if not self._has_none_before:
            self.ask("old", protocol.CONFIG_SHOW, OneVersion(self._version.number - 1))

    def on_answered(self, event: Answered) -> None:
        """One of them."""
        if isinstance(event.value, VersionDetail):
            self._texts[event.topic] = event.value.text
            self.query_one("#page", Lines).redraw()

    def redraw(self) -> None:
        """The page too."""
        super().redraw()
        self.query_one("#page", Lines).redraw()

    def _lines(self, cells: int) -> list[Line]:
        number = self._version.number
        head = line(Piece(self.words("Version {number} beside the one before", number=number), "strong"))
        if "new" not in self._texts or ("old" not in self._texts and not self._has_none_before):
            return [head, (), line(Piece(self.words("Asking …"), "muted"))]
        return [head, (), *versions.difference(self._texts.get("old", b""), self._texts["new"], cells, self.words)]


def ask_back(screen: FrameScreen, summary: VersionSummary) -> None:
    """Take a version's changes back: the running one as a whole, an older one value by value, later ones stay."""
    words = screen.words
    if summary.state == "reverted":
        screen.post_message(Said(words("This version does not hold: there is nothing to take back."), "muted"))
        return
    edits = () if summary.is_running else versions.inverse(summary.changes)
    if not summary.is_running and not edits:
        text = words("Not by itself: in the history of settings, r runs an older version again.")
        screen.post_message(Said(text, "warn"))
        return
    back = [ChangeView(each.key, each.new, each.old, text=each.text) for each in summary.changes]
    question = Question(
        words("Take version {number} back?", number=summary.number),
        lambda cells: [*settingsview.change_lines(back[:6], cells, words), *_and_more(len(back) - 6, screen)],
        (Choice("yes", words("Take back")), Choice("", words("Cancel"))),
    )

    def decided(answer: Answer | None) -> None:
        if answer is None:
            return
        screen.post_message(Said(words("Applying: the gateway tries it and looks at itself …"), "info"))
        if summary.is_running:
            screen.ask("undo", protocol.CONFIG_UNDO, UndoSettings(language=words.language))
        else:
            screen.ask("undo", protocol.CONFIG_EDIT, EditSettings(edits, language=words.language))

    screen.app.push_screen(Dialog(question), decided)


def told(screen: FrameScreen, tried: Tried) -> None:
    """Say what became of going back."""
    words = screen.words
    ok = (Choice("", words("Understood")),)
    if tried.outcome == "reverted" and tried.probes:
        title = words("Taken back at once")
        screen.app.push_screen(Dialog(Question(title, lambda cells: settingsview.reverted(tried, cells, words), ok)))
        return
    if tried.outcome == "invalid":
        title = words("Not applied")
        screen.app.push_screen(Dialog(Question(title, lambda cells: settingsview.problems(tried.problems, cells), ok)))
        return
    if tried.outcome == "trial":
        screen.base.decide_trial(tried.probes)
        screen.base.refresh_status()
    said = {
        "kept": words("Taken back, as version {number} of the settings.", number=tried.version),
        "trial": words("It runs on trial. F8 keeps it or goes back."),
        "reverted": words("The settings of before run again."),
        "unchanged": words("These settings run already."),
    }
    screen.post_message(Said(said.get(tried.outcome, ""), "ok"))


def _and_more(count: int, screen: FrameScreen) -> list[Line]:
    return [line(Piece(screen.words("and {count} more", count=count), "muted"))] if count > 0 else []
