"""What to set on a server, as a page: first what it does now, then the steps with lines to paste."""

from __future__ import annotations

from typing import Final

from gateway.control.healthvalues import Guide
from tui.format import Line, Piece, Tone, line, paragraph
from tui.language import Words

_SIGNS: Final[dict[str, tuple[str, Tone]]] = {"ok": ("✓", "ok"), "warn": ("⚠", "warn"), "bad": ("✗", "bad")}


def page(told: Guide, cells: int, words: Words) -> list[Line]:
    """All of it."""
    shown: list[Line] = []
    for check in told.checks:
        sign, tone = _SIGNS.get(check.state, ("○", "info"))
        shown += paragraph(check.text, cells, first=line(Piece(f"{sign} ", tone)))
        if check.cure:
            shown += paragraph(check.cure, cells, "warn", indent="  ", first=line("  "))
    shown += [()] if told.checks else []
    for number, section in enumerate(told.sections, 1):
        shown += paragraph(section.title, cells, "strong", first=line(Piece(f"{number}. ", "strong")))
        shown += paragraph(section.text, cells, indent="   ", first=line("   "))
        for text in section.lines:
            shown += paragraph(text, cells, "key", indent="     ", first=line("     "))
        shown.append(())
    return [*shown, *paragraph(words("c copies all lines to your PC, p shows them on a plain page."), cells, "info")]


def to_paste(told: Guide) -> str:
    """Only the lines to paste."""
    return "\n".join(text for section in told.sections for text in section.lines)


def plain(told: Guide) -> str:
    """For the plain page: titles, texts, and each line whole."""
    parts = []
    for number, section in enumerate(told.sections, 1):
        parts.append("\n".join((f"{number}. {section.title}", section.text, *section.lines)))
    return "\n\n".join(parts)
