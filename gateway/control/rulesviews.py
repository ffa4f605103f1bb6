"""From entries, changes, cures and replays to what people are shown: words added, lengths bounded. Pure, as `views`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from gateway.control.rulesdesk import Outcomes
from gateway.control.rulesvalues import (
    Cures,
    CureView,
    Replayed,
    ReplayedCount,
    ReplayedMessage,
    RuleChanged,
    RuleChangeView,
    RuleView,
)
from gateway.control.ruleswords import (
    change_words,
    count_words,
    cure_words,
    entry_words,
    fate_words,
    replayed_words,
    warning_words,
)
from gateway.control.views import LONG, SHORT, moment
from gateway.core.cures import Cure
from gateway.core.listentry import ListChange, ListEntry
from gateway.core.record import MessageRecord
from gateway.core.replay import Fate
from gateway.core.text import safe

_METHODS = {"allow": "rules.allow-sender", "block": "rules.block-sender"}


def rule(entry: ListEntry, now: float, language: str) -> RuleView:
    """One entry."""
    draft = entry.draft
    return RuleView(
        id=entry.id,
        kind=draft.kind,
        subject=safe(str(draft.subject), LONG),
        subject_kind=draft.subject.kind,
        subdomains=draft.subject.subdomains,
        recipient=safe(draft.recipient, LONG),
        by=safe(entry.by, SHORT),
        created=moment(entry.created),
        expires=None if draft.expires is None else moment(draft.expires),
        is_expired=not entry.holds(now),
        reason=safe(draft.reason, LONG),
        hits=entry.hits,
        last_hit=None if entry.last_hit is None else moment(entry.last_hit),
        text=safe(entry_words(entry, now, language), 2 * LONG),
    )


def changed(change: ListChange, warning: str, now: float, language: str) -> RuleChanged:
    """What was done just now."""
    what = _what(change)
    text = safe(change_words(what, change.entry, language), 2 * LONG)
    return RuleChanged(change.number, what, rule(change.entry, now, language), text, warning_words(warning, language))


def change_line(change: ListChange, now: float, language: str) -> RuleChangeView:
    """A line of the journal."""
    what = _what(change)
    return RuleChangeView(
        number=change.number,
        time=moment(change.time),
        by=safe(change.by, SHORT),
        what=what,
        rule=rule(change.entry, now, language),
        undoes=change.undoes,
        is_undone=change.is_undone,
        text=safe(change_words(what, change.entry, language), 2 * LONG),
    )


def cures(record: MessageRecord, found: Iterable[Cure], rules: dict[tuple[str, str], int], language: str) -> Cures:
    """What can be done about a message's sender; `rules`: numbers of present entries, by kind and subject."""
    return Cures(record.code, tuple(_cure(each, record.proven_by, rules, language) for each in found))


def replayed(outcomes: Outcomes, days: int, language: str) -> Replayed:
    """What would have been different."""
    counts = tuple(
        ReplayedCount(was, would_be, number, count_words(was, would_be, number, language))
        for was, would_be, number in outcomes.counts
    )
    items = tuple(view for record, fates in outcomes.items for view in _fates(record, fates, language))
    return Replayed(
        since=moment(outcomes.since),
        seen=outcomes.seen,
        differ=outcomes.differ,
        counts=counts,
        items=items,
        next=str(outcomes.next) if outcomes.next else None,
        text=replayed_words(outcomes.seen, outcomes.differ, days, language),
    )


def _cure(cure: Cure, proven_by: str, rules: dict[tuple[str, str], int], language: str) -> CureView:
    return CureView(
        kind=cure.kind,
        scope=cure.scope,
        subject=safe(str(cure.subject), LONG),
        helps=cure.helps,
        text=safe(cure_words(cure, proven_by, language), 3 * LONG),
        method=_METHODS[cure.kind],
        rule=rules.get((cure.kind, str(cure.subject)), 0),
    )


def _fates(record: MessageRecord, fates: tuple[Fate, ...], language: str) -> Iterator[ReplayedMessage]:
    """Recipients with the same fate are one line: the first, and how many more."""
    groups: dict[tuple[str, str], list[str]] = {}
    for each in fates:
        groups.setdefault((each.was.value, each.would_be.value), []).append(each.recipient)
    for (was, would_be), recipients in groups.items():
        more = f" +{len(recipients) - 1}" if len(recipients) > 1 else ""
        yield ReplayedMessage(
            code=record.code,
            time=moment(record.time),
            sender=safe(record.authors[0] if record.authors else record.reverse_path, SHORT),
            recipient=safe(recipients[0], SHORT) + more,
            subject=safe(record.subject, SHORT),
            score=record.score,
            was=was,
            would_be=would_be,
            text=fate_words(was, would_be, language),
        )


def _what(change: ListChange) -> Literal["added", "renewed", "removed"]:
    if change.after is None:
        return "removed"
    return "added" if change.before is None else "renewed"
