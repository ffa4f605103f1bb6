"""An entry of the lists as a form: allow or block, whom, for whom, until when, why. The gateway judges it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from gateway.control import protocol
from gateway.control.rulesparams import DraftRule, OneRule, ReplayRules, UndoRule
from gateway.control.rulesvalues import RuleChanged, RuleView
from tui.asking import AwayError, DeniedError
from tui.base import Base, start
from tui.format import Line, Piece, line, paragraph
from tui.language import mark
from tui.state import rules
from tui.state.rules import ExpiryError, Typed
from tui.widgets.lines import Lines
from tui.widgets.table import Few, Table

_FIELDS: Final = (
    ("subject", mark("Whom"), mark("address, domain, .domain and all below it, or network")),
    ("recipient", mark("For whom"), mark("everybody; or an address or domain of yours")),
    ("until", mark("Until"), mark("always; or days, such as 30; or a date: 24/12/2026")),
    ("reason", mark("Why"), mark("who asked for it, and what for")),
)
_KINDS: Final = (("allow", mark("allow, only if proven")), ("block", mark("block")))


@dataclass(frozen=True, slots=True)
class Made:
    """What was done: by these changes it is taken back. `warning`: what to mind, or ""."""

    text: str
    changes: tuple[int, ...]
    warning: str = ""


class RuleForm(ModalScreen[Made | None]):
    """Ends when the gateway took the entry; what it refuses stands in the form. `rule` is the one to change."""

    BINDINGS = [
        Binding("escape", "leave", show=False),
        Binding("f10", "save", show=False),
        Binding("f7", "replay", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("enter", "app.focus_next", show=False),
    ]

    def __init__(self, rule: RuleView | None = None) -> None:
        super().__init__()
        self._rule = rule
        self._typed: Typed | None = None
        self._said: tuple[str, bool] = ("", False)
        self._is_busy = False

    @property
    def base(self) -> Base:
        """The application."""
        return Base.of(self.app)

    def compose(self) -> ComposeResult:
        """The list, the fields, what is wrong, the keys."""
        self._typed = rules.typed(self._rule, self.base.words.zone) if self._rule is not None else Typed()
        with Vertical(id="rule-form"):
            kinds: Table[tuple[str, str]] = Table((), self._kind, id="kinds", live=False)
            yield kinds
            for name, _, _ in _FIELDS:
                with Horizontal(classes="field"):
                    yield Lines(id=f"label-{name}")
                    yield Input(str(getattr(self._typed, name)), id=name, select_on_focus=False)
            yield Lines(id="form-said")

    def on_mount(self) -> None:
        """As it is, the cursor on whom."""
        words = self.base.words
        box = self.query_one("#rule-form")
        box.border_title = words("A new entry") if self._rule is None else words("Change the entry")
        for name, label, hint in _FIELDS:
            self.query_one(f"#label-{name}", Lines).show(partial(self._label, words(label)))
            self.query_one(f"#{name}", Input).placeholder = words(hint)
        self.query_one("#form-said", Lines).show(self._below)
        kinds = self.query_one("#kinds", Table)
        kind = self._typed.kind if self._typed else "allow"
        kinds.show(Few(_KINDS), lambda cells: (), cursor=[name for name, _ in _KINDS].index(kind))
        kinds.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on, and at the end makes the entry."""
        if event.input.id == _FIELDS[-1][0]:
            self.action_save()
        else:
            self.focus_next()

    def action_save(self) -> None:
        """Ask the gateway to take it."""
        if (draft := self._draft()) is not None and not self._is_busy:
            self._is_busy = True
            start(self, partial(self._save, draft))

    def action_replay(self) -> None:
        """What it would have done in the last days."""
        if (draft := self._draft()) is not None and not self._is_busy:
            self._is_busy = True
            self._say(self.base.words("Reckoning on the last {days} days …", days=rules.DAYS), is_wrong=False)
            start(self, partial(self._replay, draft))

    def action_leave(self) -> None:
        """As it was."""
        self.dismiss(None)

    async def _save(self, draft: DraftRule) -> None:
        try:
            made = await self._change(draft)
        except (AwayError, DeniedError) as error:
            away = self.base.words("The gateway is away.")
            self._say(away if isinstance(error, AwayError) else str(error), is_wrong=True)
        else:
            self.dismiss(made)
        finally:
            self._is_busy = False

    async def _change(self, draft: DraftRule) -> Made:
        """A new entry, or the same one renewed; another one takes the place of what it was."""
        old, kind = self._rule, self._chosen_kind()
        method = protocol.RULES_ALLOW if kind == "allow" else protocol.RULES_BLOCK
        if old is None or (kind, draft.subject.lower(), draft.recipient.lower()) == (
            old.kind,
            old.subject,
            old.recipient,
        ):
            return _made(await self.base.asker.call(method, draft), ())
        gone = await self.base.asker.call(protocol.RULES_REMOVE, OneRule(old.id, self.base.words.language))
        try:
            return _made(await self.base.asker.call(method, draft), (gone.change,))
        except DeniedError:
            await self.base.asker.call(protocol.RULES_UNDO, UndoRule(gone.change))
            raise

    async def _replay(self, draft: DraftRule) -> None:
        kind, language = self._chosen_kind(), self.base.words.language
        asked = ReplayRules(rules.DAYS, "allow" if kind == "allow" else "block", draft, limit=1, language=language)
        try:
            told = await self.base.asker.call(protocol.RULES_REPLAY, asked)
        except (AwayError, DeniedError) as error:
            self._say(str(error), is_wrong=True)
        else:
            self._say(" ".join((told.text, *(each.text + "." for each in told.counts[:2]))), is_wrong=False)
        finally:
            self._is_busy = False

    def _draft(self) -> DraftRule | None:
        words = self.base.words
        texts = {name: self.query_one(f"#{name}", Input).value for name, _, _ in _FIELDS}
        form = replace(
            self._typed or Typed(),
            subject=texts["subject"],
            recipient=texts["recipient"],
            until=texts["until"],
            reason=texts["reason"],
        )
        try:
            if not form.subject.strip():
                self._say(words("Whom? An address, a domain or a network."), is_wrong=True)
                return None
            return form.draft(self.base.now(), words.zone, words.language)
        except ExpiryError as error:
            text = words("{text} is no end: leave it empty, or give days (30) or a date (24/12/2026).", text=str(error))
            self._say(text, is_wrong=True)
        except ValueError as error:
            self._say(str(error), is_wrong=True)
        return None

    def _chosen_kind(self) -> str:
        chosen = self.query_one("#kinds", Table).chosen
        return chosen[0] if chosen is not None else "allow"

    def _say(self, text: str, *, is_wrong: bool) -> None:
        self._said = (text, is_wrong)
        self.query_one("#form-said", Lines).redraw()

    def _kind(self, kind: tuple[str, str]) -> Line:
        return line(self.base.words(kind[1]))

    def _label(self, text: str, cells: int) -> list[Line]:
        return [line(Piece(text, "muted"))]

    def _below(self, cells: int) -> list[Line]:
        words, (text, is_wrong) = self.base.words, self._said
        said = paragraph(text, cells, "bad" if is_wrong else "info")[:3] if text else []
        keys: list[Piece | str] = [Piece("F10 ", "key"), words("Save"), "   ", Piece("F7 ", "key")]
        keys += [words("Try on {days} days", days=rules.DAYS), "   "]
        keys += [Piece(f"{words('Esc')} ", "key"), words("Cancel")]
        return [*said, *([()] * (3 - len(said))), line(*keys)]


def _made(done: RuleChanged, before: tuple[int, ...]) -> Made:
    return Made(done.text, (*before, done.change), done.warning)
