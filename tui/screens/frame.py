"""What all screens have in common: the lines above and below, asking the gateway, and what a small window gets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Input

from gateway.control.protocol import Method
from tui.asking import AwayError, DeniedError
from tui.base import Base, start
from tui.format import Line, Piece, line, width
from tui.keys import FOOTER_MAXIMUM, SCREENS, Key
from tui.language import Words
from tui.messages import Answered, Said, Unanswered
from tui.state import frame
from tui.widgets.bar import Bar

_Params = TypeVar("_Params")
MINIMUM_CELLS, MINIMUM_LINES = 80, 24


def bound(keys: tuple[Key, ...]) -> list[BindingType]:
    """The table's keys as Textual's bindings; the footer is ours."""
    return [Binding(",".join(key.names), key.action, key.label, show=False) for key in keys if key.names]


def footer(shown: Sequence[Key], between: str, words: Words) -> Line:
    """The keys as the last line shows them."""
    pieces: list[Piece | str] = [" "]
    for number, key in enumerate(shown):
        pieces += [between if number else "", Piece(words(key.cap), "key"), f" {words(key.label)}"]
    return line(*pieces)


def ask(node: DOMNode, topic: str, method: Method[_Params, Any], params: _Params, about: object = None) -> None:
    """Ask the gateway; `Answered` or `Unanswered` comes to the node. A newer question of its topic cancels this."""
    start(node, partial(_asked, node, topic, method, params, about), topic)


async def _asked(node: DOMNode, topic: str, method: Method[_Params, Any], params: _Params, about: object) -> None:
    try:
        value = await Base.of(node.app).asker.call(method, params)
    except (AwayError, DeniedError) as error:
        node.post_message(Unanswered(topic, about, str(error), is_away=isinstance(error, AwayError)))
    else:
        node.post_message(Answered(topic, about, value))


class FrameScreen(Screen[None]):
    """`KEYS` is its row in `keys.SCREENS`, `tab` the tab it belongs to."""

    KEYS: ClassVar[str] = "home"
    tab: str = "home"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (MINIMUM_CELLS, "-normal"), (120, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (MINIMUM_LINES, "-high")]
    AUTO_FOCUS = "Table, Lines"

    @property
    def base(self) -> Base:
        """The application."""
        return Base.of(self.app)

    @property
    def words(self) -> Words:
        """The admin's language."""
        return self.base.words

    def compose(self) -> ComposeResult:
        """Title, tabs, the screen's own, what was said last, keys."""
        yield Bar(self._title, id="title", base=lambda: "alarm" if self.base.frame.is_alarm else "title")
        yield Bar(lambda cells: frame.tabs(self.tab, self.words), id="tabs")
        yield from self.body()
        yield Bar(lambda cells: self.base.notice(), id="notice")
        yield Bar(self._footer, id="keys")
        yield Bar(lambda cells: line(self._too_small()), id="small")

    def body(self) -> ComposeResult:
        """What is between the frame's lines."""
        yield from ()

    def redraw(self) -> None:
        """Draw everything anew from what is known."""
        for each in self.query(Bar):
            each.refresh()

    def reload(self) -> None:
        """Ask for everything anew: the connection is back, or the language is another."""

    def lists_changed(self) -> None:
        """The allow and block lists were changed from here."""

    def happened(self, value: object) -> None:
        """A notification of the gateway came."""

    def ask(self, topic: str, method: Method[_Params, Any], params: _Params, about: object = None) -> None:
        """`Answered` or `Unanswered` comes to this screen."""
        ask(self, topic, method, params, about)

    def on_unanswered(self, event: Unanswered) -> None:
        """What could not be had is said; that the gateway is away is said already."""
        if not event.is_away:
            self.post_message(Said(event.text, "bad"))

    def on_paste(self, event: events.Paste) -> None:
        """Pasted text would press keys that nobody meant (ux.md §3.2)."""
        if not isinstance(self.focused, Input):
            event.stop()
            self.post_message(Said(self.words("Pasted text is ignored here: each letter would be a key."), "warn"))

    def on_screen_resume(self) -> None:
        """What came while another screen was in front."""
        self.redraw()

    def take_back(self) -> bool:
        """Undo what was done on this screen; False when there is nothing."""
        return False

    def action_back(self) -> None:
        """Close this page; a tab goes Home."""
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        else:
            self.app.switch_mode("home")

    def _title(self, cells: int) -> Line:
        return frame.title(self.base.frame, self.base.now(), cells, self.words)

    def _footer(self, cells: int) -> Line:
        shown = [key for key in SCREENS[self.KEYS] if key.in_footer][:FOOTER_MAXIMUM]
        wide, narrow = (footer(shown, between, self.words) for between in ("  ", " "))
        return wide if width(wide) <= cells else narrow

    def _too_small(self) -> Piece:
        size = self.app.size
        text = self.words("The window has {cells}x{lines}: 80x24 is needed.", cells=size.width, lines=size.height)
        return Piece(f" {text}", "strong")
