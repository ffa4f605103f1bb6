"""The application while settings are on trial: its countdown is on every screen, and F8 decides from any of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from gateway.control import protocol
from gateway.control.params import Asked
from gateway.control.settingsparams import UndoSettings
from gateway.control.settingsvalues import ProbeView, SettingsHappened, TrialStatus
from tui.asking import AwayError, DeniedError
from tui.base import start
from tui.messages import Said
from tui.personal import Personal
from tui.screens.ontrial import TrialScreen
from tui.state import trial
from tui.widgets.dialog import Answer


class Trying(Personal):
    """Opens the window when a trial begins here or somebody asks for it, and closes it when the trial ends."""

    _probes: tuple[int, tuple[ProbeView, ...]] = (0, ())
    _wants_window = False

    def decide_trial(self, probes: Sequence[ProbeView]) -> None:
        """The window opens as soon as the state tells of the trial."""
        self._probes = (0, tuple(probes))
        self._wants_window = True

    def trial_heard(self, running: TrialStatus | None) -> None:
        """The state was told anew."""
        if running is None:
            self._close_window()
        elif self._wants_window:
            self._wants_window = False
            self._probes = (running.version, self._probes[1])
            self.action_trial()

    def trial_happened(self, event: SettingsHappened) -> None:
        """A trial began or ended, here or elsewhere: say so."""
        if event.change != "trial":
            self._wants_window = False
            self._close_window()
        self.post_message(Said(*trial.happened(event, self.words)))

    def beat(self) -> None:
        """A second went by."""
        for each in self.screen_stack:
            if isinstance(each, TrialScreen):
                each.beat()

    def action_trial(self) -> None:
        """Decide the trial that runs."""
        running = self.frame.status.trial if self.frame.status is not None else None
        if running is None:
            self.post_message(Said(self.words("Nothing is on trial: the settings that run are kept."), "muted"))
        elif not any(isinstance(each, TrialScreen) for each in self.screen_stack):
            probes = self._probes[1] if self._probes[0] == running.version else ()
            self.push_screen(TrialScreen(running, probes, self), self._decided)

    def _decided(self, answer: Answer | None) -> None:
        if answer is not None:
            start(self, partial(self._decide, answer.choice), "trial")

    async def _decide(self, choice: str) -> None:
        try:
            if choice == "keep":
                await self.asker.call(protocol.CONFIG_KEEP, Asked(self.words.language))
                said = self.words("The settings are kept.")
            else:
                await self.asker.call(protocol.CONFIG_UNDO, UndoSettings(language=self.words.language))
                said = self.words("The settings of before run again.")
        except AwayError:
            self.post_message(Said(self.words("The gateway is away: a trial goes back by itself."), "warn"))
        except DeniedError as error:
            self.post_message(Said(str(error), "bad"))
        else:
            self.post_message(Said(said, "ok"))
        self.refresh_status()

    def _close_window(self) -> None:
        for each in self.screen_stack:
            if isinstance(each, TrialScreen) and each is self.screen:
                each.dismiss(None)
