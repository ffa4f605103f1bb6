"""Home: does mail flow, what came today, what is there to do. The first screen, readable without a key."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Horizontal

from gateway.control import protocol
from gateway.control.params import HeldQuery, MessageQuery
from gateway.control.statsvalues import Stats, StatsQuery
from gateway.control.values import HeldChanged, MessageSummary, Page
from tui.format import Line, line, paragraph
from tui.keys import SCREENS
from tui.messages import Answered, Unanswered
from tui.screens.chain import ChainScreen
from tui.screens.domains import DomainsScreen
from tui.screens.frame import FrameScreen, bound
from tui.state import home
from tui.widgets.dialog import Choice, Dialog, Question
from tui.widgets.lines import Lines
from tui.widgets.table import Few, Table

CHART_ROWS = 3
# Of what is held so many of the newest are looked at: are they likely wanted?
HELD_LOOKED_AT = 100
_OLD_SECONDS = 60.0


class HomeScreen(FrameScreen):
    """Four boxes; what there is to do can be chosen."""

    KEYS = tab = "home"
    BINDINGS = bound(SCREENS["home"])

    def __init__(self) -> None:
        super().__init__()
        self._today = home.Today()

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
        self.set_interval(_OLD_SECONDS, self._look_at_age)
        self.redraw()

    def reload(self) -> None:
        """This day's numbers, the newest mail, what is held."""
        language = self.words.language
        self.ask("stats", protocol.STATS, StatsQuery(1, language))
        self.ask("newest", protocol.MESSAGES_LIST, MessageQuery(1, language=language))
        self.ask("held", protocol.QUARANTINE_LIST, HeldQuery(HELD_LOOKED_AT, language=language))

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
            away = words("Gateway away") if self.base.frame.link.why else words("Connecting")
            titles["#chain"] = words("As last known") if status else away
        for name, title in titles.items():
            self.query_one(name).border_title = title
        self.query_one("#chain").set_class(self.base.frame.is_alarm, "-alarm")
        for each in self.query(Lines):
            each.redraw()
        chain = self.query_one("#chain", Lines)
        chain.styles.height = len(chain.lines) + 2
        items = home.to_do(status, self._today, words) if status else []
        # Rows are told anew in place: somebody may be reading them.
        self.to_do.source = Few(items)
        self.to_do.set_empty(
            lambda cells: [home.to_do_empty(status is not None and not self.base.frame.link.why, words)]
        )
        if items and self.to_do.cursor is None:
            self.to_do.choose(0)
        self.to_do.redraw()

    def happened(self, value: object) -> None:
        """The application asks for the state when something happens; mail counts at once."""
        if isinstance(value, MessageSummary):
            self._today = self._today.arrived(value.time)
        elif isinstance(value, HeldChanged):
            self.ask("held", protocol.QUARANTINE_LIST, HeldQuery(HELD_LOOKED_AT, language=self.words.language))
        self.redraw()

    def on_answered(self, event: Answered) -> None:
        """What was asked for."""
        match event.value:
            case Stats() as stats:
                self._today = replace(self._today, stats=stats)
            case Page(items) if event.topic == "held":
                self._today = replace(self._today, held=items)
            case Page((MessageSummary(time=newest), *_)):
                self._today = replace(self._today, newest=newest)
        self.redraw()

    def on_unanswered(self, event: Unanswered) -> None:
        """The boxes say themselves what is not known."""

    async def action_open(self) -> None:
        """Go where the line leads, or say what to do."""
        item = self.to_do.chosen
        if item is None:
            return
        if item.leads_to and item.leads_to in self.app.MODES:
            await self.app.switch_mode(item.leads_to)
            if isinstance(self.app.screen, DomainsScreen):
                self.app.screen.point_at(item.about)
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
        if status is None:
            return [(), *self._waits(cells)]
        return home.chain(status, self._today, self.base.now(), cells, self.words)

    def _hours(self, cells: int) -> list[Line]:
        return home.chart(self._today, CHART_ROWS, cells, self.words) or self._waits(cells)

    def _verdicts(self, cells: int) -> list[Line]:
        status = self.base.frame.status
        return home.verdicts(status, cells, self.words) if status else self._waits(cells)

    def _machine(self, cells: int) -> list[Line]:
        status = self.base.frame.status
        return home.machine(status, self.base.now(), cells, self.words) if status else self._waits(cells)

    def _look_at_age(self) -> None:
        """Another hour, another day: the numbers anew."""
        if not self.base.frame.link.why and self._today.is_old(self.base.now()):
            self.ask("stats", protocol.STATS, StatsQuery(1, self.words.language))

    def _waits(self, cells: int) -> list[Line]:
        away = self.words("Not known while the gateway is away.")
        return paragraph(away if self.base.frame.link.why else self.words("Asking …"), cells - 1, first=line(" "))
