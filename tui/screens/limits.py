"""The limits of the points: three sliders over the histogram; what others would have done, before they are applied."""

from __future__ import annotations

from textual.app import ComposeResult

from gateway.control import protocol
from gateway.control.rulesparams import ReplayRules, Thresholds
from gateway.control.rulesvalues import Replayed
from gateway.control.settingsparams import EditSettings
from gateway.control.settingsvalues import Tried
from gateway.control.statsvalues import Stats, StatsQuery
from gateway.control.values import Limits
from tui.format import Line, Piece, line, paragraph
from tui.keys import SCREENS
from tui.messages import Answered, Said, Unanswered
from tui.rows import PAGE_ROWS
from tui.screens.frame import FrameScreen, bound
from tui.screens.replay import ReplayScreen
from tui.state import limits, rules, settingsview
from tui.widgets.bar import Bar
from tui.widgets.dialog import Answer, Choice, Dialog, Question
from tui.widgets.lines import Lines
from tui.widgets.table import MARK_CELLS, Few, Table

_CHART_ROWS = 12
_AXIS_ROWS = 3
# The policy of all domains that name no other.
POLICY = "standard"


class LimitsScreen(FrameScreen):
    """↑ ↓ choose a limit, ← → move it; F10 applies after a question that says was → is."""

    KEYS = "limits"
    tab = "rules"
    BINDINGS = bound(SCREENS["limits"])

    def __init__(self) -> None:
        super().__init__()
        self._stats: Stats | None = None
        self._present: Limits | None = None
        self._drafted: Limits | None = None
        self._replayed: Replayed | None = None
        self._asked_for: Limits | None = None
        self._why_not = ""

    def body(self) -> ComposeResult:
        """Where one is, sliders, sentence, histogram."""
        yield Bar(self._head, id="rules-head")
        table: Table[limits.Name] = Table((), self._slider, id="sliders", live=False)
        yield table
        yield Lines(id="moved")
        yield Lines(id="histogram")

    def on_mount(self) -> None:
        """Ask for what holds and what came."""
        # How much is held is what people ask about.
        self.query_one("#sliders", Table).show(Few(limits.NAMES), lambda cells: (), cursor=1)
        self.query_one("#moved", Lines).show(self._moved)
        self.query_one("#histogram", Lines).show(self._histogram)
        self.reload()

    def reload(self) -> None:
        """Figures of now; what was moved stays moved."""
        self.ask("stats", protocol.STATS, StatsQuery(rules.DAYS, self.words.language))

    def redraw(self) -> None:
        """All three boxes."""
        super().redraw()
        for name, title in (
            ("#sliders", self.words("From how many points")),
            ("#moved", self.words("What that would have done")),
            ("#histogram", self.words("Messages by points, {days} days", days=rules.DAYS)),
        ):
            box = self.query_one(name)
            box.border_title = title
            if isinstance(box, Lines | Table):
                box.redraw()

    def on_answered(self, event: Answered) -> None:
        """What holds, what would have been, or what became of it."""
        match event.value:
            case Stats() as stats:
                self._stats = stats
                present = Limits(stats.mark_at, stats.quarantine_at, stats.reject_at)
                if self._drafted is None or self._drafted == self._present:
                    self._drafted = present
                self._present = present
            case Replayed() as told:
                self._replayed = told if event.about == self._drafted else None
                self._asked_for = None
                self._reckon()
            case Tried() as tried:
                self._tried(tried)
        self.redraw()

    def on_unanswered(self, event: Unanswered) -> None:
        """Why it is not known, or was not applied."""
        self._asked_for = None
        self._why_not = self.words("Not known while the gateway is away.") if event.is_away else event.text
        super().on_unanswered(event)
        self.redraw()

    def action_less(self) -> None:
        """Down."""
        self._move(-limits.STEP)

    def action_more(self) -> None:
        """Up."""
        self._move(limits.STEP)

    def action_default(self) -> None:
        """As it is now."""
        self._drafted = self._present
        self.redraw()

    def action_replay(self) -> None:
        """The messages."""
        drafted = self._changed()
        if drafted is not None:
            asked = ReplayRules(
                rules.DAYS, thresholds=_thresholds(drafted), limit=PAGE_ROWS, language=self.words.language
            )
            self.app.push_screen(ReplayScreen(asked, ", ".join(self._was_is())))

    def action_apply(self) -> None:
        """Was → is, and what it would have done; then apply."""
        if self._changed() is None:
            return
        choices = (Choice("yes", self.words("Apply")), Choice("", self.words("Cancel")))
        self.app.push_screen(Dialog(Question(self.words("Apply these limits?"), self._question, choices)), self._apply)

    def action_back(self) -> None:
        """What was moved and not applied is given up, and that is said."""
        if self._present != self._drafted:
            self.post_message(Said(self.words("The limits are as they were: nothing was applied."), "muted"))
        super().action_back()

    def _apply(self, answer: Answer | None) -> None:
        if answer is not None and self._present is not None and self._drafted is not None:
            self.post_message(Said(self.words("Applying: the gateway tries it and looks at itself …"), "info"))
            edits = limits.edits(self._present, self._drafted, POLICY)
            self.ask("apply", protocol.CONFIG_EDIT, EditSettings(edits, language=self.words.language))

    def _tried(self, tried: Tried) -> None:
        words = self.words
        if tried.outcome in ("invalid", "reverted"):
            title = words("Not applied") if tried.outcome == "invalid" else words("Taken back at once")
            wrong = tried.problems

            def body(cells: int) -> list[Line]:
                return settingsview.problems(wrong, cells) if wrong else settingsview.reverted(tried, cells, words)

            self.app.push_screen(Dialog(Question(title, body, (Choice("", words("Understood")),))))
            return
        said = {
            "kept": words("Applied, as version {number} of the settings.", number=tried.version),
            "trial": words("It runs on trial. F8 keeps it or goes back."),
            "unchanged": words("These settings run already."),
        }
        self.post_message(Said(said.get(tried.outcome, ""), "ok"))
        if tried.outcome == "trial":
            self.base.decide_trial(tried.probes)
        self._present = self._drafted
        self.reload()

    def _move(self, by: float) -> None:
        chosen = self.query_one("#sliders", Table).chosen
        if self._drafted is not None and chosen is not None:
            self._drafted = limits.step(self._drafted, chosen, by)
            self._replayed = None
            self._reckon()
            self.redraw()

    def _reckon(self) -> None:
        """One replay at a time; the last wish is reckoned in the end."""
        drafted = self._drafted
        if drafted is None or drafted == self._present or self._asked_for is not None or self._replayed is not None:
            return
        self._asked_for = drafted
        asked = ReplayRules(rules.DAYS, thresholds=_thresholds(drafted), limit=1, language=self.words.language)
        self.ask("replay", protocol.RULES_REPLAY, asked, drafted)

    def _changed(self) -> Limits | None:
        if self._drafted is None or self._drafted == self._present:
            self.post_message(Said(self.words("No limit was moved: ← → moves the chosen one."), "muted"))
            return None
        return self._drafted

    def _was_is(self) -> list[str]:
        if self._present is None or self._drafted is None:
            return []
        return limits.changed(self._present, self._drafted, self.words)

    def _question(self, cells: int) -> list[Line]:
        rows = [row for each in self._was_is() for row in paragraph(each, cells, "strong", first=line("• "))]
        back = self.words("Where it lets more through it runs on trial first; the history of settings takes it back.")
        return [*rows, (), *self._moved(cells), (), *paragraph(back, cells, "info")]

    def _head(self, cells: int) -> Line:
        moved = self.words("F10 applies") if self._present != self._drafted else ""
        return rules.head(f"{self.words('Rules')} > {self.words('Limits of points')}", moved, cells)

    def _slider(self, name: limits.Name) -> Line:
        if self._present is None or self._drafted is None:
            return line(Piece(self._why_not or self.words("Asking …"), "muted"))
        cells = self.query_one("#sliders", Table).size.width - MARK_CELLS
        return limits.slider_row(self._present, self._drafted, name, cells, self.words)

    def _moved(self, cells: int) -> list[Line]:
        if self._present is None or self._drafted is None:
            return []
        return limits.said(self._present, self._drafted, self._replayed, cells, self.words)

    def _histogram(self, cells: int) -> list[Line]:
        if self._stats is None or self._drafted is None:
            return []
        rows = max(2, min(_CHART_ROWS, self.query_one("#histogram", Lines).size.height - _AXIS_ROWS))
        return limits.chart(self._stats.scores, self._drafted, rows, cells, self.words)


def _thresholds(drafted: Limits) -> Thresholds:
    return Thresholds(drafted.mark_at, drafted.quarantine_at, drafted.reject_at, POLICY)
