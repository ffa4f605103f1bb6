"""An explanation on paper: what happened, why, what would have changed it; then the evidence."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.cli.output import Column, Output, weight
from gateway.control.values import EvidenceView, Explanation, ReasonView, Story


def print_explanation(out: Output, explanation: Explanation) -> None:
    """For people. One paragraph for all recipients with the same fate."""
    several = len(explanation.stories) > 1
    for number, story in enumerate(explanation.stories):
        if number:
            out.line()
        if several:
            out.paragraph(f"For {', '.join(story.recipients)}:")
        _story(out, story)
    if not explanation.stories:
        out.paragraph(explanation.summary.reason or "Nothing is known about it.")
    if explanation.evidence:
        out.line()
        rows = [(each.check, each.result, _details(each), f"{each.elapsed_ms:.0f} ms") for each in explanation.evidence]
        out.table((Column("CHECK"), Column("RESULT"), Column("WHAT IT SAW", shrinks=True), Column("TOOK")), rows)
    if explanation.timings:
        out.line()
        out.table((Column("STEP"), Column("TOOK")), [(step, f"{took:.0f} ms") for step, took in explanation.timings])


def print_reasons(out: Output, reasons: Sequence[ReasonView]) -> None:
    """One line each, with what it added to the score."""
    for reason in reasons:
        added = f" ({weight(reason.score)})" if reason.score else ""
        out.paragraph(f"- {reason.text}{added}", indent="  ")


def _story(out: Output, story: Story) -> None:
    out.paragraph(story.happened)
    print_reasons(out, story.reasons)
    if story.would_change:
        out.paragraph(story.would_change)
    if story.hop_reply:
        out.paragraph(f"The next server's reply: {story.hop_reply}")


def _details(evidence: EvidenceView) -> str:
    return ", ".join(f"{name} {value}".strip() for name, value in evidence.details)
