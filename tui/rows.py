"""The rows of a long list as far as they are loaded: pages by cursor, bounded in memory, and new rows that wait.

Knows neither the gateway nor Textual. Pages that were left far behind are forgotten, all but their cursor, and asked
for again when somebody comes back to them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

_Item = TypeVar("_Item")
PAGE_ROWS: Final = 200
PAGES_KEPT: Final = 25
# Ask for more when the end is so near.
MARGIN_ROWS: Final = 60
WAITING_MAXIMUM: Final = 1_000


@dataclass(slots=True)
class _Slot(Generic[_Item]):
    cursor: str
    first: int
    length: int = 0
    items: tuple[_Item, ...] | None = None


class Rows(Generic[_Item]):
    """`key` names an item: its code. Newest first."""

    def __init__(self, key: Callable[[_Item], str]) -> None:
        self._key = key
        self._head: list[_Item] = []  # newest last
        self._waiting: list[_Item] = []  # newest last
        self._slots: list[_Slot[_Item]] = []
        self._next: str | None = ""

    def __len__(self) -> int:
        """How many rows can be reached now."""
        return len(self._head) + (self._slots[-1].first + self._slots[-1].length if self._slots else 0)

    @property
    def is_complete(self) -> bool:
        """True when there is nothing behind the last row."""
        return self._next is None

    @property
    def waiting(self) -> int:
        """How many new rows wait to be shown."""
        return len(self._waiting)

    def row(self, index: int) -> _Item | None:
        """The item of this row; None when its page was forgotten, or there is none."""
        if not 0 <= index < len(self):
            return None
        if index < len(self._head):
            return self._head[-1 - index]
        slot = self._slot_of(index)
        return slot.items[index - len(self._head) - slot.first] if slot.items is not None else None

    def wanted(self, first: int, last: int) -> str | None:
        """The cursor of the page to ask for while these rows are looked at; None when nothing lacks."""
        for index in (first, last):
            if len(self._head) <= index < len(self) and (slot := self._slot_of(index)).items is None:
                return slot.cursor
        return self._next if last + MARGIN_ROWS >= len(self) else None

    def page(self, cursor: str, items: Sequence[_Item], following: str | None) -> None:
        """Take the page that begins at this cursor. One that nobody waits for is ignored."""
        known = next((slot for slot in self._slots if slot.cursor == cursor), None)
        if known is not None and known.items is None:
            known.items = tuple(items[: known.length])
            if len(known.items) < known.length:  # some rows are gone for good
                self._cut_behind(known, following)
            self._forget(known)
        elif known is None and cursor == self._next:
            first = self._slots[-1].first + self._slots[-1].length if self._slots else 0
            self._slots.append(_Slot(cursor, first, len(items), tuple(items)))
            self._next = following if following != cursor else None
            self._forget(self._slots[-1])

    def arrived(self, item: _Item, *, show: bool) -> None:
        """A new row: on top at once, or waiting until `show_waiting`."""
        if any(self._key(each) == self._key(item) for each in (*self._head[-50:], *self._waiting[-50:])):
            return
        (self._head if show else self._waiting).append(item)
        del self._waiting[:-WAITING_MAXIMUM]
        del self._head[: -5 * PAGE_ROWS]

    def show_waiting(self) -> None:
        """Let the waiting rows in."""
        self._head += self._waiting
        self._waiting.clear()

    def replace(self, item: _Item) -> bool:
        """The same row, told anew. False when it is not loaded."""
        name = self._key(item)
        for held in (self._head, self._waiting):
            for place, each in enumerate(held):
                if self._key(each) == name:
                    held[place] = item
                    return True
        for slot in self._slots:
            for place, each in enumerate(slot.items or ()):
                if self._key(each) == name and slot.items is not None:
                    slot.items = (*slot.items[:place], item, *slot.items[place + 1 :])
                    return True
        return False

    def remove(self, name: str) -> int | None:
        """Take the row of this name away; where it was, None when it is not loaded."""
        index = self.index(name)
        if index is None:
            self._waiting = [each for each in self._waiting if self._key(each) != name]
            return None
        if index < len(self._head):
            del self._head[-1 - index]
            return index
        slot = self._slot_of(index)
        place, items = index - len(self._head) - slot.first, slot.items or ()
        slot.items = (*items[:place], *items[place + 1 :])
        slot.length -= 1
        for later in self._slots[self._slots.index(slot) + 1 :]:
            later.first -= 1
        return index

    def index(self, name: str) -> int | None:
        """The row of this name among those in memory."""
        for place, each in enumerate(reversed(self._head)):
            if self._key(each) == name:
                return place
        for slot in self._slots:
            for place, each in enumerate(slot.items or ()):
                if self._key(each) == name:
                    return len(self._head) + slot.first + place
        return None

    def loaded(self) -> list[_Item]:
        """All rows in memory, from the top."""
        return [*reversed(self._head), *(each for slot in self._slots for each in slot.items or ())]

    def _slot_of(self, index: int) -> _Slot[_Item]:
        place = index - len(self._head)
        # Empty pages share their first row with the next one: the last of them holds the row.
        return self._slots[bisect_right(self._slots, place, key=lambda slot: slot.first) - 1]

    def _cut_behind(self, slot: _Slot[_Item], following: str | None) -> None:
        """Rows have gone while the page was forgotten: what lies behind it is loaded anew."""
        slot.length = len(slot.items or ())
        del self._slots[self._slots.index(slot) + 1 :]
        self._next = following

    def _forget(self, near: _Slot[_Item]) -> None:
        """Keep the first page, whose cursor would give others by now, and those nearest to this one."""
        place = self._slots.index(near)
        kept = [number for number, slot in enumerate(self._slots) if slot.items is not None and number > 0]
        for number in sorted(kept, key=lambda each: -abs(each - place))[: max(0, len(kept) - PAGES_KEPT)]:
            self._slots[number].items = None
