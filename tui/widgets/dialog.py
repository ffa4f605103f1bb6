"""A window that asks one thing: what will happen, boxes to tick, and choices. Escape is always no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen

from tui.format import Line, Piece, fit, line
from tui.widgets.lines import Lines

_YES: Final = frozenset("yo")
_NO: Final = frozenset("n")
WIDTH: Final = 70


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to end the dialog; `name` is the answer, "" is no."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Check:
    """A box to tick. `label` may be foreign text. `key` ticks it and takes the choice that Enter takes at once."""

    name: str
    label: str
    is_on: bool
    key: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """`body` says in one sentence what will happen. `start` is the choice that Enter takes at once."""

    title: str
    body: Callable[[int], Sequence[Line]]
    choices: tuple[Choice, ...]
    checks: tuple[Check, ...] = ()
    start: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The choice, and the boxes that were ticked."""

    choice: str
    on: frozenset[str] = frozenset()


class Dialog(ModalScreen[Answer | None]):
    """Ends with an Answer, or None for no. Arrows and Tab move, Space ticks, Enter takes, y/o and n are short ways."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question
        self._on = {each.name for each in question.checks if each.is_on}
        self._place = len(question.checks) + question.start

    def compose(self) -> ComposeResult:
        """One box."""
        yield Lines(id="dialog")

    def on_mount(self) -> None:
        """Draw it as high as it needs."""
        box = self.query_one(Lines)
        box.border_title = self._question.title
        box.styles.width = min(WIDTH, self.app.size.width - 4)
        box.styles.height = min(len(self._lines(WIDTH - 4)) + 2, self.app.size.height - 2)
        box.show(self._lines)

    def on_key(self, event: events.Key) -> None:
        """Everything this window knows."""
        event.stop()
        last = len(self._question.checks) + len(self._question.choices) - 1
        if event.key == "escape" or event.character in _NO:
            self.dismiss(None)
        elif ticked := [each for each in self._question.checks if each.key and each.key == event.character]:
            self._on |= {ticked[0].name}
            self._end(self._question.choices[self._question.start])
        elif event.character in _YES:
            self._end(next(each for each in self._question.choices if each.name))
        elif event.key == "enter":
            self._take()
        elif event.key in ("down", "right", "tab", "j", "l"):
            self._move(min(last, self._place + 1) if event.key != "tab" else (self._place + 1) % (last + 1))
        elif event.key in ("up", "left", "shift+tab", "k", "h"):
            self._move(max(0, self._place - 1) if event.key != "shift+tab" else (self._place - 1) % (last + 1))
        elif event.key == "space":
            self._toggle()

    def _take(self) -> None:
        """The choice under the cursor; from a box, the one that Enter takes at once."""
        number = self._place - len(self._question.checks)
        self._end(self._question.choices[number if number >= 0 else self._question.start])

    def _end(self, choice: Choice) -> None:
        self.dismiss(Answer(choice.name, frozenset(self._on)) if choice.name else None)

    def _move(self, place: int) -> None:
        self._place = place
        self.query_one(Lines).redraw()

    def _toggle(self) -> None:
        if self._place < len(self._question.checks):
            self._on ^= {self._question.checks[self._place].name}
            self.query_one(Lines).redraw()

    def _lines(self, cells: int) -> list[Line]:
        shown: list[Line] = [(), *self._question.body(cells), ()]
        for number, each in enumerate(self._question.checks):
            box = "[x]" if each.name in self._on else "[ ]"
            here = number == self._place
            row = [Piece(f"{'▶' if here else ' '} {box} {each.label}", "pick" if here else "")]
            row += [Piece(f"  {each.key}", "key")] if each.key else []
            shown.append(fit(line(*row), cells))
        shown += [()] if self._question.checks else []
        return [*shown, self._choices()]

    def _choices(self) -> Line:
        pieces: list[Piece | str] = []
        for number, each in enumerate(self._question.choices, len(self._question.checks)):
            here = number == self._place
            pieces += [Piece(f"{'▶' if here else ' '} {each.label} ", "pick" if here else "strong"), "  "]
        return line(*pieces)
