"""Everything about one message, in lines: its path, each recipient, the proofs, the times; and a held one's text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gateway.control.values import EvidenceView, HeldDetail, MessageDetail, RecipientView
from tui.format import Line, Piece, Tone, ago, bar, exactly, fit, joined, line, paragraph, size, span, width
from tui.language import Words, mark
from tui.state.table import score, verdict
from tui.state.why import reasons, sign, told_by, tone

_NAME_CELLS = 13
_BAR_CELLS = 24
# The gateway's names of its steps (`core.record`), in words.
_STEPS = {"checks": mark("Checks"), "handing on": mark("Handing on")}


def message(told: MessageDetail, cells: int, words: Words, *, technical: bool = False) -> list[Line]:
    """The detail of one message."""
    item = told.summary
    shown = _fields(
        (
            (words("From"), item.from_field or item.reverse_path or "<>"),
            (words("Subject"), item.subject),
            (words("Came"), exactly(item.time, words)),
            (words("Code"), item.code),
            (words("Score"), score(item.score, words)),
            (words("Size"), size(item.size_octets, words)),
            (words("Sent by"), joined((told.client_name, item.client_ip), " ")),
            (words("Was told"), told.reply),
        ),
        cells,
    )
    if technical:
        shown += _fields(
            (
                (words("Envelope"), item.reverse_path or "<>"),
                ("EHLO", told.helo),
                ("Message-ID", told.message_id),
                (words("Listener"), told.listener),
            ),
            cells,
        )
    for recipient in told.recipients:
        shown += _recipient(recipient, cells, words, technical)
    if told.evidence:
        shown += [(), *_evidence(told.evidence, cells, words, technical)]
    return [*shown, *_timings(told.timings, cells, words)]


def held(told: HeldDetail, now: datetime, cells: int, words: Words) -> list[Line]:
    """The detail of one held message: why, its header, and what it says once that was asked for."""
    item = told.summary
    left = span((item.expires - now).total_seconds(), words)
    shown = _fields(
        (
            (words("From"), item.from_field or item.reverse_path or "<>"),
            (words("To"), ", ".join(item.recipients)),
            (words("Subject"), item.subject),
            (words("Held"), f"{exactly(item.time, words)} ({ago(item.time, now, words)})"),
            (words("Deleted"), words("by itself in {span}", span=left)),
            (words("Code"), item.code),
            (words("Size"), size(item.size_octets, words)),
            (words("Released"), ", ".join(item.released_to)),
        ),
        cells,
    )
    shown += [(), _heading(words("Why it is held"))]
    shown += reasons(told.reasons, cells, words) or paragraph(item.reason, cells)
    if told.text is not None:
        shown += [(), _heading(words("What it says"))]
        shown += [row for text in told.text for row in (paragraph(text, cells) if text.strip() else [()])]
    else:
        shown += [(), line(Piece(words("v shows its text; the journal notes who read it."), "info"))]
    shown += [(), _heading(words("Header"))]
    return shown + [
        row for name, value in told.headers for row in paragraph(value, cells, first=line(Piece(f"{name}: ", "muted")))
    ]


def _fields(fields: Sequence[tuple[str, str]], cells: int) -> list[Line]:
    rows: list[Line] = []
    for name, value in fields:
        if value:
            rows += paragraph(value, cells, first=line(Piece(name.ljust(_NAME_CELLS), "muted")))
    return rows


def _heading(text: str) -> Line:
    return line(Piece(text, "strong"))


def _recipient(each: RecipientView, cells: int, words: Words, technical: bool) -> list[Line]:
    word = verdict(each.state, each.action, words)
    name = Piece(each.recipient, "strong")
    shown: list[Line] = [(), (*fit((name,), min(width((name,)), cells - width((word,)) - 2)), Piece("  "), word)]
    shown += reasons(each.reasons, cells, words, technical=technical)
    if each.hop:
        shown += paragraph(joined((each.hop, each.hop_reply), ": "), cells, "muted")
    if each.would_change:
        shown += paragraph(each.would_change, cells, "muted")
    return shown


def _evidence(evidence: Sequence[EvidenceView], cells: int, words: Words, technical: bool) -> list[Line]:
    shown: list[Line] = [_heading(words("What the checks saw"))]
    for each in evidence:
        mark_tone: Tone = tone(each.result)
        head = line(Piece(f"{sign(each.result)} {each.check:<12}", mark_tone))
        text = f"{each.result}  {told_by(each)}" if technical else each.result
        shown += paragraph(text, cells, first=head)
    return shown


def _timings(timings: Sequence[tuple[str, float]], cells: int, words: Words) -> list[Line]:
    most = max((each for _, each in timings), default=0.0)
    if not most:
        return []
    rows = [(), _heading(words("How long it took"))]
    for name, milliseconds in timings:
        seconds = words("{number} s", number=words.number(milliseconds / 1_000, 2))
        rows.append(
            line(
                Piece((words(_STEPS[name]) if name in _STEPS else name)[:16].ljust(17), "muted"),
                f"{seconds:>8} ",
                Piece(bar(milliseconds / most, _BAR_CELLS), "info"),
            )
        )
    return rows
