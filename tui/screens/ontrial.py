"""The window that decides a trial of settings: keep, go back, or later. Its bar shrinks while it is open."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.control.settingsvalues import ProbeView, TrialStatus
from tui.base import Base
from tui.format import Line
from tui.language import Words
from tui.state import trial
from tui.widgets.dialog import Choice, Dialog, Question
from tui.widgets.lines import Lines


class TrialScreen(Dialog):
    """Ends with "keep", "back" or None for later."""

    def __init__(self, running: TrialStatus, probes: Sequence[ProbeView], base: Base) -> None:
        super().__init__(_question(running, probes, base, base.words))
        self.version = running.version

    def beat(self) -> None:
        """A second went by."""
        self.query_one(Lines).redraw()


def _question(running: TrialStatus, probes: Sequence[ProbeView], base: Base, words: Words) -> Question:
    def body(cells: int) -> list[Line]:
        return trial.window(running, probes, base.now(), cells, words)

    choices = (
        Choice("keep", words("Keep")),
        Choice("back", words("Go back now")),
        Choice("", words("Decide later")),
    )
    return Question(words("Settings on trial"), body, choices)
