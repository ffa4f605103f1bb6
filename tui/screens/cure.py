"""Allow or block the sender of a message: a window that says whom, and whether it would help. Enter does it."""

from __future__ import annotations

from dataclasses import replace

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen

from gateway.control import protocol
from gateway.control.params import OneMessage
from gateway.control.rulesparams import SenderRule
from gateway.control.rulesvalues import Cures
from tui.base import Base
from tui.format import Line, Piece, line, paragraph
from tui.messages import Answered, Unanswered
from tui.screens.frame import ask
from tui.state import cures
from tui.state.cures import Choosing, Kind
from tui.widgets.lines import Lines

_EDGES = 2


class CureScreen(ModalScreen[SenderRule | None]):
    """Ends with what `rules.allow-sender` or `rules.block-sender` is asked for. Enter that came too early waits."""

    def __init__(self, code: str, kind: Kind, recipient: str = "") -> None:
        super().__init__()
        self._code, self._kind, self._recipient = code, kind, recipient
        self._shown: Choosing | None = None
        self._why_not = ""
        self._is_awaited = False

    @property
    def base(self) -> Base:
        """The application."""
        return Base.of(self.app)

    def compose(self) -> ComposeResult:
        """One box."""
        yield Lines(id="dialog", can_focus=True)

    def on_mount(self) -> None:
        """Ask what would help."""
        words = self.base.words
        box = self.query_one(Lines)
        box.border_title = words("Allow the sender?") if self._kind == "allow" else words("Block the sender?")
        self._draw()
        ask(self, "cures", protocol.RULES_CURES, OneMessage(self._code, words.language))

    def on_answered(self, event: Answered) -> None:
        """Here it is."""
        if isinstance(event.value, Cures):
            self._shown = cures.choosing(event.value, self._kind, self._recipient)
            self._draw()
            if self._is_awaited:
                self._take()

    def on_unanswered(self, event: Unanswered) -> None:
        """Nobody knows."""
        self._why_not = self.base.words("The gateway is away.") if event.is_away else event.text
        self._draw()

    def on_key(self, event: events.Key) -> None:
        """Everything this window knows; y and n as in any other."""
        event.stop()
        if event.key in ("escape", "q") or event.character == "n":
            self.dismiss(None)
        elif event.key == "enter" or event.character in ("y", "o"):
            self._take()
        elif self._shown is not None and event.key in ("down", "j", "tab"):
            self._show(replace(self._shown, place=min(len(self._shown.options) - 1, self._shown.place + 1)))
        elif self._shown is not None and event.key in ("up", "k", "shift+tab"):
            self._show(replace(self._shown, place=max(0, self._shown.place - 1)))
        elif self._shown is not None and event.key == "space" and self._recipient:
            self._show(replace(self._shown, is_only_theirs=not self._shown.is_only_theirs))

    def _take(self) -> None:
        self._is_awaited = self._shown is None and not self._why_not
        chosen = self._shown.chosen if self._shown is not None else None
        if chosen is None or not chosen.helps or self._shown is None:
            return  # the window says why
        theirs = self._shown.is_only_theirs
        self.dismiss(
            SenderRule(self._code, chosen.scope, for_recipients=theirs, language=self.base.words.language),
        )

    def _show(self, shown: Choosing) -> None:
        if shown.options:
            self._shown = shown
            self._draw()

    def _draw(self) -> None:
        box = self.query_one(Lines)
        cells = min(70, self.app.size.width - 4) - 4
        box.styles.height = min(len(self._lines(cells)) + _EDGES, self.app.size.height - 2)
        box.show(self._lines)

    def _lines(self, cells: int) -> list[Line]:
        words = self.base.words
        if self._shown is not None:
            return cures.window(self._shown, self._kind, cells, words)
        if self._why_not:
            return [(), *paragraph(self._why_not, cells, "bad"), (), line(Piece(words("Esc"), "key"))]
        return [(), line(Piece(words("Asking …"), "muted")), ()]
