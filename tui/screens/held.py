"""One held message: why it is held, its header, and on demand what it says."""

from __future__ import annotations

from textual.app import ComposeResult

from gateway.control import protocol
from gateway.control.params import ShowHeld
from gateway.control.values import HeldChanged, HeldDetail
from tui.format import Line, Piece, line, paragraph
from tui.keys import SCREENS
from tui.messages import Answered, Unanswered
from tui.screens.acting import ActingScreen, Target, of_held
from tui.screens.frame import bound
from tui.state.detail import held
from tui.widgets.lines import Lines


class HeldScreen(ActingScreen):
    """Over the list it was opened from. `with_text`: ask for the text at once."""

    KEYS = "held"
    tab = "quarantine"
    BINDINGS = bound(SCREENS["held"])

    def __init__(self, code: str, tab: str, *, with_text: bool = False) -> None:
        super().__init__()
        self.tab = tab
        self._code = code
        self._with_text = with_text
        self._told: HeldDetail | None = None
        self._why_not = ""

    def body(self) -> ComposeResult:
        """One page."""
        yield Lines(id="page", can_focus=True)

    def on_mount(self) -> None:
        """Ask for it."""
        self.query_one(Lines).show(self._lines)
        self._ask(with_text=self._with_text)

    def reload(self) -> None:
        """Anew, in the language; a text that was read once is not asked for again."""
        self._ask(with_text=False)

    def redraw(self) -> None:
        """Frame and page."""
        super().redraw()
        self.query_one(Lines).redraw()

    def on_answered(self, event: Answered) -> None:
        """Here it is, or it is gone."""
        if isinstance(event.value, HeldDetail):
            self._told, self._why_not = event.value, ""
            self.redraw()
        elif self.cured(event):
            return
        elif event.topic.startswith("delete"):
            self.action_back()

    def on_unanswered(self, event: Unanswered) -> None:
        """Why it can't be shown: instead of the page if there is none yet."""
        self._why_not = event.text
        if self._told is None and self._with_text:
            self._with_text = False
            self._ask(with_text=False)
        super().on_unanswered(event)
        self.redraw()

    def happened(self, value: object) -> None:
        """Something became of it."""
        if isinstance(value, HeldChanged) and value.code == self._code:
            self.reload()

    def targets(self) -> tuple[Target, ...]:
        """This message."""
        if self._told is None:
            return ()
        return (of_held(self._told.summary),)

    def action_view(self) -> None:
        """Ask for its text."""
        self._ask(with_text=True)

    def _ask(self, *, with_text: bool) -> None:
        self.ask("held", protocol.QUARANTINE_SHOW, ShowHeld(self._code, with_text, self.words.language))

    def _lines(self, cells: int) -> list[Line]:
        if self._told is not None:
            return held(self._told, self.base.now(), cells, self.words)
        if self._why_not:
            return [(), *paragraph(self._why_not, cells - 4, "bad", first=line("  "))]
        return [(), line(Piece("  " + self.words("Asking …"), "muted"))]
