"""Who changed what: versions of the settings, changes of the rules, and both in one list, newest first."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.control.rulesvalues import RuleChangeView
from gateway.control.settingsvalues import ChangeView, VersionSummary
from tui.format import Line, Piece, Tone, ago, exactly, fit, joined, line, paragraph, when
from tui.language import Words, mark
from tui.state.settingsview import change, change_lines
from tui.state.table import Column

VERSION_COLUMNS: Final = (
    Column(mark("No."), 5, is_number=True),
    Column(mark("State"), 11),
    Column(mark("When"), 7),
    Column(mark("Who"), share=2),
    Column(mark("What"), share=6),
)
JOURNAL_COLUMNS: Final = (
    Column(mark("When"), 7),
    Column(mark("Who"), share=2),
    Column(mark("Where"), 9),
    Column(mark("What"), share=7),
)
_DIFF_LINES_MAXIMUM: Final = 400
# Their elements have no key that an edit could name.
_LISTS: Final = frozenset({"dnsbl", "relay_client", "outbound_route"})
_ENDED: Final = {"nobody kept it in time": mark("nobody kept them in time")}
_VIA: Final = {
    "try": mark("from a whole file"),
    "edit": mark("single values"),
    "undo": mark("gone back"),
    "edited by hand": mark("edited by hand"),
    "first start": mark("first start"),
}


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the journal: a version of the settings, or a change of the rules."""

    time: datetime
    by: str
    version: VersionSummary | None = None
    rule: RuleChangeView | None = None

    @property
    def key(self) -> str:
        """Its name in the list."""
        if self.version is not None:
            return f"settings {self.version.number}"
        return f"rule {self.rule.number}" if self.rule is not None else ""


def deeds(versions: Sequence[VersionSummary], rules: Sequence[RuleChangeView]) -> tuple[Deed, ...]:
    """Both in one list, newest first."""
    found = [Deed(each.time, each.by, version=each) for each in versions]
    found += [Deed(each.time, each.by, rule=each) for each in rules]
    return tuple(sorted(found, key=lambda each: each.time, reverse=True))


def state(version: VersionSummary, words: Words) -> Piece:
    """Whether it runs, was kept, or reverted."""
    if version.state == "trial":
        return Piece(f"○ {words('on trial')}", "warn")
    if version.is_running:
        return Piece(f"✓ {words('runs')}", "ok")
    if version.state == "reverted":
        return Piece(f"✗ {words('reverted')}", "muted")
    return Piece(f"• {words('kept')}", "muted")


def version_row(version: VersionSummary, now: datetime, words: Words) -> Line:
    """One version in the history."""
    return (
        Piece(str(version.number)),
        state(version, words),
        Piece(when(version.time, now, words), "muted"),
        Piece(version.by or words("(the file)")),
        Piece(summary(version, words)),
    )


def summary(version: VersionSummary, words: Words) -> str:
    """What it changed, in a line: the first change, and how many more."""
    if not version.changes:
        return words(_VIA.get(version.via, "")) or version.via
    text = change(version.changes[0], words)
    return f"{text}  +{version.change_count - 1}" if version.change_count > 1 else text


def version_panel(
    version: VersionSummary, changes: Sequence[ChangeView], now: datetime, cells: int, words: Words
) -> list[Line]:
    """All about one version."""
    by = version.by or words("(the file)")
    sign = state(version, words)
    head = line(sign, f"  {exactly(version.time, words)} ({ago(version.time, now, words)})  ", Piece(by, "strong"))
    via = joined((words(_VIA.get(version.via, "")) or version.via, version.release), "  Poterne ")
    rows = [fit(head, cells), fit(line(Piece(via, "muted")), cells)]
    if version.ended:
        rows += paragraph(words(_ENDED.get(version.ended, "")) or version.ended, cells, "warn")
    rows += change_lines(changes, cells, words) or [
        line(Piece(words("No value differs from the version before."), "muted"))
    ]
    if (more := version.change_count - len(changes)) > 0:
        rows.append(line(Piece(words("and {count} more", count=more), "muted")))
    return rows


def difference(old: bytes, new: bytes, cells: int, words: Words) -> list[Line]:
    """Two texts of the settings, line by line: what went and what came, with some lines around."""
    before, after = (each.decode("utf-8", "replace").splitlines() for each in (old, new))
    rows: list[Line] = []
    for each in list(difflib.unified_diff(before, after, lineterm="", n=2))[2:_DIFF_LINES_MAXIMUM]:
        if each.startswith("@@"):
            rows.append(line(Piece("…", "muted")))
            continue
        tone: Tone = "ok" if each[0] == "+" else "bad" if each[0] == "-" else "muted"
        rows += [fit(line(Piece(each, tone)), cells)]
    return rows or [line(Piece(words("The texts are the same."), "muted"))]


def deed_row(deed: Deed, now: datetime, words: Words) -> Line:
    """One line of the journal."""
    if deed.version is not None:
        where, what = words("Settings"), summary(deed.version, words)
        tone: Tone = "muted" if deed.version.state == "reverted" else ""
    else:
        where, what = words("Rules"), deed.rule.text if deed.rule is not None else ""
        tone = "muted" if deed.rule is not None and deed.rule.is_undone else ""
    return (
        Piece(when(deed.time, now, words), "muted"),
        Piece(deed.by or words("(the file)")),
        Piece(where, "info"),
        Piece(what, tone),
    )


def deed_panel(deed: Deed, now: datetime, cells: int, words: Words) -> list[Line]:
    """All about one line of the journal."""
    if deed.version is not None:
        return version_panel(deed.version, deed.version.changes, now, cells, words)
    rule = deed.rule
    if rule is None:
        return []
    head = f"{exactly(rule.time, words)} ({ago(rule.time, now, words)})  "
    rows = [
        fit(line(head, Piece(rule.by, "strong")), cells),
        *paragraph(rule.text, cells),
        *paragraph(rule.rule.text, cells, "muted"),
    ]
    if rule.is_undone:
        rows += paragraph(words("It was taken back since."), cells, "warn")
    else:
        rows += paragraph(words("u takes it back."), cells, "info")
    return rows


def inverse(changes: Sequence[ChangeView]) -> tuple[tuple[str, str], ...]:
    """The edits that take these changes back. Empty when a value was cut, or lies in a list of tables."""
    if any("…" in f"{each.key}{each.old}" or each.key.partition(".")[0] in _LISTS for each in changes):
        return ()
    return tuple((each.key, each.old) for each in changes)
