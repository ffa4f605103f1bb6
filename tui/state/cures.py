"""The two safe cures of a message, in lines: whom one could allow or block, whether it would help, and what does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from gateway.control.rulesvalues import Cures, CureView
from tui.format import Line, Piece, fit, fitted, line, paragraph, width
from tui.language import Words, mark

Kind = Literal["allow", "block"]
_NAME_CELLS: Final = 30
_SHORT_NAME_CELLS: Final = 28
_WHOM: Final[dict[tuple[str, str], str]] = {
    ("allow", "address"): mark("this address, only if proven"),
    ("allow", "domain"): mark("everybody of it, only if proven"),
    ("allow", "network"): mark("whatever this server sends"),
    ("block", "address"): mark("this address"),
    ("block", "domain"): mark("everybody of it"),
    ("block", "network"): mark("whatever this server sends"),
}


@dataclass(frozen=True, slots=True)
class Choosing:
    """What stands in the window: the cures of one kind, the chosen one, and whether it is only for one recipient."""

    options: tuple[CureView, ...]
    place: int
    recipient: str = ""
    is_only_theirs: bool = False

    @property
    def chosen(self) -> CureView | None:
        """The cure under the cursor."""
        return self.options[self.place] if self.options else None


def of_kind(cures: Cures, kind: Kind) -> tuple[CureView, ...]:
    """In the order of how much they hold: address, domain, server."""
    scopes = ("address", "domain", "network")
    return tuple(sorted((each for each in cures.cures if each.kind == kind), key=lambda cure: scopes.index(cure.scope)))


def preselected(options: Sequence[CureView]) -> int:
    """The narrowest that helps; a whole server is never taken unasked where there is a sender."""
    narrow = [number for number, each in enumerate(options) if each.scope != "network"]
    return next((number for number in narrow if options[number].helps), narrow[0] if narrow else 0)


def choosing(cures: Cures, kind: Kind, recipient: str) -> Choosing:
    """The window as it opens."""
    options = of_kind(cures, kind)
    return Choosing(options, preselected(options), recipient)


def keys_that_help(cures: Cures | None, can_release: bool, cells: int, words: Words) -> Line:
    """The keys that help, in one line: the last ones only where they fit."""
    shown: Line = ()
    for key, text in _said(cures, can_release, words):
        longer = line(*shown, " · " if shown else "", Piece(f"{key} ", "key"), Piece(text, "info"))
        if shown and width(longer) > cells:
            break
        shown = longer
    return fit(shown, cells)


def _said(cures: Cures | None, can_release: bool, words: Words) -> list[tuple[str, str]]:
    allow = _best(cures, "allow")
    said = [("a", words("allows its sender, only if proven"))]
    if allow is not None and not allow.helps:
        said = [("a", words("allowing would not help: says why"))]
    elif allow is not None and allow.scope == "network":
        said = [("a", words("allows its server"))]
    elif allow is not None:
        name = fitted(allow.subject, min(_SHORT_NAME_CELLS, len(allow.subject)))
        said = [("a", words("allows {name} if proven", name=name))]
    said.append(("b", words("blocks")))
    return [*said, ("r", words("releases")), ("i", words("is spam"))] if can_release else said


def _best(cures: Cures | None, kind: Kind) -> CureView | None:
    options = of_kind(cures, kind) if cures else ()
    return options[preselected(options)] if options else None


def window(shown: Choosing, kind: Kind, cells: int, words: Words) -> list[Line]:
    """The window's lines."""
    chosen = shown.chosen
    if chosen is None:
        nothing = words("Nothing is known of who sent this message: there is nobody to name.")
        return [(), *paragraph(nothing, cells, "warn"), (), _keys("", shown, words)]
    rows: list[Line] = [()]
    for number, each in enumerate(shown.options):
        here = number == shown.place
        name = fitted(each.subject.removesuffix("/32").removesuffix("/128"), _NAME_CELLS)
        note = words(_WHOM[each.kind, each.scope]) if each.helps else words("would not help")
        row = line(
            Piece(f"{'▶' if here else ' '} {name} ", "pick" if here else "strong"),
            Piece(f" {note}", "" if each.helps else "warn"),
        )
        rows.append(fit(row, cells))
    rows += [(), *paragraph(chosen.text, cells, "" if chosen.helps else "warn"), ()]
    if shown.recipient:
        box = "[x]" if shown.is_only_theirs else "[ ]"
        rows += [fit(line(f"{box} {words('Only for {name}', name=shown.recipient)}"), cells), ()]
    if not chosen.helps:
        return [*rows, _keys("", shown, words)]
    return [*rows, _keys(words("Allow") if kind == "allow" else words("Block"), shown, words)]


def _keys(does: str, shown: Choosing, words: Words) -> Line:
    """Only those that do something here."""
    keys = [(words("Enter"), does)] if does else []
    keys += [("↑↓", words("Whom"))] if len(shown.options) > 1 else []
    keys += [(words("Space"), words("For whom"))] if shown.options and shown.recipient else []
    pieces: list[Piece | str] = []
    for cap, label in (*keys, (words("Esc"), words("Cancel"))):
        pieces += ["   " if pieces else "", Piece(f"{cap} ", "key"), label]
    return line(*pieces)
