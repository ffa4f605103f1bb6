"""How a message of the history would have fared under other lists or thresholds.

Judged from what history keeps: its points, its sender, and the reasons that were given. Nothing is scanned anew, so
what was decided before the content was seen, or what a scanner has learned since, stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gateway.core.carried import ALERT_KINDS
from gateway.core.case import Policy
from gateway.core.facts import Facts, Listed
from gateway.core.listentry import SubjectError, parse_address
from gateway.core.policy import ROLE_LOCAL_PARTS, UNFIT
from gateway.core.record import Disposition, MessageRecord
from gateway.core.sender import recorded_sender
from gateway.core.verdict import Action, strictest

# Reasons that fix the action whatever the settings say.
_FIXED = {
    "loop": Action.REJECT,
    "header-broken": Action.REJECT,
    "scanner-reject": Action.REJECT,
    "dns-away": Action.DEFER,
    "scanner-away": Action.DEFER,
    "antivirus-away": Action.DEFER,
    "recipient-unknown": Action.QUARANTINE,
    "virus-suspect": Action.QUARANTINE,
    "unscannable": Action.QUARANTINE,
    "author-missing": Action.MARK,
    "author-unclear": Action.QUARANTINE,
}
# Nobody judged these.
_UNJUDGED = frozenset({"bypassed", "test", "notice", "admin-letter", "refused-by-server"})


@dataclass(frozen=True, slots=True)
class World:
    """The lists and policies that a message meets; `policy_of` takes a folded address."""

    facts: Facts
    policy_of: Callable[[str], Policy]


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a message for one recipient, and what would have become of it."""

    recipient: str
    was: Action
    would_be: Action


def differences(record: MessageRecord, before: World, after: World) -> tuple[Fate, ...]:
    """The recipients for whom it would have gone otherwise; none for what never was judged."""
    if record.kind != "message" or record.score is None or not record.dispositions:
        return ()
    if any(reason.name in _UNJUDGED for each in record.dispositions for reason in each.reasons):
        return ()
    then, now = _actions(record, before), _actions(record, after)
    fates = []
    for each, was, would_be in zip(record.dispositions, then, now, strict=True):
        recorded = _recorded(each)
        if was is not would_be and recorded is not None and recorded is not would_be:
            fates.append(Fate(each.recipient, recorded, would_be))
    return tuple(fates)


def fare(reasons: Iterable[str], score: float, policy: Policy, listed: Listed) -> Action:
    """What a message with these reasons and points gets: the strictest demand."""
    names = frozenset(reasons)
    demands = [action for name in names if (action := _demand(name, names, policy, listed)) is not None]
    if listed.is_blocked:
        demands.append(Action.REJECT)
    if not listed.is_allowed:
        demands += [action for limit, action in policy.thresholds if score >= limit]
    return strictest(demands)


def _actions(record: MessageRecord, world: World) -> list[Action]:
    """One for each recipient, fit for one reply as `policy.settle` makes them (D14)."""
    sender = recorded_sender(record)
    actions = []
    for each in record.dispositions:
        key = folded(each.recipient)
        listed = world.facts.about(sender, key, record.time)
        action = fare(_names(each), record.score or 0.0, world.policy_of(key), listed)
        is_role = key.partition("@")[0] in ROLE_LOCAL_PARTS and not UNFIT & _names(each)
        actions.append(Action.QUARANTINE if action is Action.REJECT and is_role else action)
    if any(action is not Action.REJECT for action in actions):
        return [Action.QUARANTINE if action is Action.REJECT else action for action in actions]
    return actions


def folded(recipient: str) -> str:
    """A recipient as history has it, in the form to compare."""
    try:
        return parse_address(recipient)
    except SubjectError:
        return recipient.casefold()


def _names(disposition: Disposition) -> frozenset[str]:
    return frozenset(each.name for each in disposition.reasons)


def _recorded(disposition: Disposition) -> Action | None:
    try:
        return Action(disposition.action)
    except ValueError:
        return None


def _demand(name: str, names: frozenset[str], policy: Policy, listed: Listed) -> Action | None:
    """What one reason asks for; None for those that only add points, or that are judged anew."""
    if name in _FIXED:
        return _FIXED[name]
    if name == "attachments-unscannable":
        return policy.attachments.get("unscannable", Action.QUARANTINE)
    if name == "virus":
        return policy.virus
    if name.startswith("virus-") and (kind := ALERT_KINDS.get(name.removeprefix("virus-"))):
        return policy.attachments.get(kind, Action.QUARANTINE)
    if name.startswith("attachment-"):
        return policy.attachments.get(name.removeprefix("attachment-"))
    if listed.allows_client:
        return None
    if name.startswith("dmarc-excused"):
        return Action.MARK
    if name == "own-domain-forged":
        return Action.QUARANTINE
    if name in ("dmarc-reject", "dmarc-quarantine") and not any(each.startswith("dmarc-excused") for each in names):
        return policy.dmarc_reject if name == "dmarc-reject" else Action.QUARANTINE
    return None
