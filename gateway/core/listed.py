"""What a message's standing on the lists means for its verdict: the reasons, and which rules an allow sets aside.

An allow says "whatever it scores, we want it"; a client's allow also "whoever it speaks for". Nothing here excuses what
a message carries or how it is built.
"""

from __future__ import annotations

from dataclasses import replace

from gateway.core.case import Case, Ruling
from gateway.core.facts import Listed, Match
from gateway.core.record import MessageRecord
from gateway.core.verdict import Action, Reason

# The reasons of an entry that counted.
_HITS = frozenset({"allowed", "allowed-client", "blocked-from", "blocked-reverse-path", "blocked-client"})


def blocked(case: Case) -> Ruling | None:
    """A sender whom the office does not want is refused (with a copy in quarantine, as every refusal)."""
    match = case.listed.match
    if not case.is_from_outside or match is None or not case.listed.is_blocked:
        return None
    entry = ("entry", str(match.entry.draft.subject))
    return Ruling(Action.REJECT, blocked_reason(match), Reason("without-block", details=(entry,)))


def excuses_score(case: Case) -> bool:
    """True where its points do not count."""
    return case.is_from_outside and case.listed.is_allowed


def excuses_author(case: Case) -> bool:
    """True where it need not be proven whom it speaks for: the client that brings it is trusted."""
    return case.is_from_outside and case.listed.allows_client


def listed_reasons(case: Case, action: Action) -> list[Reason]:
    """What an allow did, or could not do for want of proof; an allow that changed the verdict decides."""
    if not case.is_from_outside:
        return []
    listed = case.listed
    if listed.match is not None and listed.is_allowed:
        changed = case.score >= case.policy.mark_at and action is Action.ACCEPT
        return [replace(allowed_reason(listed), decides=changed)]
    if listed.unproven is not None:
        return [Reason("allow-unproven", details=_details(listed.unproven))]
    return []


def allowed_reason(listed: Listed) -> Reason:
    """That it is on the allow list, and what shows that it is the one. Raises ValueError where it is not."""
    if listed.match is None:
        raise ValueError("nothing allows it")
    name = "allowed-client" if listed.match.where == "client" else "allowed"
    return Reason(name, details=_details(listed.match))


def blocked_reason(match: Match) -> Reason:
    """Where the block list names it."""
    return Reason(f"blocked-{match.where}", details=_details(match))


def _details(match: Match) -> tuple[tuple[str, str], ...]:
    """`id` leads back to the entry, and from history to its hits."""
    entry = match.entry
    return (("name", match.name), ("entry", str(entry.draft.subject)), ("by", entry.by), ("id", str(entry.id)))


def entries_hit(record: MessageRecord) -> frozenset[int]:
    """The numbers of the entries by which this message was judged, as its reasons in the history say."""
    found = set()
    for each in record.dispositions:
        for reason in each.reasons:
            number = dict(reason.details).get("id", "") if reason.name in _HITS else ""
            if number.isdecimal():
                found.add(int(number))
    return frozenset(found)
