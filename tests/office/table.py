"""What became of each letter, as plain text of 80 columns. Pure: values in, lines out."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from tests.office.post import Outcome

WIDTH = 80
_COLUMNS = (22, 13, 6, 36)
_HEADINGS = ("message", "what became", "code", "why, and what the sender was told")
_WORDS = {"rejected": "refused", "quarantined": "in quarantine"}


def table(outcomes: Sequence[Outcome]) -> str:
    """The whole table, a row for each outcome; a row that did not fare as it should begins with "!!"."""
    rule = "-" * WIDTH
    rows = [_row(_HEADINGS), rule]
    for outcome in outcomes:
        rows += [_row(_cells(outcome)), rule]
    return "\n".join(rows)


def _cells(outcome: Outcome) -> tuple[str, str, str, str]:
    title = outcome.letter.title if outcome.fared_well() else f"!! {outcome.letter.title}"
    state = _WORDS.get(outcome.state, outcome.state)
    marked = f"{state}, marked as spam" if outcome.action == "mark" else state
    why = " ".join(outcome.reasons[:2]) or outcome.words
    return title, marked, outcome.code, f"{why}\n{outcome.reply}"


def _row(cells: Sequence[str]) -> str:
    columns = [_wrapped(cell, width) for cell, width in zip(cells, _COLUMNS, strict=True)]
    height = max(len(column) for column in columns)
    padded = [column + [""] * (height - len(column)) for column in columns]
    return "\n".join(
        " ".join(part.ljust(width) for part, width in zip(line, _COLUMNS, strict=True)).rstrip()
        for line in zip(*padded, strict=True)
    )


def _wrapped(text: str, width: int) -> list[str]:
    return [line for paragraph in text.splitlines() for line in textwrap.wrap(paragraph, width) or [""]]
