"""Health: what the gateway knows of its own state, one list; the panel says what it means and what to do."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Container

from gateway.control import protocol
from gateway.control.healthparams import CheckDns
from gateway.control.healthvalues import Certificates, CertificateView, DnsChecked
from gateway.control.params import Asked
from gateway.control.values import PartChanged
from tui import plain
from tui.format import Line, Piece, line
from tui.keys import SCREENS
from tui.messages import Answered, Said
from tui.screens.chain import ChainScreen
from tui.screens.frame import FrameScreen, bound
from tui.screens.guide import GuideScreen
from tui.state import health
from tui.state.health import HealthRow
from tui.widgets.bar import Bar
from tui.widgets.lines import Lines
from tui.widgets.table import Few, Table


class HealthScreen(FrameScreen):
    """What is broken stands first; while a row is chosen nothing changes its place."""

    KEYS = tab = "health"
    BINDINGS = bound(SCREENS["health"])

    def __init__(self) -> None:
        super().__init__()
        self._papers: tuple[CertificateView, ...] = ()
        self._dns: DnsChecked | None = None
        self._looked: datetime | None = None
        self._order: tuple[str, ...] = ()

    @property
    def table(self) -> Table[HealthRow]:
        """The list."""
        return self.query_one("#list", Table)

    def body(self) -> ComposeResult:
        """How many are wrong, titles, list, panel."""
        yield Bar(self._summary, id="head-state")
        yield Bar(lambda cells: self.table.titles(self.table.size.width or cells, self.words), id="titles")
        with Container(id="split"):
            table: Table[HealthRow] = Table(health.COLUMNS, lambda item: health.row(item, self.words), id="list")
            yield table
            yield Lines(id="panel")

    def on_mount(self) -> None:
        """From what is known; the rest is asked for."""
        self.query_one("#panel", Lines).show(self._panel)
        self.query_one("#panel", Lines).display = False
        self.table.show(Few(self._rows()), self._empty)
        self.reload()

    def reload(self) -> None:
        """Look anew."""
        self._order = ()
        asked = Asked(self.words.language)
        self.ask("papers", protocol.CERTIFICATES, asked)
        self.ask("dns", protocol.DNS_CHECK, CheckDns(language=self.words.language))
        self.ask("status", protocol.STATUS, asked)

    def redraw(self) -> None:
        """Rows in their places, told anew."""
        rows = self._rows()
        chosen = self.table.chosen
        self.table.source = Few(rows)
        if chosen is not None:
            place = next((at for at, each in enumerate(rows) if each.key == chosen.key), None)
            if place != self.table.cursor:
                self.table.choose(place)
        self.table.redraw()
        self.query_one("#panel", Lines).redraw()
        super().redraw()

    def happened(self, value: object) -> None:
        """A part changed: the application asks for the state, which is then drawn."""
        if isinstance(value, PartChanged):
            self.ask("status", protocol.STATUS, Asked(self.words.language))

    def on_answered(self, event: Answered) -> None:
        """Certificates, look-ups or the state."""
        match event.value:
            case Certificates(items):
                self._papers = items
            case DnsChecked() as told:
                self._dns, self._looked = told, self.base.now()
        if self.table.cursor is None:
            self._order = ()
        self.redraw()

    def on_table_chosen(self, event: Table.Chosen) -> None:
        """Explain it; without a choice the worst comes first again."""
        panel = self.query_one("#panel", Lines)
        panel.display = event.index is not None
        panel.show(self._panel, from_top=True)
        if event.index is None and self._order:
            self._order = ()
            self.redraw()

    def action_open(self) -> None:
        """On a server's row: what to set there."""
        chosen = self.table.chosen
        if chosen is not None and chosen.backend:
            self.app.push_screen(GuideScreen(chosen.backend))
        elif chosen is None:
            self.table.choose(0)
        else:
            self.post_message(Said(self.words("All about it stands in the panel."), "muted"))

    def action_test(self) -> None:
        """One message through the whole chain."""
        self.app.push_screen(ChainScreen())

    def action_recheck(self) -> None:
        """Look at everything now."""
        self._looked = None
        self.post_message(Said(self.words("Looking again …"), "muted"))
        self.reload()
        self.redraw()

    def action_copy(self) -> None:
        """The value of the record to the clipboard of the PC, if its terminal lets us."""
        chosen = self.table.chosen
        value = chosen.record[2] if chosen is not None else ""
        if not value:
            self.post_message(Said(self.words("Choose a line with a record to publish first."), "warn"))
            return
        self.app.copy_to_clipboard(value)
        self.post_message(Said(self.words("Copied, if your terminal allows; otherwise p shows it plainly."), "ok"))

    def action_plain(self) -> None:
        """The chosen line, or all, without a frame."""
        chosen = self.table.chosen
        items = (chosen,) if chosen is not None else self._rows()
        text = "\n\n".join(health.plain(each, self.words) for each in items)
        if not plain.show(self.app, text, self.words("Enter brings the interface back.")):
            self.post_message(Said(self.words("This terminal can't show a plain page."), "warn"))

    def _rows(self) -> tuple[HealthRow, ...]:
        """In the order in which they stood when they were last put in order."""
        status = self.base.frame.status
        found = health.rows(status, self._papers, self._dns, self.base.now(), self.words)
        if not self._order:
            found = health.urgent_first(found)
            self._order = tuple(each.key for each in found)
            return found
        places = {key: at for at, key in enumerate(self._order)}
        return tuple(sorted(found, key=lambda each: places.get(each.key, len(places))))

    def _summary(self, cells: int) -> Line:
        return health.summary(self._rows(), self._looked, cells, self.words)

    def _panel(self, cells: int) -> list[Line]:
        chosen = self.table.chosen
        return health.panel(chosen, cells, self.words) if chosen is not None else [line(Piece(""))]

    def _empty(self, cells: int) -> list[Line]:
        return health.empty(bool(self.base.frame.link.why), cells, self.words)
