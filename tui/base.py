"""What every screen finds in the application: words, time, what is known, and a way to ask. Does nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from textual.app import App
from textual.dom import DOMNode
from textual.worker import WorkType

from gateway.control.settingsvalues import ProbeView
from tui.asking import Asker
from tui.format import Line
from tui.glyphs import Font
from tui.language import Language, Words
from tui.prefs import Preferences
from tui.state.frame import Frame


@dataclass(frozen=True, slots=True)
class Place:
    """Where the interface is shown: what is drawn there, whether nobody is there any more, and what a start needs.

    `said` stands in the bottom line at first. Who presses no key for `idle_seconds` is let go; 0 is for ever.
    `preferences` are what this person chose before, and `remember` keeps others, False when it can't. `asks_first`:
    nobody chose yet. `assists`: the assistant opens where it is needed ("needed"), at once ("now"), or not ("").
    """

    font: Font = Font.ANY
    hung_up: Callable[[], bool] = lambda: False
    started: Callable[[], None] = lambda: None
    said: str = ""
    idle_seconds: int = 0
    preferences: Preferences = field(default_factory=Preferences)
    remember: Callable[[Preferences], bool] = lambda preferences: True
    asks_first: bool = False
    assists: str = ""


def start(node: DOMNode, job: Callable[[], Coroutine[Any, Any, None]], group: str = "") -> None:
    """Run this beside the others; of a named group only the newest. A fault in it ends the interface."""
    node.run_worker(cast("WorkType[None]", job), group=group or "default", exclusive=bool(group))


class Base(App[None]):
    """`now` reads the clock."""

    def __init__(self, asker: Asker, words: Words, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.asker = asker
        self.words = words
        self.now = now
        self.frame = Frame()

    @classmethod
    def of(cls, app: App[object]) -> Base:
        """The application as what it is. Raises TypeError for another one."""
        if not isinstance(app, cls):
            raise TypeError(f"{type(app).__name__} is not the interface")
        return app

    def notice(self) -> Line:
        """What the last line but one says."""
        return ()

    @property
    def preferences(self) -> Preferences:
        """What this person chose."""
        return Preferences()

    @property
    def themes(self) -> tuple[str, ...]:
        """The names of the colours that can be had here."""
        return ()

    @property
    def font(self) -> Font:
        """What is drawn here."""
        return Font.ANY

    def prefer(self, preferences: Preferences) -> None:
        """These hold from now on, and are remembered."""

    def prefer_theme(self, name: str) -> None:
        """These colours hold from now on, and are remembered."""
        self.prefer(replace(self.preferences, theme=name))

    def choose_language(self, language: Language) -> None:
        """This language holds from now on, and is remembered."""

    def refresh_status(self) -> None:
        """Ask for the state anew."""

    def decide_trial(self, probes: Sequence[ProbeView]) -> None:
        """Settings went on trial by what was done here; `probes` are what the gateway saw of itself."""
