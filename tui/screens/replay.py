"""What would have fared otherwise in the last days: in sentences, and message by message."""

from __future__ import annotations

from textual.app import ComposeResult

from gateway.control import protocol
from gateway.control.params import OneMessage
from gateway.control.rulesparams import ReplayRules
from gateway.control.rulesvalues import Replayed, ReplayedMessage
from gateway.control.values import MessageDetail
from tui.format import Line, Piece, line, paragraph
from tui.keys import SCREENS
from tui.messages import Answered, Unanswered
from tui.screens.frame import FrameScreen, bound
from tui.screens.message import MessageScreen
from tui.state import rules
from tui.widgets.bar import Bar
from tui.widgets.lines import Lines
from tui.widgets.table import Few, Table


class ReplayScreen(FrameScreen):
    """`asked` without its page. `title` says what is tried."""

    KEYS = "replay"
    tab = "rules"
    BINDINGS = bound(SCREENS["replay"])

    def __init__(self, asked: ReplayRules, title: str) -> None:
        super().__init__()
        self._asked_for, self._title_text = asked, title
        self._replayed: Replayed | None = None
        self._why_not = ""

    def body(self) -> ComposeResult:
        """What is tried, what it would have done, and to which."""
        yield Bar(lambda cells: rules.head(self._title_text, "", cells), id="rules-head")
        yield Lines(id="replayed")
        yield Bar(lambda cells: self.table.titles(self.table.size.width or cells, self.words), id="titles")
        table: Table[ReplayedMessage] = Table(rules.REPLAY_COLUMNS, self._row, id="list", live=False)
        yield table

    @property
    def table(self) -> Table[ReplayedMessage]:
        """The messages."""
        return self.query_one("#list", Table)

    def on_mount(self) -> None:
        """Ask."""
        self.query_one("#replayed", Lines).show(self._said)
        self.table.set_empty(self._empty)
        self.reload()

    def reload(self) -> None:
        """Reckon it anew."""
        self.ask("replay", protocol.RULES_REPLAY, self._asked_for)

    def on_answered(self, event: Answered) -> None:
        """Here it is; or the message to open."""
        if isinstance(event.value, Replayed):
            self._replayed, self._why_not = event.value, ""
            self.table.show(Few(event.value.items), self._empty)
            self.redraw()
        elif isinstance(event.value, MessageDetail):
            self.app.push_screen(MessageScreen(event.value.summary))

    def on_unanswered(self, event: Unanswered) -> None:
        """Why there is nothing."""
        self._why_not = self.words("Not known while the gateway is away.") if event.is_away else event.text
        super().on_unanswered(event)
        self.redraw()

    def redraw(self) -> None:
        """Sentences and list."""
        super().redraw()
        box = self.query_one("#replayed", Lines)
        box.redraw()
        box.styles.height = max(1, min(6, len(box.lines)))
        self.table.redraw()

    def action_open(self) -> None:
        """Everything about the chosen message."""
        if (chosen := self.table.chosen) is not None:
            self.ask("open", protocol.MESSAGES_SHOW, OneMessage(chosen.code, self.words.language))

    def _row(self, item: ReplayedMessage) -> Line:
        return rules.replay_row(item, self.base.now(), self.words)

    def _said(self, cells: int) -> list[Line]:
        if self._replayed is not None:
            return rules.replay_lines(self._replayed, cells - 1, self.words)
        if self._why_not:
            return paragraph(self._why_not, cells - 1, "bad")
        return [line(Piece(self.words("Reckoning on the last {days} days …", days=self._asked_for.days), "muted"))]

    def _empty(self, cells: int) -> list[Line]:
        if self._replayed is None:
            return []
        return paragraph(self.words("No message would have fared otherwise."), cells - 2, "ok", first=line("  "))
