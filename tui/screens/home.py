"""Home: does mail flow, what came today, what is there to do. The first screen, readable without a key."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from tui.format import Line, line
from tui.keys import SCREENS
from tui.screens.chain import ChainScreen
from tui.screens.frame import FrameScreen, bound
from tui.state import home
from tui.widgets.dialog import Choice, Dialog, Question
from tui.widgets.lines import Lines
from tui.widgets.table import Few, Table

CHART_ROWS = 4


class HomeScreen(FrameScreen):
    """Four boxes; what there is to do can be chosen."""

    KEYS = tab = "home"
    BINDINGS = bound(SCREENS["home"])

    @property
    def to_do(self) -> Table[home.ToDo]:
        """The list of what there is to do."""
        return self.query_one("#to-do", Table)

    def body(self) -> ComposeResult:
        """The chain, the charts, what to do, the gateway."""
        yield Lines(id="chain")
        with Horizontal(id="charts"):
            yield Lines(id="hours")
            yield Lines(id="verdicts")
        table: Table[home.ToDo] = Table((), self._row, id="to-do", live=False)
        yield table
        yield Lines(id="machine")

    def on_mount(self) -> None:
        """Every box draws from what is known when it is drawn."""
        self.query_one("#chain", Lines).show(self._chain)
        self.query_one("#hours", Lines).show(self._hours)
        self.query_one("#verdicts", Lines).show(self._verdicts)
        self.query_one("#machine", Lines).show(self._machine)
        self.redraw()

    def redraw(self) -> None:
        """Frame and boxes, their titles too; the chosen line stays chosen."""
        super().redraw()
        words, status = self.words, self.base.frame.status
        flows = status is None or status.mail_flows
        titles = {
            "#chain": words("Mail flows") if flows else words("Mail does not flow"),
            "#hours": words("Messages per hour, today"),
            "#verdicts": words("Verdicts, today"),
            "#to-do": words("To do"),
            "#machine": words("Gateway"),
        }
        if self.base.frame.link.why or status is None:
            titles["#chain"] = words("As last known") if status else words("Connecting")
        for name, title in titles.items():
            self.query_one(name).border_title = title
        self.query_one("#chain").set_class(self.base.frame.is_alarm, "-alarm")
        for each in self.query(Lines):
            each.redraw()
        chain = self.query_one("#chain", Lines)
        chain.styles.height = len(chain.lines) + 2
        items = home.to_do(status, words) if status else []
        # Rows are told anew in place: somebody may be reading them.
        self.to_do.source = Few(items)
        self.to_do.set_empty(
            lambda cells: [home.to_do_empty(status is not None and not self.base.frame.link.why, words)]
        )
        if items and self.to_do.cursor is None:
            self.to_do.choose(0)
        self.to_do.redraw()

    def happened(self, value: object) -> None:
        """The application asks for the state when something happens; here it is only drawn."""
        self.redraw()

    def action_open(self) -> None:
        """Go where the line leads, or say what to do."""
        item = self.to_do.chosen
        if item is None:
            return
        if item.leads_to:
            self.app.switch_mode(item.leads_to)
        else:
            ok = (Choice("", self.words("Understood")),)
            self.app.push_screen(
                Dialog(Question(self.words("What to do"), lambda cells: home.cure(item, cells, self.words), ok))
            )

    def action_test(self) -> None:
        """Send a message through the whole chain: Enter starts it."""
        self.app.push_screen(ChainScreen())

    def _row(self, item: home.ToDo) -> Line:
        return home.to_do_row(item, self.to_do.size.width - 2, self.words)

    def _chain(self, cells: int) -> list[Line]:
        status = self.base.frame.status
        return home.chain(status, self.base.now(), cells, self.words) if status else [(), line(f"  {self._waits()}")]

    def _hours(self, cells: int) -> list[Line]:
        if self.base.arrivals is None:
            return [line(f" {self._waits()}")]
        counts = home.hours(self.base.arrivals, self.base.now(), self.words)
        return home.hour_chart(counts, CHART_ROWS, cells, self.words)

    def _verdicts(self, cells: int) -> list[Line]:
        status = self.base.frame.status
        return home.verdicts(status, cells, self.words) if status else [line(f" {self._waits()}")]

    def _machine(self, cells: int) -> list[Line]:
        status = self.base.frame.status
        return home.machine(status, self.base.now(), cells, self.words) if status else [line(f" {self._waits()}")]

    def _waits(self) -> str:
        return self.words("Asking …")
