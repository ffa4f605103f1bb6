"""Why a message fared as it did, in lines: the points against their limits, the weightiest reasons, what would help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway.control.rulesvalues import Cures
from gateway.control.values import (
    EvidenceView,
    Explanation,
    HeldDetail,
    HeldSummary,
    Limits,
    MessageSummary,
    ReasonView,
    Story,
)
from tui.format import Line, Piece, Tone, fit, joined, line, paragraph, width
from tui.language import Words, mark
from tui.state.cures import keys_that_help
from tui.state.scorebar import against_limits
from tui.state.table import author, score, verdict

PROOFS: Final = ("spf", "dkim", "dmarc", "arc")
_GOOD: Final = frozenset({"pass"})
_BAD: Final = frozenset({"fail", "softfail", "permerror"})
_SCORE_CELLS: Final = 6
REASONS_SHOWN: Final = 3
# A panel as high as it needs.
_UNBOUNDED: Final = 10_000
_GUESSES: Final = {
    "wanted": mark("Likely wanted: its sender is proven, and it is near the limit or known here."),
    "unsure": mark("Nobody knows: look at its sender and reasons."),
    "spam": mark("Likely spam: far above the limit, or on the block list."),
    "virus": mark("A virus was found in it: it can't be released here. F1 says why."),
}


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stay together. `rank` 0 always stays; of the others the highest go first when room lacks."""

    rank: int
    lines: Sequence[Line]


def why(told: Explanation, cells: int, words: Words, cures: Cures | None = None, rows: int = _UNBOUNDED) -> list[Line]:
    """The Why panel of one message, in so many rows as far as that goes."""
    item, limits = told.summary, told.limits
    weighed = limits is not None and item.score is not None and item.action in ("mark", "quarantine", "reject")
    blocks = [Block(0, [_headline(item, cells, words)])]
    if item.subject:
        blocks.append(Block(4, [fit(line(Piece(item.subject, "strong")), cells)]))
    blocks.append(Block(0, _bar(item.score, limits, cells, words)))
    for story in told.stories:
        blocks += _story(story, len(told.stories) > 1, weighed, cells, words)
    blocks.append(Block(2, [proofs(told.evidence, item.client_ip, cells, words)]))
    blocks.append(Block(0, [keys_that_help(cures, item.state == "quarantined", cells, words)]))
    return packed(blocks, rows)


def why_held(
    told: HeldDetail, cells: int, words: Words, cures: Cures | None = None, rows: int = _UNBOUNDED
) -> list[Line]:
    """The panel of one held message: the same, with a guess whether it is wanted."""
    item = told.summary
    kept = Piece(words("REFUSED"), "bad") if item.is_copy else Piece(words("HELD"), "warn")
    word = Piece(words("RELEASED"), "ok") if item.released_to else kept
    head = line(word, "  ", Piece(points(item.score, words), "strong"))
    blocks = [Block(0, [_between(head, item.from_field, item.reverse_path, ", ".join(item.recipients), cells)])]
    if item.subject:
        blocks.append(Block(5, [fit(line(Piece(item.subject, "strong")), cells)]))
    blocks.append(Block(0, _bar(item.score, told.limits, cells, words)))
    blocks.append(Block(3, guess(item, cells, words)))
    if item.is_copy:
        told_so = words("The sender was told that it was refused; this is a copy.")
        blocks.append(Block(4, paragraph(told_so, cells, "muted")))
    blocks += _reasons(weightiest(told.reasons, told.limits is not None), cells, words)
    if item.released_to:
        given = words("Released to: {names}", names=", ".join(item.released_to))
        blocks.append(Block(1, paragraph(given, cells, "ok")))
    if told.would_change:
        blocks.append(Block(1, paragraph(told.would_change, cells, "muted")))
    if told.evidence:
        blocks.append(Block(2, [proofs(told.evidence, told.client_ip, cells, words)]))
    blocks.append(Block(0, [keys_that_help(cures, item.likely != "virus", cells, words)]))
    return packed(blocks, rows)


def packed(blocks: Sequence[Block], rows: int) -> list[Line]:
    """As many blocks as fit, in their order; those of rank 0 in any case."""
    kept = list(range(len(blocks)))
    for number in sorted(kept, key=lambda each: -blocks[each].rank):
        if sum(len(blocks[each].lines) for each in kept) > rows and blocks[number].rank:
            kept.remove(number)
    return [row for number in kept for row in blocks[number].lines]


def guess(item: HeldSummary, cells: int, words: Words) -> list[Line]:
    """Whether it is wanted, and why we think so."""
    tones: dict[str, Tone] = {"wanted": "ok", "spam": "bad", "virus": "bad"}
    text = words(_GUESSES.get(item.likely, _GUESSES["unsure"]))
    return paragraph(text, cells, tones.get(item.likely, "muted"))


def weightiest(views: Sequence[ReasonView], has_bar: bool) -> tuple[ReasonView, ...]:
    """The three with most weight; that the points are too many is what the bar says."""
    told = [each for each in views if not (has_bar and each.name.startswith("score-"))]
    return tuple(told[:REASONS_SHOWN])


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


def points(value: float | None, words: Words) -> str:
    """`9.5 points`, "" where nobody counted."""
    return words("{number} points", number=score(value, words)) if value is not None else ""


def told_by(evidence: EvidenceView) -> str:
    """What a check saw, in one text."""
    return joined(f"{name} {value}" for name, value in evidence.details)


def _reasons(views: Sequence[ReasonView], cells: int, words: Words) -> list[Block]:
    """Where room lacks, the third gives way."""
    return [Block(2 if number == 2 else 0, reasons([each], cells, words)) for number, each in enumerate(views)]


def _bar(value: float | None, limits: Limits | None, cells: int, words: Words) -> list[Line]:
    return [against_limits(value, limits, cells, words)] if value is not None and limits is not None else []


def _headline(item: MessageSummary, cells: int, words: Words) -> Line:
    word = verdict(item.state, item.action, words)
    head = line(Piece(word.text[2:].upper(), word.tone), "  ", Piece(points(item.score, words), "strong"))
    return _between(head, item.from_field, item.reverse_path, ", ".join(item.recipients), cells)


def _between(head: Line, from_field: str, reverse_path: str, recipients: str, cells: int) -> Line:
    path = f"{author(from_field, reverse_path)} → {recipients}"
    return fit((*head, Piece("   "), Piece(path, "muted")), cells) if width(head) + 3 < cells else fit(head, cells)


def _story(story: Story, named: bool, weighed: bool, cells: int, words: Words) -> list[Block]:
    """`named`: for whom it is must be said. `weighed`: verdict and points stand above already."""
    shown = [Block(0, paragraph(", ".join(story.recipients) + ":", cells, "strong"))] if named else []
    shown.append(Block(5 if weighed else 0, paragraph(story.happened, cells)))
    shown += _reasons(weightiest(story.reasons, weighed), cells, words)
    if story.hop_reply:
        said = words("The server said: {reply}", reply=story.hop_reply)
        shown.append(Block(3, paragraph(said, cells, "muted")))
    if story.would_change:
        shown.append(Block(1, paragraph(story.would_change, cells, "muted")))
    return shown
