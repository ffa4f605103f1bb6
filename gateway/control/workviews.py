"""From entries of the queue to what people are shown: causes in words, grouped; lengths bounded.

Pure, as `views`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from gateway.control.views import LONG, SHORT, moment
from gateway.control.workvalues import EntryRecipient, EntryView, Waiting
from gateway.control.workwords import state_words, waiting_words
from gateway.core.queued import LaneCause, QueuedRecipient, QueueEntry, QueueState
from gateway.core.text import safe

RECIPIENTS_SHOWN, RECIPIENTS_IN_ROW = 100, 3
WAITING_SHOWN = 20
# How delivery begins a cause: "10.0.0.9:25: " or "/run/lmtp.sock, at greeting: ", perhaps a name and then its address;
# the line names the hop already.
_HOP = re.compile(r"\A(?:(?:(?:\[[0-9a-fA-F:.]+\]|[\w.-]+):\d{1,5}|/[^\s:,]+)(?:, at [a-z]+)?: )+")


def waiting(causes: Sequence[LaneCause], hop_of: Callable[[str], str], language: str) -> tuple[Waiting, ...]:
    """What waits, by lane and cause, the most first; the same trouble at two addresses of a hop is one cause."""
    groups: dict[tuple[str, QueueState, str], LaneCause] = {}
    for each in causes:
        cause = _HOP.sub("", each.cause)
        key = (each.lane, each.state, cause)
        groups[key] = _together(groups.get(key), replace(each, cause=cause))
    ordered = sorted(groups.values(), key=lambda each: -each.entries)
    return tuple(_waiting(each, hop_of(each.lane), language) for each in ordered[:WAITING_SHOWN])


def row(entry: QueueEntry, language: str) -> EntryView:
    """One row of a list: few recipients, without what was said of each."""
    few = tuple(replace(each, reply="", detail="") for each in entry.recipients[:RECIPIENTS_IN_ROW])
    view = entry_view(replace(entry, recipients=few), language)
    return replace(view, recipient_count=len(entry.recipients))


def entry_view(entry: QueueEntry, language: str) -> EntryView:
    """One entry, with its first recipients."""
    is_tried = entry.state in (QueueState.QUEUED, QueueState.IN_DOUBT)
    return EntryView(
        id=entry.id,
        code=entry.code,
        lane=safe(entry.lane, SHORT),
        state=entry.state.value,
        outcome=state_words(entry.state.value, language),
        since=moment(entry.since),
        attempts=entry.attempts,
        reverse_path=safe(entry.reverse_path, SHORT),
        recipients=tuple(map(_recipient, entry.recipients[:RECIPIENTS_SHOWN])),
        recipient_count=len(entry.recipients),
        size_octets=entry.size_octets,
        cause=safe(entry.cause, LONG),
        next_attempt=moment(entry.next_attempt) if is_tried else None,
    )


def _together(before: LaneCause | None, now: LaneCause) -> LaneCause:
    if before is None:
        return now
    return replace(
        now,
        entries=before.entries + now.entries,
        since=min(before.since, now.since),
        next_attempt=min(before.next_attempt, now.next_attempt),
    )


def _waiting(each: LaneCause, hop: str, language: str) -> Waiting:
    cause = safe(each.cause, LONG)
    return Waiting(
        lane=safe(each.lane, SHORT),
        state=each.state.value,
        entries=each.entries,
        since=moment(each.since),
        cause=cause,
        text=waiting_words(each.state.value, each.entries, safe(hop, SHORT), cause, language),
        next_attempt=None if each.state is QueueState.HELD else moment(each.next_attempt),
    )


def _recipient(each: QueuedRecipient) -> EntryRecipient:
    return EntryRecipient(safe(each.address, SHORT), each.is_open, each.result, safe(each.reply or each.detail, LONG))
