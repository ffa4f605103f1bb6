"""One message: its whole path, every recipient, the proofs and the times."""

from __future__ import annotations

from textual.app import ComposeResult

from gateway.control import protocol
from gateway.control.params import OneMessage
from gateway.control.values import FollowedUp, HeldChanged, MessageDetail, MessageSummary
from tui.format import Line, Piece, line
from tui.keys import SCREENS
from tui.messages import Answered
from tui.screens.acting import ActingScreen, Target, of_message
from tui.screens.frame import bound
from tui.screens.held import HeldScreen
from tui.state.detail import message
from tui.widgets.lines import Lines


class MessageScreen(ActingScreen):
    """Over the list it was opened from."""

    KEYS = "message"
    tab = "messages"
    BINDINGS = bound(SCREENS["message"])

    def __init__(self, item: MessageSummary) -> None:
        super().__init__()
        self._item = item
        self._told: MessageDetail | None = None
        self._is_technical = False

    def body(self) -> ComposeResult:
        """One page."""
        yield Lines(id="page", can_focus=True)

    def on_mount(self) -> None:
        """Ask for it."""
        self.query_one(Lines).show(self._lines)
        self.reload()

    def reload(self) -> None:
        """Ask for it anew."""
        self.ask("detail", protocol.MESSAGES_SHOW, OneMessage(self._item.code, self.words.language))

    def redraw(self) -> None:
        """Frame and page."""
        super().redraw()
        self.query_one(Lines).redraw()

    def on_answered(self, event: Answered) -> None:
        """Here it is."""
        if isinstance(event.value, MessageDetail):
            self._told = event.value
            self._item = event.value.summary
            self.redraw()
        else:
            self.cured(event)

    def happened(self, value: object) -> None:
        """Something became of it."""
        if isinstance(value, FollowedUp | HeldChanged) and value.code == self._item.code:
            self.reload()

    def targets(self) -> tuple[Target, ...]:
        """This message."""
        return (of_message(self._item),)

    def action_technical(self) -> None:
        """With or without the names of rules and what each check saw."""
        self._is_technical = not self._is_technical
        self.redraw()

    def action_view(self) -> None:
        """Its text, if it is held."""
        if self._held_targets():
            self.app.push_screen(HeldScreen(self._item.code, self.tab, with_text=True))

    def _lines(self, cells: int) -> list[Line]:
        if self._told is None:
            return [(), line(Piece("  " + self.words("Asking …"), "muted"))]
        return message(self._told, cells, self.words, technical=self._is_technical)
