"""What was ordered and has ten seconds to be taken back before it leaves the box. Pure: time comes in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from tui.format import Line, Piece, bar, line
from tui.language import Words, mark

GRACE: Final = timedelta(seconds=10)
_BAR_CELLS: Final = 10
Kind = Literal["release", "spam", "ham"]
_DOING: Final[dict[Kind, tuple[str, str]]] = {
    "release": (mark("Releasing {codes}"), mark("Releasing {count} messages")),
    "spam": (mark("Teaching spam: {codes}"), mark("Teaching spam: {count} messages")),
    "ham": (mark("Teaching legitimate: {codes}"), mark("Teaching legitimate: {count} messages")),
}


@dataclass(frozen=True, slots=True)
class Order:
    """What shall be done to these messages. `recipients`: only to them (of one message). `teach`: also as wanted.

    `allow`: also allow their senders, where that is proven and helps.
    """

    kind: Kind
    codes: tuple[str, ...]
    recipients: tuple[str, ...] = ()
    teach: bool = False
    allow: bool = False


@dataclass(frozen=True, slots=True)
class Pending:
    """An order and when it is carried out."""

    order: Order
    due: datetime

    def is_due(self, now: datetime) -> bool:
        """True when nobody can take it back any more."""
        return now >= self.due


def doing(order: Order, words: Words) -> str:
    """What is about to be done, in a few words."""
    one, many = _DOING[order.kind]
    if len(order.codes) <= 2:
        return words(one, codes=", ".join(order.codes))
    return words(many, count=len(order.codes))


def notice(pending: Pending, now: datetime, words: Words) -> Line:
    """The line that says so, with the time that is left."""
    left = max(0.0, (pending.due - now).total_seconds())
    return line(
        Piece(f" {doing(pending.order, words)} ", "strong"),
        words("in {count} s", count=round(left)),
        Piece(f"  {bar(left / GRACE.total_seconds(), _BAR_CELLS)} ", "info"),
        Piece("u ", "key"),
        words("takes it back"),
    )
