"""Journal of changes: settings and rules in one list, newest first; `u` takes back what can be."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container

from gateway.control import protocol
from gateway.control.rulesparams import RuleChanges, UndoRule
from gateway.control.rulesvalues import RuleChanged, RuleChangeView
from gateway.control.settingsparams import OneVersion, VersionQuery
from gateway.control.settingsvalues import SettingsHappened, Tried, VersionDetail, VersionSummary
from gateway.control.values import Page
from tui.format import Line, Piece, line, spread
from tui.keys import SCREENS
from tui.messages import Answered, Said, Unanswered
from tui.screens.frame import FrameScreen, bound
from tui.screens.history import DifferenceScreen, ask_back, told
from tui.state import versions
from tui.state.versions import Deed
from tui.widgets.bar import Bar
from tui.widgets.lines import Lines
from tui.widgets.table import Few, Table

# The newest of each kind; what is older stands in the lists of their own.
SHOWN_OF_EACH = 200


class JournalScreen(FrameScreen):
    """Both lists are asked for, and shown as one."""

    KEYS = "journal"
    tab = "system"
    BINDINGS = bound(SCREENS["journal"])

    def __init__(self) -> None:
        super().__init__()
        self._versions: tuple[VersionSummary, ...] | None = None
        self._rules: tuple[RuleChangeView, ...] | None = None

    @property
    def table(self) -> Table[Deed]:
        """The list."""
        return self.query_one("#list", Table)

    def body(self) -> ComposeResult:
        """Where one is, titles, list, panel."""
        yield Bar(self._head, id="head-state")
        yield Bar(lambda cells: self.table.titles(self.table.size.width or cells, self.words), id="titles")
        with Container(id="split"):
            table: Table[Deed] = Table(versions.JOURNAL_COLUMNS, self._row, id="list", live=False)
            yield table
            yield Lines(id="panel")

    def on_mount(self) -> None:
        """Ask for both."""
        self.query_one("#panel", Lines).show(self._panel)
        self.table.show(Few(()), self._empty)
        self.reload()

    def reload(self) -> None:
        """Both anew."""
        language = self.words.language
        self.ask("versions", protocol.CONFIG_HISTORY, VersionQuery(SHOWN_OF_EACH, language=language))
        self.ask("rules", protocol.RULES_CHANGES, RuleChanges(SHOWN_OF_EACH, language=language))

    def redraw(self) -> None:
        """List and panel too; the chosen line stays chosen."""
        chosen = self.table.chosen
        found = versions.deeds(self._versions or (), self._rules or ())
        self.table.source = Few(found)
        place = next((number for number, each in enumerate(found) if chosen and each.key == chosen.key), None)
        if found and (place if place is not None else 0) != self.table.cursor:
            self.table.choose(place or 0)
        self.table.redraw()
        self.query_one("#panel", Lines).redraw()
        super().redraw()

    def happened(self, value: object) -> None:
        """Somebody changed the settings."""
        if isinstance(value, SettingsHappened):
            self.reload()

    def on_table_chosen(self, event: Table.Chosen) -> None:
        """Explain it."""
        self.query_one("#panel", Lines).show(self._panel, from_top=True)

    def on_answered(self, event: Answered) -> None:
        """One of the lists, what is to be taken back, or what became of it."""
        match event.value:
            case Page(items) if event.topic == "versions":
                self._versions = items
            case Page(items) if event.topic == "rules":
                self._rules = items
            case VersionDetail(summary):
                ask_back(self, summary)
            case Tried() as tried:
                told(self, tried)
                self.reload()
            case RuleChanged(text=text):
                self.post_message(Said(text, "ok"))
                self.reload()
        self.redraw()

    def on_unanswered(self, event: Unanswered) -> None:
        """What somebody may not see is not awaited any more."""
        if event.topic == "versions":
            self._versions = self._versions or ()
        if event.topic == "rules":
            self._rules = self._rules or ()
        super().on_unanswered(event)
        self.redraw()

    def take_back(self) -> bool:
        """The chosen line: a version asks first, a rule is taken back at once, for that can be undone too."""
        deed = self.table.chosen
        if deed is None:
            return False
        if deed.version is not None:
            self.ask("take back", protocol.CONFIG_SHOW, OneVersion(deed.version.number, self.words.language))
        elif deed.rule is not None and deed.rule.is_undone:
            self.post_message(Said(self.words("It was taken back since."), "muted"))
        elif deed.rule is not None:
            self.ask("undo rule", protocol.RULES_UNDO, UndoRule(deed.rule.number, self.words.language))
        return True

    def action_open(self) -> None:
        """The lines of the file that a version changed."""
        deed = self.table.chosen
        if deed is not None and deed.version is not None:
            self.app.push_screen(DifferenceScreen(deed.version))

    def _row(self, deed: Deed) -> Line:
        return versions.deed_row(deed, self.base.now(), self.words)

    def _panel(self, cells: int) -> list[Line]:
        deed = self.table.chosen
        return versions.deed_panel(deed, self.base.now(), cells, self.words) if deed is not None else []

    def _head(self, cells: int) -> Line:
        where = f" {self.words('System')} > {self.words('Journal of changes')}"
        count = f"{len(self.table.source)}  "
        return spread(line(Piece(where, "strong")), line(Piece(count, "muted")), cells)

    def _empty(self, cells: int) -> list[Line]:
        if self.base.frame.link.why:
            return [(), line(f"  {self.words('Not known while the gateway is away.')}")]
        if self._versions is None or self._rules is None:
            return [(), line(Piece(f"  {self.words('Asking …')}", "muted"))]
        return [(), line(Piece(f"  {self.words('Nobody changed anything yet.')}", "strong"))]
