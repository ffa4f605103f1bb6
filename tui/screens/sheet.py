"""A sheet of settings that somebody fills in: loading it, what was typed, and applying it after one question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Container

from gateway.control import protocol
from gateway.control.formvalues import Keys, KeyView
from gateway.control.params import Asked
from gateway.control.settingsparams import EditSettings, OneVersion
from gateway.control.settingsvalues import SecretDone, SettingsHappened, Tried, VersionDetail
from tui.format import Line, Piece, line, paragraph, spread
from tui.messages import Answered, Said, Unanswered
from tui.screens.frame import FrameScreen
from tui.state import settings, settingsview
from tui.state.settings import Field, Form
from tui.state.table import Column
from tui.widgets.bar import Bar
from tui.widgets.dialog import Answer, Choice, Dialog, Question
from tui.widgets.lines import Lines
from tui.widgets.table import Few, Table


@dataclass
class Sheet:
    """What the screens of one form share: the keys, the text that runs, what was typed, and what is wrong with it."""

    keys: tuple[KeyView, ...] = ()
    text: bytes | None = None
    form: Form | None = None
    wrong: dict[str, str] = field(default_factory=dict)

    def fill(self) -> None:
        """Make the form anew when both halves are there; what was typed stays."""
        if self.keys and self.text is not None:
            self.form = settings.form(self.keys, self.text, self.form.draft if self.form else None)

    def type(self, known: Field, value: str) -> None:
        """Somebody typed this."""
        if self.form is not None:
            self.form = self.form.typed(known.key, value)
            self.wrong.pop(known.key, None)

    def changes(self) -> list[tuple[Field, str]]:
        """What was typed, field by field."""
        if self.form is None:
            return []
        found = ((self.form.field(key), value) for key, value in self.form.draft.items())
        return [(known, value) for known, value in found if known is not None]


class SheetScreen(FrameScreen):
    """A list and an explanation over a sheet; knows how to load and to apply it."""

    tab = "system"
    COLUMNS: ClassVar[tuple[Column, ...]] = ()

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self.sheet = sheet
        self.is_applying = False

    def body(self) -> ComposeResult:
        """Where one is, titles, list, explanation."""
        yield Bar(self._head, id="head-state")
        yield Bar(self._titles, id="titles")
        with Container(id="split"):
            table: Table[object] = Table(self.COLUMNS, self.draw, id="list", live=False)
            yield table
            yield Lines(id="panel")

    def on_mount(self) -> None:
        """From what is known, or ask."""
        self.query_one("#panel", Lines).show(self._panel)
        self.query_one("#list", Table).show(Few(self.rows()), self._empty)
        if self.sheet.form is None:
            self.reload()

    # What a subclass says.

    def rows(self) -> Sequence[object]:
        """What the list holds."""
        return ()

    def draw(self, row: object) -> Line:
        """One of them."""
        raise NotImplementedError

    def explain(self, row: object, form: Form, cells: int) -> list[Line]:
        """The chosen one."""
        raise NotImplementedError

    def heading(self) -> str:
        """Where one is."""
        raise NotImplementedError

    def place(self) -> str:
        """Where that is among the screens."""
        return f"{self.words('System')} > {self.heading()}"

    # What they share.

    def reload(self) -> None:
        """Keys and text anew; what was typed stays."""
        self.ask("schema", protocol.CONFIG_SCHEMA, Asked(self.words.language))
        self.ask("text", protocol.CONFIG_SHOW, OneVersion(language=self.words.language))

    def redraw(self) -> None:
        """List and panel too."""
        table = self.query_one("#list", Table)
        table.source = Few(self.rows())
        if table.cursor is None and len(table.source):
            table.choose(0)
        table.redraw()
        self.query_one("#panel", Lines).redraw()
        super().redraw()

    def happened(self, value: object) -> None:
        """Other settings run: what they say is asked anew."""
        if isinstance(value, SettingsHappened):
            self.ask("text", protocol.CONFIG_SHOW, OneVersion(language=self.words.language))

    def on_table_chosen(self, event: Table.Chosen) -> None:
        """Explain it."""
        self.query_one("#panel", Lines).show(self._panel, from_top=True)

    def on_answered(self, event: Answered) -> None:
        """Half of the form, or what became of it."""
        match event.value:
            case Keys(items):
                self.sheet.keys = items
                self.sheet.fill()
            case VersionDetail(text=text):
                self.sheet.text = text
                self.sheet.fill()
            case Tried() as tried:
                self.is_applying = False
                self._tried(tried)
            case SecretDone(name=name):
                self.post_message(Said(self.words("The secret {name} is kept.", name=name), "ok"))
        self.redraw()

    def on_unanswered(self, event: Unanswered) -> None:
        """A refusal of the whole is a window: it may be long."""
        if event.topic != "apply":
            super().on_unanswered(event)
            return
        self.is_applying = False
        away = self.words("The gateway went away; the history of settings says whether it was applied.")
        text = away if event.is_away else event.text
        self._tell(self.words("Not applied"), lambda cells: paragraph(text, cells, "bad"))

    def action_apply(self) -> None:
        """Show was → is, then apply."""
        changes = self.sheet.changes()
        if not changes:
            self.post_message(Said(self.words("Nothing was changed here."), "muted"))
        elif not self.is_applying:
            question = Question(
                self.words.n("Apply {count} change?", "Apply {count} changes?", len(changes)),
                lambda cells: settingsview.question(changes, cells, self.words),
                (Choice("yes", self.words("Apply")), Choice("", self.words("Cancel"))),
            )
            self.app.push_screen(Dialog(question), self._apply)

    def _apply(self, answer: Answer | None) -> None:
        form = self.sheet.form
        if answer is not None and form is not None:
            self.is_applying = True
            self.sheet.wrong.clear()
            self.post_message(Said(self.words("Applying: the gateway tries it and looks at itself …"), "info"))
            self.ask("apply", protocol.CONFIG_EDIT, EditSettings(settings.edits(form), language=self.words.language))

    def _tried(self, tried: Tried) -> None:
        words, form = self.words, self.sheet.form
        if tried.outcome == "invalid" and form is not None:
            self.sheet.wrong, others = settingsview.wrong_fields(tried.problems, form)
            self.post_message(Said(words("Nothing was applied: see what stands beside ✗."), "bad"))
            if others:
                self._tell(words("Not applied"), lambda cells: settingsview.problems(others, cells))
            return
        if tried.outcome == "reverted":
            self.post_message(Said(words("It did not work: the settings of before run again."), "warn"))
            self._tell(words("Taken back at once"), lambda cells: settingsview.reverted(tried, cells, words))
            return
        if form is not None:
            self.sheet.form = settings.form(self.sheet.keys, self.sheet.text or b"")
        said = {
            "kept": words("Applied, as version {number} of the settings.", number=tried.version),
            "trial": words("It runs on trial. F8 keeps it or goes back."),
            "unchanged": words("These settings run already."),
        }
        if tried.outcome == "trial":
            self.base.decide_trial(tried.probes)
            self.base.refresh_status()
        self.post_message(Said(said.get(tried.outcome, ""), "ok"))
        self.ask("text", protocol.CONFIG_SHOW, OneVersion(language=self.words.language))

    def _tell(self, title: str, body: Callable[[int], Sequence[Line]]) -> None:
        self.app.push_screen(Dialog(Question(title, body, (Choice("", self.words("Understood")),))))

    def _titles(self, cells: int) -> Line:
        table = self.query_one("#list", Table)
        return table.titles(table.size.width or cells, self.words)

    def _head(self, cells: int) -> Line:
        typed = len(self.sheet.changes())
        said = self.words.n("{count} change to apply: F10", "{count} changes to apply: F10", typed) if typed else ""
        return spread(line(Piece(f" {self.place()}", "strong")), line(Piece(f"{said} ", "warn")), cells)

    def _panel(self, cells: int) -> list[Line]:
        row, form = self.query_one("#list", Table).chosen, self.sheet.form
        return self.explain(row, form, cells) if row is not None and form is not None else []

    def _empty(self, cells: int) -> list[Line]:
        if self.base.frame.link.why:
            return [(), line(f"  {self.words('Not known while the gateway is away.')}")]
        return [(), line(Piece(f"  {self.words('Asking …')}", "muted"))]
