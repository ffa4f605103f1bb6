"""Reports: the mail of the last days as pictures, their numbers one key away, and who is out of the ordinary."""

from __future__ import annotations

import msgspec
from textual.app import ComposeResult
from textual.containers import Horizontal

from gateway.control import protocol
from gateway.control.rulesparams import DraftRule
from gateway.control.rulesvalues import RuleChanged
from gateway.control.statsvalues import NameView, Stats, StatsQuery
from tui.export import CantWriteError, write
from tui.format import Line, Piece, line, paragraph
from tui.keys import SCREENS
from tui.messages import Answered, Listed, Said, Unanswered
from tui.screens.frame import FrameScreen, bound
from tui.state import reports
from tui.widgets.bar import Bar
from tui.widgets.dialog import Answer, Choice, Dialog, Question
from tui.widgets.lines import Lines
from tui.widgets.table import Few, Table

_CHART_ROWS = 5


class ReportsScreen(FrameScreen):
    """`s` is who wrote, Tab the next table, `f` another span."""

    KEYS = tab = "reports"
    BINDINGS = bound(SCREENS["reports"])

    def __init__(self) -> None:
        super().__init__()
        self._told: Stats | None = None
        self._days = reports.SPANS[0]
        self._shown = reports.TABLES[0]
        self._why_not = ""

    @property
    def table(self) -> Table[object]:
        """The names or numbers."""
        return self.query_one("#figures", Table)

    def body(self) -> ComposeResult:
        """Two charts, and a table below."""
        with Horizontal(id="report-charts"):
            yield Lines(id="report-hours")
            yield Lines(id="report-scores")
        yield Bar(self._head, id="report-head")
        yield Bar(lambda cells: self.table.titles(self.table.size.width or cells, self.words), id="titles")
        table: Table[object] = Table(reports.NAME_COLUMNS, self._row, id="figures", live=False)
        yield table

    def on_mount(self) -> None:
        """Ask for the figures."""
        self.query_one("#report-hours", Lines).show(self._hours)
        self.query_one("#report-scores", Lines).show(self._scores)
        self.reload()

    def reload(self) -> None:
        """Figures of now."""
        self.ask("stats", protocol.STATS, StatsQuery(self._days, self.words.language))

    def on_screen_resume(self) -> None:
        """They may be old."""
        self.reload()
        super().on_screen_resume()

    def on_answered(self, event: Answered) -> None:
        """Here they are; or a sender is blocked."""
        if isinstance(event.value, Stats):
            self._told, self._why_not = event.value, ""
            self.redraw()
        elif isinstance(event.value, RuleChanged):
            done = event.value
            text = f"{done.text} {done.warning or self.words('u takes it back.')}"
            self.post_message(Listed(text, (done.change,), "warn" if done.warning else "ok"))

    def on_unanswered(self, event: Unanswered) -> None:
        """Why there are none."""
        self._why_not = self.words("Not known while the gateway is away.") if event.is_away else event.text
        super().on_unanswered(event)
        self.redraw()

    def redraw(self) -> None:
        """Charts and table."""
        super().redraw()
        words = self.words
        days = words.n("last {count} day", "last {count} days", self._days)
        self.query_one("#report-hours").border_title = words("Messages per hour") if self._days == 1 else days
        self.query_one("#report-scores").border_title = words("By points")
        for each in self.query(Lines):
            each.redraw()
        self.table.set_columns(reports.FIGURE_COLUMNS if self._shown == "figures" else reports.NAME_COLUMNS)
        self.table.source = Few(self._items())
        self.table.set_empty(self._empty)
        self.table.redraw()

    def action_senders(self) -> None:
        """Who wrote."""
        self._show("senders")

    def action_next_table(self) -> None:
        """The next of the tables."""
        self._show(reports.TABLES[(reports.TABLES.index(self._shown) + 1) % len(reports.TABLES)])

    def action_span(self) -> None:
        """A day, a week, a month."""
        self._days = reports.SPANS[(reports.SPANS.index(self._days) + 1) % len(reports.SPANS)]
        self.reload()

    def action_block(self) -> None:
        """Stop the chosen sender, after asking; Enter is yes, for it can be taken back."""
        chosen = self.table.chosen if self._shown == "senders" else None
        if not isinstance(chosen, NameView) or "@" not in chosen.name:
            self.post_message(Said(self.words("Choose a sender first: s, then the arrow keys."), "warn"))
            return
        text = self.words(
            "Mail from {name} is stopped from now on; Rules shows the entry and takes it back.", name=chosen.name
        )
        choices = (Choice("block", self.words("Block")), Choice("", self.words("Cancel")))
        question = Question(self.words("Block this sender?"), lambda cells: paragraph(text, cells), choices)
        self.app.push_screen(Dialog(question), lambda answer: self._block(chosen.name, answer))

    def action_export(self) -> None:
        """Into a file: as a table for a spreadsheet, or everything."""
        if self._told is None:
            return
        choices = (Choice("csv", "CSV"), Choice("json", "JSON"), Choice("", self.words("Cancel")))
        text = self.words(
            "The figures are written into a file of your home folder; ssh HOST stats --json gives them too."
        )
        question = Question(self.words("Export the figures?"), lambda cells: paragraph(text, cells), choices)
        self.app.push_screen(Dialog(question), self._export)

    def _block(self, name: str, answer: Answer | None) -> None:
        if answer is not None:
            reason = self.words("sent out of the ordinary")
            self.ask("block", protocol.RULES_BLOCK, DraftRule(name, reason=reason, language=self.words.language))

    def _export(self, answer: Answer | None) -> None:
        if answer is None or self._told is None:
            return
        text = reports.csv(self._told) if answer.choice == "csv" else msgspec.json.encode(self._told).decode()
        try:
            path = write("stats", answer.choice, text, self.base.now())
        except CantWriteError as error:
            cause = self.words("Not written: {cause}. From your computer: ssh HOST stats --json", cause=str(error))
            self.post_message(Said(cause, "bad"))
        else:
            self.post_message(Said(self.words("Written: {path}", path=str(path)), "ok"))

    def _show(self, table: str) -> None:
        self._shown = table
        self.table.choose(None)
        self.redraw()
        if len(self.table.source):
            self.table.choose(0)
        self.table.focus()

    def _items(self) -> list[object]:
        if self._told is None:
            return []
        if self._shown == "figures":
            return list(reports.figure_rows(self._told, self.words))
        if self._shown == "scores":
            return list(reports.score_rows(self._told, self.words))
        return list(reports.by_unusual(self._told.senders if self._shown == "senders" else self._told.recipients))

    def _row(self, item: object) -> Line:
        if isinstance(item, NameView):
            return reports.name_row(item, self.words)
        return item if isinstance(item, tuple) else ()

    def _head(self, cells: int) -> Line:
        span = self.words.n("last {count} day", "last {count} days", self._days)
        return line(Piece(f" {self.words(reports.TITLES[self._shown])}", "strong"), Piece(f"  {span}", "muted"))

    def _hours(self, cells: int) -> list[Line]:
        if self._told is None:
            return [line(f" {self._why_not or self.words('Asking …')}")]
        chart = reports.day_chart if self._days == 1 else reports.span_chart
        rows = _CHART_ROWS - 1 if self._days == 1 else _CHART_ROWS + 1
        return chart(self._told, rows, cells, self.words)

    def _scores(self, cells: int) -> list[Line]:
        if self._told is None or not self._told.scores:
            return [line(f" {self.words('No points yet.') if self._told else ''}")]
        return reports.score_chart(self._told, _CHART_ROWS - 1, cells, self.words)

    def _empty(self, cells: int) -> list[Line]:
        if self._told is None:
            return [line("  " + (self._why_not or self.words("Asking …")))]
        return paragraph(
            self.words("First figures stand here after the first message."), cells - 2, "muted", first=line("  ")
        )
