"""What to set on a server of the settings, with the office's own values, and what it does now. A page over a list."""

from __future__ import annotations

from textual.app import ComposeResult

from gateway.control import protocol
from gateway.control.healthparams import GuideFor
from gateway.control.healthvalues import Guide
from tui import plain
from tui.format import Line, Piece, line, paragraph, spread
from tui.keys import SCREENS
from tui.messages import Answered, Said, Unanswered
from tui.screens.frame import FrameScreen, bound
from tui.state import guide
from tui.widgets.bar import Bar
from tui.widgets.lines import Lines


class GuideScreen(FrameScreen):
    """`name` is the server's in the settings."""

    KEYS = "guide"
    tab = "health"
    BINDINGS = bound(SCREENS["guide"])

    def __init__(self, name: str) -> None:
        super().__init__()
        self._server = name
        self._told: Guide | None = None
        self._why_not = ""

    def body(self) -> ComposeResult:
        """The server's name, and one page."""
        yield Bar(self._head, id="head-state")
        yield Lines(id="page", can_focus=True)

    def on_mount(self) -> None:
        """Ask for it."""
        self.query_one(Lines).show(self._lines)
        self.reload()

    def reload(self) -> None:
        """Ask, and try the server, anew."""
        self.ask("guide", protocol.BACKEND_GUIDE, GuideFor(self._server, language=self.words.language))

    def redraw(self) -> None:
        """Frame and page."""
        super().redraw()
        self.query_one("#page", Lines).redraw()

    def on_answered(self, event: Answered) -> None:
        """Here it is."""
        if isinstance(event.value, Guide):
            self._told, self._why_not = event.value, ""
            self.redraw()

    def on_unanswered(self, event: Unanswered) -> None:
        """Why it could not be had stands on the page."""
        self._why_not = self.words("The gateway is away.") if event.is_away else event.text
        self.redraw()

    def action_recheck(self) -> None:
        """Try the server again."""
        self.post_message(Said(self.words("Looking again …"), "muted"))
        self.reload()

    def action_copy(self) -> None:
        """All lines to paste to the clipboard of the PC, if its terminal lets us."""
        if self._told is not None:
            self.app.copy_to_clipboard(guide.to_paste(self._told))
            self.post_message(Said(self.words("Copied, if your terminal allows; otherwise p shows it plainly."), "ok"))

    def action_plain(self) -> None:
        """Without a frame."""
        if self._told is None:
            return
        if not plain.show(self.app, guide.plain(self._told), self.words("Enter brings the interface back.")):
            self.post_message(Said(self.words("This terminal can't show a plain page."), "warn"))

    def _head(self, cells: int) -> Line:
        left = line(Piece(" " + self.words("What to set on {name}", name=self._server), "strong"))
        return spread(left, line(Piece(f"{self._told.kind} " if self._told else "", "muted")), cells)

    def _lines(self, cells: int) -> list[Line]:
        if self._why_not:
            return [(), *paragraph(self._why_not, cells, "bad")]
        if self._told is None:
            return [(), line(Piece(self.words("Asking the server, at most half a minute …"), "muted"))]
        return guide.page(self._told, cells, self.words)
