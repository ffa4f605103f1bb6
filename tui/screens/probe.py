"""A server that is tried without a message, step by step: a window over Domains."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen

from gateway.control import protocol
from gateway.control.workparams import ProbeBackend
from gateway.control.workvalues import BackendProbed
from tui.base import Base
from tui.format import Line, Piece, line, paragraph
from tui.messages import Answered, Unanswered
from tui.screens.frame import ask
from tui.state import domains
from tui.widgets.lines import Lines


class ProbeScreen(ModalScreen[bool]):
    """Tries it at once; Enter or t again. Ends with True for r: what waits is wanted tried. Escape stops waiting."""

    def __init__(self, title: str, wanted: ProbeBackend) -> None:
        super().__init__()
        self._title, self._wanted = title, wanted
        self._found: BackendProbed | None = None
        self._why_not = ""
        self._is_running = False

    @property
    def base(self) -> Base:
        """The application."""
        return Base.of(self.app)

    def compose(self) -> ComposeResult:
        """One box."""
        yield Lines(id="dialog", can_focus=True)

    def on_mount(self) -> None:
        """Begin."""
        box = self.query_one(Lines)
        box.border_title = self._title
        box.show(self._lines)
        self._begin()

    def on_key(self, event: events.Key) -> None:
        """Enter and Escape; the arrows scroll."""
        if event.key in ("enter", "t"):
            event.stop()
            if not self._is_running:
                self._begin()
        elif event.key in ("escape", "q", "r"):
            event.stop()
            self.dismiss(event.key == "r")

    def on_answered(self, event: Answered) -> None:
        """What it said."""
        self._is_running = False
        if isinstance(event.value, BackendProbed):
            self._found = event.value
        self.query_one(Lines).redraw()

    def on_unanswered(self, event: Unanswered) -> None:
        """Why it could not be tried."""
        self._is_running = False
        self._why_not = self.base.words("The gateway is away.") if event.is_away else event.text
        self.query_one(Lines).redraw()

    def _begin(self) -> None:
        self._is_running, self._found, self._why_not = True, None, ""
        ask(self, "probe", protocol.BACKEND_PROBE, self._wanted)
        self.query_one(Lines).redraw()

    def _lines(self, cells: int) -> list[Line]:
        words = self.base.words
        keys = line(
            *(Piece(f"{words('Enter')} ", "key"), words("Again"), "   "),
            *(Piece("r ", "key"), words("Retry"), "   "),
            *(Piece(words("Esc"), "key"), f" {words('Back')}"),
        )
        if self._is_running:
            return [(), line(Piece(words("The server is being tried, without a message …"), "info")), (), keys]
        if self._why_not:
            return [(), *paragraph(self._why_not, cells, "bad"), (), keys]
        found = self._found
        return [(), *(domains.probed(found, cells, words) if found is not None else []), (), keys]
