"""Letters of the gateway to its admin, as octets: what is wrong or over, and what is held this morning.

Pure: time, names and the random token come in. Foreign text is made safe and bounded here; a letter is 7-bit text
that no program answers (RFC 3834).
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from gateway.core.adminwords import frame_words, subject_words
from gateway.core.alarms import Alarm, Known
from gateway.core.bounce import Reporter
from gateway.core.held import HeldMessage
from gateway.core.mailtext import UNDISCLOSED, encoded, text_part
from gateway.core.subject import masked
from gateway.core.text import safe

HELD_SHOWN: Final = 50
_WHO_MAXIMUM: Final = 120
_RECIPIENTS_SHOWN: Final = 3
_WIDTH: Final = 76


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject and paragraphs; a paragraph with line ends or a leading space stays as it is laid out."""

    subject: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Morning:
    """What the morning's letter is about. `new_since`: seconds since the epoch; `subjects` as in the settings."""

    held: Sequence[HeldMessage]
    now: datetime
    new_since: float
    keep_days: int
    subjects: str


def alarm_letter(alarm: Alarm, by: Reporter, now: datetime) -> Letter:
    """What is wrong, what is over, what lasts; `now` on the clock of the place."""
    language = by.language
    said = [frame_words("greeting", language, hostname=by.hostname)]
    for each in alarm.begun:
        said += _wrong(each, now, language)
    for each in alarm.ended:
        said += _over(each, now, language)
    if alarm.still:
        said.append(frame_words("still", language))
        said += [_indented(each.condition.what) for each in alarm.still]
    said += [frame_words("more", language), frame_words("settings", language)]
    is_over = not alarm.begun and not alarm.still
    return Letter(subject_words(alarm.family, language, is_over=is_over), tuple(said))


def morning_letter(morning: Morning, by: Reporter) -> Letter | None:
    """What is held, most likely wanted first; None when nothing is."""
    language, waiting = by.language, likely_first(morning.held)
    if not waiting:
        return None
    new = sum(1 for each in waiting if each.held_at >= morning.new_since)
    count = str(len(waiting))
    key = "held-new" if new else "held-subject"
    said = [frame_words("greeting", language, hostname=by.hostname), frame_words("held", language)]
    said += [_row(each, morning, language) for each in waiting[:HELD_SHOWN]]
    if (rest := len(waiting) - HELD_SHOWN) > 0:
        said.append(frame_words("rest", language, count=str(rest)))
    said.append(frame_words("release", language) + f"\n  poterne quarantine release {waiting[0].code}")
    said.append(frame_words("expire", language, days=str(morning.keep_days)))
    said.append(frame_words("settings", language))
    return Letter(frame_words(key, language, count=count, new=str(new)), tuple(said))


def likely_first(held: Sequence[HeldMessage]) -> list[HeldMessage]:
    """What waits for a person: held, not a copy of what was refused, not yet released; the fewest points first."""
    waiting = [each for each in held if each.kind == "held" and not each.is_released]
    return sorted(waiting, key=lambda each: (float("inf") if each.score is None else each.score, -each.held_at))


def compose(letter: Letter, by: Reporter, to: str, token: str, now: datetime) -> bytes:
    """The whole message, CRLF lines. `to` is an address; `token` is random and names the letter."""
    fields = (
        f"From: {by.author}",
        f"To: {f'<{to}>' if to.isascii() else UNDISCLOSED}",
        f"Subject: {encoded(f'[Poterne] {letter.subject}')}",
        f"Date: {format_datetime(now)}",
        f"Message-ID: <{token}@{by.hostname}>",
        # RFC 3834 §5: written by a program, and no answer to anything.
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
    )
    body = text_part([_paragraph(each) for each in letter.paragraphs])
    return "".join(f"{line}\r\n" for line in fields).encode("ascii") + body


def _wrong(known: Known, now: datetime, language: str) -> Iterator[str]:
    yield frame_words("since", language, time=_moment(known.since, now))
    yield _indented(known.condition.what)
    if known.condition.cure:
        yield _indented(frame_words("cure", language, cure=known.condition.cure))


def _over(known: Known, now: datetime, language: str) -> Iterator[str]:
    end = now.timestamp() if known.absent_since is None else known.absent_since
    yield frame_words("over", language, begin=_moment(known.since, now), end=_moment(end, now))
    yield _indented(known.condition.what)


def _row(held: HeldMessage, morning: Morning, language: str) -> str:
    head = [held.code, _moment(held.held_at, morning.now)]
    if held.score is not None:
        head.append(frame_words("points", language, points=_number(held.score, language)))
    if held.held_at >= morning.new_since:
        head.append(frame_words("new", language))
    shown = [safe(each, _WHO_MAXIMUM) for each in held.recipients[:_RECIPIENTS_SHOWN]]
    if (more := len(held.recipients) - _RECIPIENTS_SHOWN) > 0:
        shown.append(frame_words("others", language, count=str(more)))
    subject = masked(safe(held.subject, _WHO_MAXIMUM), morning.subjects)
    facts = (
        (frame_words("from", language), safe(held.from_field or held.reverse_path or "<>", _WHO_MAXIMUM)),
        (frame_words("to", language), ", ".join(shown)),
        (frame_words("subject", language), subject),
    )
    return "\n".join(["  " + "  ".join(head), *(f"      {name}: {value}" for name, value in facts if value)])


def _number(score: float, language: str) -> str:
    written = f"{score:.1f}"
    return written.replace(".", ",") if language == "fr" else written


def _moment(seconds: float, now: datetime) -> str:
    """On the clock of the place: the time, with the date unless it is today's."""
    local = datetime.fromtimestamp(seconds, now.tzinfo)
    return f"{local:%H:%M}" if local.date() == now.date() else f"{local:%Y-%m-%d %H:%M}"


def _indented(text: str) -> str:
    return textwrap.fill(
        safe(text), _WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
    )


def _paragraph(text: str) -> str:
    """Wrapped; what is laid out already is not."""
    if "\n" in text or text.startswith(" "):
        return text
    return textwrap.fill(safe(text), _WIDTH, break_on_hyphens=False, break_long_words=False)
