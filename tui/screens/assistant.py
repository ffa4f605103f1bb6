"""The assistant: from a name to a gateway through which mail flows. It stays on a step until that works."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from textual.app import ComposeResult

from gateway.control import protocol
from gateway.control.params import Asked
from gateway.control.settingsparams import EditSettings, OneVersion
from gateway.control.settingsvalues import Tried, VersionDetail
from gateway.control.workparams import RunTest
from gateway.control.workvalues import BackendProbed, ChainTest
from tui.format import Line, Piece, line, paragraph, spread
from tui.keys import SCREENS
from tui.language import LANGUAGES
from tui.messages import Answered, Said, Unanswered
from tui.screens.frame import FrameScreen, bound
from tui.screens.value import Option, PickScreen, TypeScreen, Wanted
from tui.state import assistant, settingsview
from tui.state.assistant import FIELDS, STEPS, Draft, Row, Step
from tui.widgets.bar import Bar
from tui.widgets.lines import Lines
from tui.widgets.table import Few, Table


class AssistantScreen(FrameScreen):
    """One step at a time; every step is applied by itself, so that leaving in the middle loses nothing."""

    KEYS = "assistant"
    tab = "system"
    BINDINGS = bound(SCREENS["assistant"])

    def __init__(self) -> None:
        super().__init__()
        self.step: Step = "language"
        self.draft = Draft()
        self._data: Mapping[str, Any] | None = None
        self._is_busy = False
        self._works = False

    @property
    def table(self) -> Table[Row]:
        """The lines of the step."""
        return self.query_one("#list", Table)

    def body(self) -> ComposeResult:
        """Which step, what it is for, its lines, what came of it, all steps."""
        yield Bar(self._head, id="head-state")
        yield Lines(id="about")
        table: Table[Row] = Table((), self._row, id="list", live=False)
        yield table
        yield Lines(id="panel")
        yield Bar(lambda cells: assistant.progress(self.step, self.words), id="steps")

    def on_mount(self) -> None:
        """What the settings say already."""
        self.query_one("#about", Lines).show(lambda cells: [(), *assistant.about(self.step, cells, self.words)])
        self._show(self.step)
        self.reload()

    def reload(self) -> None:
        """The settings as they run."""
        self.ask("text", protocol.CONFIG_SHOW, OneVersion(language=self.words.language))

    def redraw(self) -> None:
        """Lines and panel too."""
        for each in self.query(Lines):
            each.redraw()
        self.table.redraw()
        super().redraw()

    def on_answered(self, event: Answered) -> None:
        """The settings, or what became of a step."""
        match event.value:
            case VersionDetail(text=text):
                self._known(text)
            case Tried() as tried:
                self._tried(tried)
            case BackendProbed() as probed:
                self._greeted(probed, self._data)
            case ChainTest() as test:
                self._is_busy, self._works = False, test.works
                self._say(lambda cells: assistant.tested(test, cells, self.words))
                if test.works:
                    self.table.choose(1)
        self.redraw()

    def on_unanswered(self, event: Unanswered) -> None:
        """Why it could not be done; the step stays."""
        self._is_busy = False
        text = self.words("The gateway is away; try again when it is back.") if event.is_away else event.text
        self._say(lambda cells: paragraph(text, cells, "bad", first=line(Piece("✗ ", "bad"))))

    def action_open(self) -> None:
        """Give the value, or go on."""
        row = self.table.chosen
        if row is None or self._is_busy:
            return
        if row.name in LANGUAGES:
            self.base.choose_language(next(each for each in LANGUAGES if each == row.name))
            self.action_next()
        elif row.name == "next":
            self.action_next()
        elif row.name == "test":
            self._is_busy = True
            self._say(lambda cells: [line(Piece(self.words("The message is on its way through every part …"), "info"))])
            self.ask("test", protocol.TEST_RUN, RunTest(language=self.words.language))
        elif row.name == "finish":
            self.action_back()
        elif row.options:
            options = [Option(each, settingsview.choice(each, self.words)) for each in row.options]
            screen = PickScreen(self.words(row.label), lambda cells: (), options, assistant.value(row, self.draft))
            self.app.push_screen(screen, lambda name: self._given(row, name))
        else:
            wanted = Wanted(
                self.words(row.label),
                lambda cells: assistant.about(self.step, cells, self.words),
                lambda text: text,
                assistant.value(row, self.draft),
            )
            self.app.push_screen(TypeScreen(wanted), lambda text: self._given(row, text))

    def action_next(self) -> None:
        """Apply the step; it ends when it works."""
        if self._is_busy or self._data is None or self.step == "test":
            return
        if why := assistant.wrong(self.step, self.draft, self.words):
            self._say(lambda cells: paragraph(why, cells, "bad", first=line(Piece("✗ ", "bad"))))
            return
        if self.step == "server":
            self._ask_greeting()
        else:
            self._apply(self._data)

    def action_previous(self) -> None:
        """The step before."""
        if not self._is_busy:
            self._show(self._following(-1))

    def action_back(self) -> None:
        """Later: what was applied holds."""
        text = self.words("Mail flows.") if self._works else self.words("Later: System, Assistant goes on here.")
        self.post_message(Said(text, "ok" if self._works else "muted"))
        super().action_back()

    def _known(self, text: bytes) -> None:
        try:
            data = tomllib.loads(text.decode("utf-8", "replace"))
        except tomllib.TOMLDecodeError:
            return  # what runs is valid; a text that was cut on the way is asked for again
        if self._data is None:
            self.draft = assistant.draft_of(data)
        self._data = data

    def _tried(self, tried: Tried) -> None:
        """Keep what works, else say what to try."""
        self._is_busy = False
        if tried.outcome == "trial":
            # Nothing that worked before is worse, or it would have gone back by itself; the test at the end proves it.
            self._is_busy = True
            self.ask("keep", protocol.CONFIG_KEEP, Asked(self.words.language))
        elif tried.outcome in ("kept", "unchanged"):
            self.reload()
            self._show(self._following(1))
        elif tried.outcome == "invalid":
            self._say(lambda cells: settingsview.problems(tried.problems, cells))
        else:
            self._say(lambda cells: settingsview.reverted(tried, cells, self.words))

    def _ask_greeting(self) -> None:
        try:
            asked = assistant.asked_greeting(self.draft, self.words.language)
        except ValueError as error:
            text = str(error)
            self._say(lambda cells: paragraph(text, cells, "bad", first=line(Piece("✗ ", "bad"))))
            return
        self._is_busy = True
        text = self.words("The server is being tried, without a message …")
        self._say(lambda cells: paragraph(text, cells, "info"))
        self.ask("probe", protocol.BACKEND_PROBE, asked)

    def _greeted(self, probed: BackendProbed, data: Mapping[str, Any] | None) -> None:
        self._is_busy = False
        if probed.works and data is not None:
            self._apply(data)
        else:
            self._say(lambda cells: assistant.greeting_failed(probed, self.draft, cells, self.words))

    def _apply(self, data: Mapping[str, Any]) -> None:
        """Nothing to change: on at once."""
        edits = assistant.edits(self.step, self.draft, data, self.words.language)
        if not edits:
            self._show(self._following(1))
            return
        self._is_busy = True
        text = self.words("Applying: the gateway tries it and looks at itself …")
        self._say(lambda cells: paragraph(text, cells, "info"))
        self.ask("edit", protocol.CONFIG_EDIT, EditSettings(edits, language=self.words.language))

    def _given(self, row: Row, value: str | None) -> None:
        if value is not None:
            self.draft = self.draft.with_(row.name, value)
            self.query_one("#panel").visible = False
            self.table.action_move(1)
            self.redraw()

    def _following(self, by: int) -> Step:
        place = next(number for number, (name, _) in enumerate(STEPS) if name == self.step)
        return STEPS[max(0, min(len(STEPS) - 1, place + by))][0]

    def _show(self, step: Step) -> None:
        self.step = step
        self.query_one("#panel").visible = False
        start = next((place for place, row in enumerate(FIELDS[step]) if row.name == self.words.language), 0)
        self.table.show(Few(FIELDS[step]), lambda cells: (), cursor=start)
        self.redraw()

    def _say(self, make: Callable[[int], Sequence[Line]]) -> None:
        panel = self.query_one("#panel", Lines)
        panel.visible = True
        panel.show(make, from_top=True)

    def _row(self, row: Row) -> Line:
        value = assistant.value(row, self.draft)
        shown = settingsview.choice(value, self.words) if row.options else value
        return assistant.row_line(row, self.draft, shown, self.words)

    def _head(self, cells: int) -> Line:
        place = next(number for number, (name, _) in enumerate(STEPS, 1) if name == self.step)
        count = self.words("step {number} of {all}", number=place, all=len(STEPS))
        return spread(line(Piece(f" {self.words('First steps')}", "strong")), line(Piece(f"{count} ", "muted")), cells)
