"""Queue: why mail waits, cause by cause, and every message of it; what was given up behind the same list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import ComposeResult

from gateway.control import protocol
from gateway.control.params import Asked
from gateway.control.protocol import Method
from gateway.control.values import Page, QueuedChanged
from gateway.control.workparams import OneEntry, OneLane, ProbeBackend, QueueQuery
from gateway.control.workvalues import Changes, Entries, EntryView, Lanes, Waiting, Woken
from tui.format import Line, Piece, line, paragraph
from tui.keys import SCREENS
from tui.messages import Answered, Said
from tui.rows import PAGE_ROWS
from tui.screens.chain import ChainScreen
from tui.screens.frame import bound
from tui.screens.listing import ListScreen
from tui.screens.probe import ProbeScreen
from tui.state import queue
from tui.widgets.dialog import Answer, Choice, Dialog, Question
from tui.widgets.lines import Lines


class QueueScreen(ListScreen[EntryView]):
    """What waits; `f` shows what was given up instead."""

    KEYS = tab = "queue"
    COLUMNS = queue.QUEUE_COLUMNS
    CAN_SEARCH = False
    BINDINGS = bound(SCREENS["queue"])

    def __init__(self) -> None:
        super().__init__()
        self._waiting: tuple[Waiting, ...] = ()
        self._ticked: dict[str, EntryView] = {}
        self._is_dead = False

    def body(self) -> ComposeResult:
        """The causes above the list."""
        yield Lines(id="causes")
        yield from super().body()

    def on_mount(self) -> None:
        """Causes and list, each asked for by itself."""
        self.table.ticked = lambda item: item.id in self._ticked
        causes = self.query_one("#causes", Lines)
        causes.show(lambda cells: queue.causes(self._waiting, self.base.now(), cells, self.words))
        causes.display = False
        super().on_mount()

    def reload(self) -> None:
        """Both anew."""
        super().reload()
        self.ask("causes", protocol.QUEUE_LANES, Asked(self.words.language))

    def redraw(self) -> None:
        """The causes have a title, and no room when there are none."""
        causes = self.query_one("#causes", Lines)
        causes.border_title = self.words("Why mail waits")
        causes.display = bool(self._waiting) and not self._is_dead
        causes.redraw()
        super().redraw()

    def key_of(self, item: EntryView) -> str:
        """The entry's name; a message may have several."""
        return item.id

    def draw(self, item: EntryView) -> Line:
        """One row."""
        return queue.entry_row(item, self.base.now(), self.words)

    def page_request(self, cursor: str) -> tuple[Method[Any, Page[EntryView]], Any]:
        """A page of what waits, or of what was given up."""
        method = protocol.DEAD_LIST if self._is_dead else protocol.QUEUE_LIST
        return method, QueueQuery(PAGE_ROWS, cursor, self.words.language)

    def explain(self, item: EntryView) -> None:
        """What each recipient's server said."""
        self.ask("entry", protocol.QUEUE_SHOW, OneEntry(item.id, self.words.language), item.id)

    def answered(self, event: Answered) -> None:
        """Causes, one entry in full, or what an action did."""
        match event.value:
            case Lanes(waiting):
                self._waiting = waiting
                self.redraw()
            case Entries((told, *_)) if self.table.chosen is not None and self.table.chosen.id == told.id:
                self.panel.show(
                    lambda cells: queue.entry_panel(told, self.base.now(), cells, self.words), from_top=True
                )
            case Changes(complete, changes) if changes:
                self.post_message(Said(f"{changes[0].code} {changes[0].text}.", "ok" if complete else "warn"))
                self.reload()
            case Woken(_, entries):
                text = self.words.n("{count} message is tried now.", "{count} messages are tried now.", entries)
                self.post_message(Said(text, "ok"))
                self.reload()

    def happened(self, value: object) -> None:
        """Something began to wait, went on or was given up: told anew unless somebody reads the list."""
        if not isinstance(value, QueuedChanged):
            return
        self.ask("causes", protocol.QUEUE_LANES, Asked(self.words.language))
        if self.table.cursor is None and not self._ticked:
            super().reload()

    def state_of(self) -> Line:
        """What is shown, and how many are ticked."""
        shown = self.words("given up") if self._is_dead else self.words("waiting")
        ticked = self.words.n("{count} ticked", "{count} ticked", len(self._ticked)) if self._ticked else ""
        return line(Piece(f"{ticked}   " if ticked else "", "key"), Piece(f"{shown}   ", "strong"))

    def empty(self, cells: int) -> list[Line]:
        """Nothing waits, or nothing was given up."""
        text, cure = queue.nothing(self._is_dead, self.words)
        return [
            *paragraph(text, cells - 2, "strong", first=line("  ")),
            *paragraph(cure, cells - 2, "muted", first=line("  ")),
        ]

    def action_filter(self) -> None:
        """The other list."""
        self._is_dead = not self._is_dead
        self._ticked.clear()
        self.table.choose(None)
        self.reload()
        self.redraw()

    def action_test(self) -> None:
        """Try the server for which the chosen message, or the first cause, waits; r there tries all that waits."""
        chosen, words = self.table.chosen, self.words
        lanes = [chosen.lane] if chosen is not None else [each.lane for each in self._waiting]
        name = next((each.removeprefix("backend:") for each in lanes if each.startswith("backend:")), "")
        if not name:
            self.app.push_screen(ChainScreen())
            return
        wanted = ProbeBackend(name, language=words.language)
        self.app.push_screen(ProbeScreen(words("Test {name}", name=name), wanted), self._probed)

    def _probed(self, wants_retry: bool | None) -> None:
        if wants_retry:
            self.table.choose(None)
            self.action_retry()

    def action_retry(self) -> None:
        """The ticked or chosen messages now; without a choice everything that waits."""
        if items := self._items():
            self._each(items, "retry", protocol.QUEUE_RETRY)
        elif not self._waiting:
            self.post_message(Said(self.words("Nothing waits."), "muted"))
        for lane in () if items else {each.lane for each in self._waiting}:
            self.ask(f"lane {lane}", protocol.QUEUE_RETRY_LANE, OneLane(lane, self.words.language))

    def action_hold(self) -> None:
        """Keep them here."""
        self._with_items(lambda items: self._each(items, "hold", protocol.QUEUE_HOLD))

    def action_drop(self) -> None:
        """Give up, or remove for good; Enter is no."""
        self._with_items(self._ask_drop)

    def action_tick(self) -> None:
        """Tick the chosen message and go on to the next."""
        if (chosen := self.table.chosen) is not None:
            if self._ticked.pop(chosen.id, None) is None:
                self._ticked[chosen.id] = chosen
            self.table.action_move(1)
            self.redraw()

    def action_tick_all(self) -> None:
        """Tick all that are loaded, or none."""
        self._ticked = {} if self._ticked else {each.id: each for each in self.rows.loaded()}
        self.redraw()

    def _ask_drop(self, items: tuple[EntryView, ...]) -> None:
        words, count = self.words, len(items)
        if self._is_dead:
            title = words.n("Remove {count} message for good?", "Remove {count} messages for good?", count)
            lost, label = words("Nobody will get it, and it can't be brought back."), words("Remove")
        else:
            title = words.n("Give {count} message up?", "Give {count} messages up?", count)
            lost, label = (
                words("Nobody gets it and its sender is not told; f shows it, and r brings it back."),
                words("Give up"),
            )
        question = Question(
            title,
            lambda cells: paragraph(lost, cells, "warn"),
            (Choice("yes", label), Choice("", words("Cancel"))),
            start=1,
        )
        self.app.push_screen(Dialog(question), lambda answer: self._drop(items, answer))

    def _drop(self, items: tuple[EntryView, ...], answer: Answer | None) -> None:
        if answer is not None:
            self._each(items, "drop", protocol.DEAD_DELETE if self._is_dead else protocol.QUEUE_DROP)

    def _each(self, items: tuple[EntryView, ...], topic: str, method: Method[OneEntry, Changes]) -> None:
        for each in items:
            self.ask(f"{topic} {each.id}", method, OneEntry(each.id, self.words.language))
        self._ticked.clear()
        self.table.choose(None)

    def _items(self) -> tuple[EntryView, ...]:
        chosen = self.table.chosen
        return tuple(self._ticked.values()) or ((chosen,) if chosen is not None else ())

    def _with_items(self, act: Callable[[tuple[EntryView, ...]], None]) -> None:
        if items := self._items():
            act(items)
        else:
            self.post_message(Said(self.words("Choose a message first, with the arrow keys."), "warn"))

    def _search_label(self, cells: int) -> Line:
        return ()
