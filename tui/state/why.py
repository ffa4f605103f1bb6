"""Why a message fared as it did, in lines: what happened, the reasons with most weight first, what would change it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gateway.control.values import EvidenceView, Explanation, HeldDetail, MessageSummary, ReasonView, Story
from tui.format import Line, Piece, Tone, fit, joined, line, paragraph, width
from tui.language import Words, mark
from tui.state.table import author, score, verdict

PROOFS: Final = ("spf", "dkim", "dmarc", "arc")
_GOOD: Final = frozenset({"pass"})
_BAD: Final = frozenset({"fail", "softfail", "permerror"})
_SCORE_CELLS: Final = 6
RELEASABLE: Final = mark("r releases it · i teaches “spam”, l “legitimate” · v shows its text")


def why(told: Explanation, cells: int, words: Words) -> list[Line]:
    """The Why panel of one message."""
    shown = [_headline(told.summary, cells, words)]
    if told.summary.subject:
        shown.append(fit(line(Piece(told.summary.subject, "strong")), cells))
    for story in told.stories:
        shown += _story(story, len(told.stories) > 1, cells, words)
    shown.append(proofs(told.evidence, told.summary.client_ip, cells, words))
    if told.summary.state == "quarantined":
        shown.append(advice(cells, words))
    return shown


def why_held(told: HeldDetail, cells: int, words: Words) -> list[Line]:
    """The panel of one held message: the same, and when it goes."""
    item = told.summary
    kept = Piece(words("REFUSED"), "bad") if item.is_copy else Piece(words("HELD"), "warn")
    word = Piece(words("RELEASED"), "ok") if item.released_to else kept
    head = line(word, "  ", Piece(_points(item.score, words), "strong"))
    shown = [_between(head, item.from_field, item.reverse_path, ", ".join(item.recipients), cells)]
    if item.subject:
        shown.append(fit(line(Piece(item.subject, "strong")), cells))
    if item.is_copy:
        shown += paragraph(words("The sender was told that it was refused; this is a copy."), cells, "muted")
    shown += reasons(told.reasons[:4], cells, words)
    if item.released_to:
        shown += paragraph(words("Released to: {names}", names=", ".join(item.released_to)), cells, "ok")
    return [*shown, advice(cells, words)]


def advice(cells: int, words: Words) -> Line:
    """The keys that help, in one line."""
    return fit(line(Piece(words(RELEASABLE), "info")), cells)


def reasons(views: Sequence[ReasonView], cells: int, words: Words, *, technical: bool = False) -> list[Line]:
    """One reason a line or two, its weight first."""
    shown: list[Line] = []
    for each in views:
        tone: Tone = "bad" if each.score > 0 else "ok" if each.score < 0 else "muted"
        weight = f"{'+' if each.score > 0 else ''}{words.number(each.score)}" if each.score else "•"
        text = f"{each.text} [{each.name}]" if technical else each.text
        shown += paragraph(text, cells, first=line(Piece(weight.rjust(_SCORE_CELLS) + " ", tone)))
    return shown


def proofs(evidence: Sequence[EvidenceView], client_ip: str, cells: int, words: Words) -> Line:
    """SPF, DKIM, DMARC in signs, and where it came from."""
    shown: list[Piece | str] = []
    for each in sorted(evidence, key=lambda view: PROOFS.index(view.check) if view.check in PROOFS else 9):
        if each.check in PROOFS and (each.check != "arc" or each.result != "none"):
            shown.append(Piece(f"{sign(each.result)} {each.check.upper()}  ", tone(each.result)))
    shown.append(Piece(words("from {ip}", ip=client_ip), "muted") if client_ip else "")
    return fit(line(*shown), cells)


def sign(result: str) -> str:
    """A result word of RFC 8601 as a sign."""
    return "✓" if result in _GOOD else "✗" if result in _BAD else "○"


def tone(result: str) -> Tone:
    """A result word of RFC 8601 as a tone."""
    return "ok" if result in _GOOD else "bad" if result in _BAD else "muted"


def _headline(item: MessageSummary, cells: int, words: Words) -> Line:
    word = verdict(item.state, item.action, words)
    head = line(Piece(word.text[2:].upper(), word.tone), "  ", Piece(_points(item.score, words), "strong"))
    return _between(head, item.from_field, item.reverse_path, ", ".join(item.recipients), cells)


def _between(head: Line, from_field: str, reverse_path: str, recipients: str, cells: int) -> Line:
    path = f"{author(from_field, reverse_path)} → {recipients}"
    return fit((*head, Piece("   "), Piece(path, "muted")), cells) if width(head) + 3 < cells else fit(head, cells)


def _points(value: float | None, words: Words) -> str:
    return words("{number} points", number=score(value, words)) if value is not None else ""


def _story(story: Story, named: bool, cells: int, words: Words) -> list[Line]:
    shown = paragraph(", ".join(story.recipients) + ":", cells, "strong") if named else []
    shown += paragraph(story.happened, cells)
    shown += reasons(story.reasons, cells, words)
    if story.hop_reply:
        shown += paragraph(words("The server said: {reply}", reply=story.hop_reply), cells, "muted")
    if story.would_change:
        shown += paragraph(story.would_change, cells, "muted")
    return shown


def told_by(evidence: EvidenceView) -> str:
    """What a check saw, in one text."""
    return joined(f"{name} {value}" for name, value in evidence.details)
