"""What every screen finds in the application: words, time, what is known, and a way to ask. Does nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from textual.app import App
from textual.dom import DOMNode
from textual.worker import WorkType

from tui.asking import Asker
from tui.format import Line
from tui.glyphs import Font
from tui.language import Words
from tui.state.frame import Frame


@dataclass(frozen=True, slots=True)
class Place:
    """Where the interface is shown: what is drawn there, whether nobody is there any more, and what a start needs.

    `said` stands in the bottom line at first. Who presses no key for `idle_seconds` is let go; 0 is for ever.
    """

    font: Font = Font.ANY
    hung_up: Callable[[], bool] = lambda: False
    started: Callable[[], None] = lambda: None
    said: str = ""
    idle_seconds: int = 0


def start(node: DOMNode, job: Callable[[], Coroutine[Any, Any, None]], group: str = "") -> None:
    """Run this beside the others; of a named group only the newest. A fault in it ends the interface."""
    node.run_worker(cast("WorkType[None]", job), group=group or "default", exclusive=bool(group))


class Base(App[None]):
    """`now` reads the clock. `arrivals` are the times of this day's messages, None until they are known."""

    def __init__(self, asker: Asker, words: Words, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.asker = asker
        self.words = words
        self.now = now
        self.frame = Frame()
        self.arrivals: list[datetime] | None = None

    @classmethod
    def of(cls, app: App[object]) -> Base:
        """The application as what it is. Raises TypeError for another one."""
        if not isinstance(app, cls):
            raise TypeError(f"{type(app).__name__} is not the interface")
        return app

    def notice(self) -> Line:
        """What the last line but one says."""
        return ()
