"""From rows as they are stored to what people are shown: words added, lengths bounded.

Pure. The bounds keep any page and any message far below one line of the protocol, whatever a
stranger wrote; that the texts are harmless is the protocol's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from gateway.control.values import (
    EvidenceView,
    Explanation,
    FollowedUp,
    HeldSummary,
    Limits,
    MessageDetail,
    MessageSummary,
    ReasonView,
    RecipientView,
    ReleaseView,
    Story,
)
from gateway.control.words import happened, outcome_words, release_words
from gateway.core.case import Policy
from gateway.core.explain import sentence, would_change
from gateway.core.held import HeldMessage
from gateway.core.likely import likely
from gateway.core.outcome import Outcome
from gateway.core.record import Disposition, Evidence, MessageRecord, WeighedReason
from gateway.core.text import safe

WORD, SHORT, LONG = 60, 120, 200  # characters
RECIPIENTS_IN_SUMMARY = 3
REASONS_IN_STORY = 3
CHECKS_MAXIMUM, DETAILS_OF_EVIDENCE = 12, 30
# Gravest last; a refusal before any content has no action of its own.
_USUAL = Policy()
_GRAVITY = ("accept", "mark", "defer", "quarantine", "reject")


def summary(record: MessageRecord, language: str) -> MessageSummary:
    """One row of the list, told by its gravest disposition."""
    gravest = max(record.dispositions, key=_gravity, default=Disposition("", "reject", "rejected"))
    recipients = tuple(each.recipient for each in record.dispositions)
    return MessageSummary(
        code=record.code,
        time=moment(record.time),
        kind=record.kind,
        action=gravest.action,
        state=gravest.state,
        outcome=outcome_words(gravest.state, gravest.action, language),
        reverse_path=_short(record.reverse_path),
        from_field=_short(record.from_field),
        recipients=tuple(map(_short, recipients[:RECIPIENTS_IN_SUMMARY])),
        recipient_count=len(recipients),
        subject=_short(record.subject),
        score=record.score,
        reason=_weightiest(gravest.reasons, language) or _long(record.reply),
        client_ip=_short(record.client_ip),
        size_octets=record.size_octets,
        is_infected=any(reason.name == "virus" for each in record.dispositions for reason in each.reasons),
    )


def followed_up(record: MessageRecord, language: str) -> FollowedUp:
    """What became of a message later."""
    shown = tuple(_recipient(each, 3, language) for each in record.dispositions[:100])
    return FollowedUp(record.code, moment(record.time), shown)


def detail(record: MessageRecord, language: str) -> MessageDetail:
    """Everything about one message."""
    most = 20 if len(record.dispositions) <= 10 else 3
    return MessageDetail(
        summary=summary(record, language),
        client_name=_short(record.client_name),
        helo=_short(record.helo),
        listener=_short(record.listener),
        message_id=_long(record.message_id),
        reply=_long(record.reply),
        recipients=tuple(_recipient(each, most, language) for each in record.dispositions),
        evidence=_evidence(record.evidence),
        timings=record.timings[:50],
    )


def explanation(record: MessageRecord, language: str) -> Explanation:
    """Why it fared as it did: one story for all recipients with the same fate."""
    fates: dict[tuple[object, ...], list[Disposition]] = {}
    for each in record.dispositions:
        fates.setdefault((each.action, each.state, each.reasons, each.hop_reply, each.flags), []).append(each)
    return Explanation(
        summary=summary(record, language),
        stories=tuple(_story(record, group, language) for group in fates.values()),
        evidence=_evidence(record.evidence),
        timings=record.timings[:50],
    )


def held_reasons(held: HeldMessage, record: MessageRecord | None) -> tuple[WeighedReason, ...]:
    """Why it is held: from history, else the bare names that the quarantine keeps."""
    weighed = (
        [each.reasons for each in record.dispositions if each.action in ("quarantine", "reject")] if record else []
    )
    return weighed[0] if weighed else tuple(WeighedReason(name, 0.0) for name in held.reasons)


def limits(policy: Policy) -> Limits:
    """The thresholds of a policy."""
    return Limits(policy.mark_at, policy.quarantine_at, policy.reject_at)


def held_would_change(record: MessageRecord | None, language: str) -> str:
    """What would have kept it from being held."""
    cures = [each.would_change for each in record.dispositions if each.would_change] if record else []
    return _long(would_change(cures[0], language)) if cures else ""


def evidence(record: MessageRecord | None) -> tuple[EvidenceView, ...]:
    """What the checks saw, bounded."""
    return _evidence(record.evidence) if record else ()


def held_summary(
    held: HeldMessage, record: MessageRecord | None, keep_days: int, language: str, policy: Policy = _USUAL
) -> HeldSummary:
    """One row of the quarantine; `record` is its row of history, for the reason's sentence and what is proven."""
    known = held_reasons(held, record) if record else ()
    proven_by = record.proven_by if record else ""
    return HeldSummary(
        code=held.code,
        time=moment(held.held_at),
        reverse_path=_short(held.reverse_path),
        from_field=_short(held.from_field),
        recipients=tuple(map(_short, held.recipients[:RECIPIENTS_IN_SUMMARY])),
        recipient_count=len(held.recipients),
        subject=_short(held.subject),
        score=held.score,
        reason=_weightiest(known, language) or _short(", ".join(held.reasons)),
        size_octets=held.size_octets,
        is_copy=held.kind == "rejected-copy",
        expires=moment(held.held_at) + timedelta(days=keep_days),
        released_to=tuple(map(_short, held.released_to[:RECIPIENTS_IN_SUMMARY])),
        likely=likely([*held.reasons, *(each.name for each in known)], held.score, proven_by, policy),
        proven_by=_short(proven_by),
    )


def release(outcome: Outcome, language: str) -> ReleaseView:
    """What a release did for one recipient."""
    return ReleaseView(
        recipient=_short(str(outcome.recipient)),
        result=outcome.result.value,
        text=release_words(outcome.result, language),
        hop=_short(outcome.hop),
        hop_reply=_long(str(outcome.reply) if outcome.reply else outcome.detail),
    )


def reasons(weighed: Sequence[WeighedReason], most: int, language: str) -> tuple[ReasonView, ...]:
    """The first of them, in sentences."""
    return tuple(
        ReasonView(safe(each.name, WORD), each.score, safe(sentence(each, language), 160)) for each in weighed[:most]
    )


def moment(seconds: float) -> datetime:
    """Seconds since the epoch as UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def _recipient(each: Disposition, most: int, language: str) -> RecipientView:
    return RecipientView(
        recipient=_short(each.recipient),
        action=each.action,
        state=each.state,
        outcome=outcome_words(each.state, each.action, language),
        hop=safe(each.hop, WORD),
        hop_reply=_long(each.hop_reply),
        flags=each.flags,
        reasons=reasons(each.reasons, most, language),
        would_change=_long(would_change(each.would_change, language)),
    )


def _story(record: MessageRecord, group: Sequence[Disposition], language: str) -> Story:
    first = group[0]
    return Story(
        recipients=tuple(_short(each.recipient) for each in group),
        happened=_long(happened(record, first, language)),
        reasons=reasons(_told(first.reasons), REASONS_IN_STORY + 1, language),
        would_change=_long(would_change(first.would_change, language)),
        hop_reply=_long(first.hop_reply),
    )


def _evidence(evidence: Sequence[Evidence]) -> tuple[EvidenceView, ...]:
    return tuple(
        EvidenceView(
            check=safe(each.check, WORD),
            result=safe(each.result, WORD),
            details=tuple((safe(name, WORD), safe(value, 160)) for name, value in each.details[:DETAILS_OF_EVIDENCE]),
            elapsed_ms=each.elapsed_ms,
        )
        for each in evidence[:CHECKS_MAXIMUM]
    )


def _told(weighed: Sequence[WeighedReason]) -> list[WeighedReason]:
    """That the points are too many is said besides the three reasons that made them."""
    points = [each for each in weighed if each.name.startswith("score-")][:1]
    others = [each for each in weighed if not each.name.startswith("score-")][:REASONS_IN_STORY]
    return [each for each in weighed if each in (*points, *others)]


def _gravity(each: Disposition) -> int:
    return _GRAVITY.index(each.action) if each.action in _GRAVITY else len(_GRAVITY)


def _weightiest(weighed: Sequence[WeighedReason], language: str) -> str:
    return safe(sentence(weighed[0], language), 200) if weighed else ""


def _short(text: str) -> str:
    return safe(text, SHORT)


def _long(text: str) -> str:
    return safe(text, LONG)
