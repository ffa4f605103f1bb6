"""Test the chain: one message through every part, drawn with its times; what happened; what to do about it."""

from __future__ import annotations

from textual.app import ComposeResult

from gateway.control import protocol
from gateway.control.workparams import RunTest
from gateway.control.workvalues import ChainTest
from tui import plain
from tui.format import Line, Piece, line, paragraph
from tui.keys import SCREENS
from tui.messages import Answered, Said, Unanswered
from tui.screens.frame import FrameScreen, bound
from tui.screens.value import TypeScreen, Wanted
from tui.state import chain
from tui.state.chain import Course, Variant
from tui.state.settings import TypedError
from tui.widgets.bar import Bar
from tui.widgets.lines import Lines


class ChainScreen(FrameScreen):
    """Over the screen it was asked from. Enter sends; leaving stops waiting."""

    KEYS = "chain"
    tab = "health"
    BINDINGS = bound(SCREENS["chain"])

    def __init__(self) -> None:
        super().__init__()
        self._course = Course()
        self._told: ChainTest | None = None
        self._why_not = ""
        self._is_under_way = False

    def body(self) -> ComposeResult:
        """What is tested, the drawing, what happened."""
        yield Bar(lambda cells: line(Piece(" " + self.words("Health > Test the chain"), "strong")), id="head-state")
        yield Lines(id="causes")
        yield Lines(id="page", can_focus=True)

    def on_mount(self) -> None:
        """What will happen."""
        self.query_one("#causes", Lines).show(
            lambda cells: [(), *chain.drawing(self._told, self._course, cells, self.words), ()]
        )
        self.query_one("#page", Lines).show(self._lines)
        self.redraw()

    def redraw(self) -> None:
        """Frame, drawing and page."""
        super().redraw()
        for each in self.query(Lines):
            each.redraw()

    def on_answered(self, event: Answered) -> None:
        """How it went."""
        if isinstance(event.value, ChainTest):
            self._is_under_way, self._told = False, event.value
            self.redraw()

    def on_unanswered(self, event: Unanswered) -> None:
        """Why it could not be tried."""
        self._is_under_way = False
        self._why_not = self.words("The gateway is away.") if event.is_away else event.text
        self.redraw()

    def action_send(self) -> None:
        """One message of the kind that was chosen, as often as wanted, one at a time."""
        if not self._is_under_way:
            self._is_under_way, self._told, self._why_not = True, None, ""
            course = self._course
            self.ask("chain", protocol.TEST_RUN, RunTest(course.to, self.words.language, course.variant))
            self.redraw()

    def action_virus(self) -> None:
        """The test virus; again: without it."""
        self._choose("eicar")

    def action_spam(self) -> None:
        """The test spam; again: without it."""
        self._choose("gtube")

    def action_direction(self) -> None:
        """To an address outside, which really gets the message; or back to what comes in."""
        if self._course.to:
            self._go(Course())
            return
        words = self.words
        text = words("The message really leaves and arrives there: give an address of your own at another provider.")
        wanted = Wanted(
            words("Test to an address outside"), lambda cells: paragraph(text, cells, "muted"), self._judged
        )
        self.app.push_screen(TypeScreen(wanted), lambda address: self._go(Course(address)) if address else None)

    def action_plain(self) -> None:
        """The report without a frame, to take along."""
        if self._told is None:
            self.post_message(Said(self.words("Nothing was tested yet: Enter sends."), "muted"))
        elif not plain.show(
            self.app,
            chain.report(self._told, self._course, self.words),
            self.words("Enter brings the interface back."),
        ):
            self.post_message(Said(self.words("This terminal can't show a plain page."), "warn"))

    def action_copy(self) -> None:
        """The report to the clipboard of the PC, if its terminal lets us."""
        if self._told is None:
            self.post_message(Said(self.words("Nothing was tested yet: Enter sends."), "muted"))
            return
        self.app.copy_to_clipboard(chain.report(self._told, self._course, self.words))
        self.post_message(Said(self.words("Copied, if your terminal allows; otherwise p shows it plainly."), "ok"))

    def _choose(self, variant: Variant) -> None:
        self._go(Course() if self._course.variant == variant else Course(variant=variant))

    def _go(self, course: Course) -> None:
        if not self._is_under_way:
            self._course, self._told, self._why_not = course, None, ""
            self.redraw()

    def _judged(self, typed: str) -> str:
        try:
            return RunTest(typed.strip()).recipient or self._refused()
        except ValueError:
            return self._refused()

    def _refused(self) -> str:
        raise TypedError(self.words("That is no address, such as you@provider.example."))

    def _lines(self, cells: int) -> list[Line]:
        words = self.words
        if self._is_under_way:
            return [(), line(Piece(words("The message is on its way through every part …"), "info"))]
        if self._why_not:
            return [(), *paragraph(self._why_not, cells, "bad")]
        if self._told is None:
            keys = line(Piece(words("Enter") + " ", "key"), words("Send"))
            return [(), *paragraph(chain.about(self._course, words), cells), (), keys]
        return [(), *chain.happened(self._told, cells, words)]
