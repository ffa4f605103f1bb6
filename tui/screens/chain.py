"""One message through the whole chain, step by step with its times: a window over Home."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen

from gateway.control import protocol
from gateway.control.workparams import RunTest
from gateway.control.workvalues import ChainTest
from tui.asking import AwayError, DeniedError
from tui.base import Base, start
from tui.format import Line, Piece, line, paragraph
from tui.messages import Answered, Unanswered
from tui.widgets.lines import Lines


class ChainScreen(ModalScreen[None]):
    """Enter starts the test, or another one; Escape closes the window and stops waiting."""

    def __init__(self) -> None:
        super().__init__()
        self._told: ChainTest | None = None
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
        """What will happen."""
        box = self.query_one(Lines)
        box.border_title = self.base.words("Test the chain")
        box.show(self._lines)

    def on_key(self, event: events.Key) -> None:
        """Enter and Escape; the arrows scroll."""
        if event.key in ("enter", "t") and not self._is_running:
            event.stop()
            self._is_running, self._told, self._why_not = True, None, ""
            start(self, self._run, "chain")
            self.query_one(Lines).redraw()
        elif event.key in ("escape", "q"):
            event.stop()
            self.dismiss(None)

    def on_answered(self, event: Answered) -> None:
        """How it went."""
        self._is_running = False
        if isinstance(event.value, ChainTest):
            self._told = event.value
        self.query_one(Lines).redraw()

    def on_unanswered(self, event: Unanswered) -> None:
        """Why it could not be tried."""
        self._is_running = False
        self._why_not = self.base.words("The gateway is away.") if event.is_away else event.text
        self.query_one(Lines).redraw()

    async def _run(self) -> None:
        try:
            told = await self.base.asker.call(protocol.TEST_RUN, RunTest(language=self.base.words.language))
        except (AwayError, DeniedError) as error:
            self.post_message(Unanswered("test", None, str(error), is_away=isinstance(error, AwayError)))
        else:
            self.post_message(Answered("test", None, told))

    def _lines(self, cells: int) -> list[Line]:
        words = self.base.words
        keys = line(Piece("Enter ", "key"), words("Send"), "   ", Piece(words("Esc"), "key"), f" {words('Back')}")
        if self._is_running:
            return [(), line(Piece(words("The message is on its way through every part …"), "info")), (), keys]
        if self._why_not:
            return [(), *paragraph(self._why_not, cells, "bad"), (), keys]
        if self._told is None:
            text = words(
                "A message is sent through the whole chain: received, checked, offered to your server. Nobody gets it."
            )
            return [(), *paragraph(text, cells), (), keys]
        return [(), *_told(self._told, cells, self.base), (), keys]


def _told(told: ChainTest, cells: int, base: Base) -> list[Line]:
    words = base.words
    head = (
        Piece(words("✓ The whole chain works."), "ok") if told.works else Piece(words("✗ The chain is broken."), "bad")
    )
    rows: list[Line] = [line(head), ()]
    for step in told.steps:
        sign = Piece("✓ ", "ok") if step.done else Piece("✗ ", "bad")
        seconds = words("{number} s", number=words.number(step.elapsed_ms / 1_000, 2))
        rows += paragraph(f"{step.text} ({seconds})" if step.elapsed_ms else step.text, cells, first=line(sign))
    return rows
