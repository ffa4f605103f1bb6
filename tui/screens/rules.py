"""Rules: whom the office allows and blocks, with who, when, why, until when and how often; what it would have done."""

from __future__ import annotations

from typing import Any, Final, Literal

from textual.app import ComposeResult

from gateway.control import protocol
from gateway.control.protocol import Method
from gateway.control.rulesparams import OneRule, ReplayRules, RuleQuery
from gateway.control.rulesvalues import RuleChanged, RuleView
from gateway.control.statsvalues import Stats, StatsQuery
from gateway.control.values import Page
from tui.format import Line, Piece, line, paragraph
from tui.keys import SCREENS
from tui.language import mark
from tui.messages import Answered, Listed, Said
from tui.rows import PAGE_ROWS
from tui.screens.changes import ChangesScreen
from tui.screens.frame import bound
from tui.screens.limits import LimitsScreen
from tui.screens.listing import ListScreen
from tui.screens.replay import ReplayScreen
from tui.screens.ruleform import Made, RuleForm
from tui.state import limits, rules
from tui.widgets.bar import Bar
from tui.widgets.dialog import Answer, Choice, Dialog, Question

_Kind = Literal["", "allow", "block"]
KINDS: Final[tuple[tuple[_Kind, str], ...]] = (
    ("", mark("all entries")),
    ("allow", mark("those that allow")),
    ("block", mark("those that block")),
)


class RulesScreen(ListScreen[RuleView]):
    """The lists. `n` makes an entry, `y` tries the chosen one, `s` shows the limits, `c` the journal."""

    KEYS = tab = "rules"
    COLUMNS = rules.RULE_COLUMNS
    BINDINGS = bound(SCREENS["rules"])

    def __init__(self) -> None:
        super().__init__()
        self._kind = 0
        self._stats: Stats | None = None

    def body(self) -> ComposeResult:
        """The limits above the lists."""
        yield Bar(self._limits, id="rules-head")
        yield from super().body()

    def reload(self) -> None:
        """Lists and limits."""
        super().reload()
        self.ask("stats", protocol.STATS, StatsQuery(language=self.words.language))

    def key_of(self, item: RuleView) -> str:
        """The entry's number."""
        return str(item.id)

    def draw(self, item: RuleView) -> Line:
        """One row."""
        return rules.rule_row(item, self.base.now(), self.words)

    def page_request(self, cursor: str) -> tuple[Method[Any, Page[RuleView]], Any]:
        """A page of the lists."""
        return protocol.RULES_LIST, RuleQuery(PAGE_ROWS, cursor, self.text, KINDS[self._kind][0], self.words.language)

    def explain(self, item: RuleView) -> None:
        """All of it is there already."""
        self.panel.show(lambda cells: rules.rule_panel(item, self.base.now(), cells, self.words), from_top=True)

    def answered(self, event: Answered) -> None:
        """The limits; or an entry was taken out."""
        if isinstance(event.value, Stats):
            self._stats = event.value
            self.query_one("#rules-head").refresh()
        elif isinstance(event.value, RuleChanged):
            done = event.value
            self.post_message(Listed(f"{done.text} {self.words('u takes it back.')}", (done.change,)))

    def lists_changed(self) -> None:
        """Here or on another screen: told anew, from the top."""
        self.table.choose(None)
        self.reload()

    def on_screen_resume(self) -> None:
        """Hits grow, entries expire, others change them: told anew unless somebody reads."""
        if self.table.cursor is None:
            self.reload()
        super().on_screen_resume()

    def state_of(self) -> Line:
        """Which entries."""
        return line(Piece(f"{self.words(KINDS[self._kind][1])}   ", "muted"))

    def empty(self, cells: int) -> list[Line]:
        """No exceptions."""
        text, cure = rules.nothing(self.text, KINDS[self._kind][0], self.words)
        return [
            *paragraph(text, cells - 2, "strong", first=line("  ")),
            *paragraph(cure, cells - 2, "muted", first=line("  ")),
        ]

    def action_new(self) -> None:
        """A new entry."""
        self.app.push_screen(RuleForm(), self._made)

    def action_modify(self) -> None:
        """Change the chosen one."""
        if (chosen := self._chosen()) is not None:
            self.app.push_screen(RuleForm(chosen), self._made)

    def action_remove(self) -> None:
        """Take it out; that can be undone."""
        if (chosen := self._chosen()) is not None:
            self.ask("remove", protocol.RULES_REMOVE, OneRule(chosen.id, self.words.language))

    def action_replay(self) -> None:
        """How the last days would have been without it."""
        if (chosen := self._chosen()) is not None:
            asked = ReplayRules(rules.DAYS, id=chosen.id, limit=PAGE_ROWS, language=self.words.language)
            title = self.words("{days} days without this entry: {subject}", days=rules.DAYS, subject=chosen.subject)
            self.app.push_screen(ReplayScreen(asked, title))

    def action_scores(self) -> None:
        """The limits."""
        self.app.push_screen(LimitsScreen())

    def action_changes(self) -> None:
        """The journal."""
        self.app.push_screen(ChangesScreen())

    def action_filter(self) -> None:
        """All, those that allow, those that block."""
        self._kind = (self._kind + 1) % len(KINDS)
        self.table.choose(None)
        self.reload()
        self.redraw()

    def _limits(self, cells: int) -> Line:
        return limits.in_a_line(self._stats, cells, self.words) if self._stats is not None else ()

    def _chosen(self) -> RuleView | None:
        if self.table.chosen is None:
            self.post_message(Said(self.words("Choose an entry first, with the arrow keys; n makes one."), "warn"))
        return self.table.chosen

    def _made(self, made: Made | None) -> None:
        """Said, and what to mind with it asked about: an entry that lets forged mail in is not kept by the way."""
        if made is None:
            return
        self.post_message(Listed(f"{made.text} {self.words('u takes it back.')}", made.changes))
        if made.warning:
            choices = (Choice("keep", self.words("Keep it")), Choice("", self.words("Take it back")))
            warned = Question(
                self.words("Mind what this entry does"),
                lambda cells: paragraph(made.warning, cells, "warn", first=line(Piece("⚠ ", "warn"))),
                choices,
                start=1,
            )
            self.app.push_screen(Dialog(warned), self._warned)

    async def _warned(self, answer: Answer | None) -> None:
        if answer is None:
            await self.app.run_action("app.undo", self.app)
