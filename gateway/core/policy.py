"""Findings in, one verdict for one recipient out: the whole decision, pure.

Knows no check, no store and no wording. The strictest ruling decides; the exceptions of `settle`
and for role addresses soften it where one reply or the recipient's standing demands it (D13, D14).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from gateway.core.alignment import DmarcResult
from gateway.core.carried import is_unchecked
from gateway.core.case import Case, Office, Policy, Ruling
from gateway.core.envelope import Recipient, Transaction
from gateway.core.facts import UNLISTED, Listed
from gateway.core.finding import RspamdFinding, find
from gateway.core.listed import excuses_author, listed_reasons
from gateway.core.rules import RULES, dmarc_rule, own_domain
from gateway.core.verdict import Action, Flag, Reason, Verdict, strictest
from gateway.core.weights import REST, weigh

# RFC 2142 §4, §5 and RFC 5321 §4.5.1: addresses that people write to when the mail itself is broken.
ROLE_LOCAL_PARTS: Final = frozenset({"postmaster", "abuse"})

# Reasons why a message can't be handed on to anybody, whatever its content is worth.
UNFIT: Final = frozenset({"loop", "header-broken"})


def decide(
    transaction: Transaction,
    recipient: Recipient,
    dmarc: DmarcResult,
    policy: Policy,
    office: Office,
    listed: Listed = UNLISTED,
) -> Verdict:
    """The verdict for this recipient. The same arguments give the same verdict."""
    weighed = weigh(transaction, dmarc, listed.known)
    score = round(sum(reason.score for reason in weighed), 2)
    case = Case(transaction, recipient, dmarc, policy, office, score, listed)
    rulings = [ruling for rule in RULES if (ruling := rule(case)) is not None]
    action = strictest(ruling.action for ruling in rulings)
    flags = _flags(transaction, action)
    on_list = [*listed_reasons(case, action), *_excused(case)]
    deciding = [replace(ruling.reason, decides=True) for ruling in rulings if ruling.action is action]
    deciding += [reason for reason in on_list if reason.decides]
    noted = [ruling.reason for ruling in rulings if ruling.action is not action]
    reasons = _by_weight(deciding, [*noted, *on_list, *weighed, *_notes(flags, case, action)])
    verdict = Verdict(action, score, reasons, flags, _would_change(case, rulings, action))
    return _spare_role_address(verdict, recipient)


def settle(verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """Verdicts of one transaction made fit for one reply (D14).

    Refused only if refused for all, deferred if deferred for any (nothing was taken yet); else each
    refusal becomes quarantine.
    """
    actions = {verdict.action for verdict in verdicts}
    if Action.DEFER in actions:
        deferral = next(verdict for verdict in verdicts if verdict.action is Action.DEFER)
        return tuple(deferral for _ in verdicts)
    if actions == {Action.REJECT} or Action.REJECT not in actions:
        return verdicts
    return tuple(_hold_instead(verdict, Reason("others-accepted", decides=True)) for verdict in verdicts)


def _excused(case: Case) -> list[Reason]:
    """What would have been held against it, had its client not been allowed to speak for anybody."""
    if not excuses_author(case):
        return []
    otherwise = replace(case, listed=UNLISTED)
    reasons = [ruling.reason for rule in (own_domain, dmarc_rule) if (ruling := rule(otherwise)) is not None]
    return [replace(reason, decides=False) for reason in reasons]


def _by_weight(deciding: list[Reason], others: list[Reason]) -> tuple[Reason, ...]:
    """Deciding reasons first, then by what they added or took, then by name; each name once."""
    ordered = [*deciding, *sorted(others, key=lambda reason: (-abs(reason.score), reason.name))]
    scores = {reason.name: reason.score for reason in others if reason.score}
    once: dict[str, Reason] = {}
    for reason in ordered:
        if reason.name != REST:
            once.setdefault(reason.name, _scored(reason, scores))
    return tuple(once.values())


def _scored(reason: Reason, scores: dict[str, float]) -> Reason:
    """A rule that decides without points shows those of the reason of its name."""
    points = scores.get(reason.name)
    return replace(reason, score=points) if points and not reason.score else reason


def _flags(transaction: Transaction, action: Action) -> frozenset[Flag]:
    scanned = find(transaction.findings, RspamdFinding) is not None
    return frozenset() if scanned or action in (Action.DEFER, Action.REJECT) else frozenset({Flag.UNSCANNED})


def _notes(flags: frozenset[Flag], case: Case, action: Action) -> list[Reason]:
    notes = [Reason("unscanned")] if Flag.UNSCANNED in flags else []
    if is_unchecked(case) and action not in (Action.DEFER, Action.REJECT):
        notes.append(Reason("virus-unchecked"))
    return notes


def _would_change(case: Case, rulings: list[Ruling], action: Action) -> Reason | None:
    """The one cure that would have led to another action, and to which."""
    if not rulings:
        points = case.policy.mark_at - case.score
        return Reason("more-points", details=(("points", f"{points:.1f}"), ("action", Action.MARK.value)))
    deciding = [ruling for ruling in rulings if ruling.action is action]
    cure = deciding[0].cure
    cures = {ruling.cure.name for ruling in deciding if ruling.cure}
    if cure is None or len(cures) > 1:
        return Reason("several")
    left = strictest(ruling.action for ruling in rulings if ruling not in deciding)
    if cure.name == "fewer-points":
        left = strictest((left, _below(action)))
    return replace(cure, details=(*cure.details, ("action", left.value)))


def _below(action: Action) -> Action:
    """What a score just under this action's threshold gets."""
    return {Action.REJECT: Action.QUARANTINE, Action.QUARANTINE: Action.MARK}.get(action, Action.ACCEPT)


def _spare_role_address(verdict: Verdict, recipient: Recipient) -> Verdict:
    """postmaster@ and abuse@ are never refused for the content (RFC 5321 §4.5.1, D13)."""
    local_part = recipient.key.partition("@")[0]
    unfit = any(reason.name in UNFIT and reason.decides for reason in verdict.reasons)
    if verdict.action is not Action.REJECT or unfit or local_part not in ROLE_LOCAL_PARTS:
        return verdict
    return _hold_instead(verdict, Reason("role-address", details=(("address", str(recipient)),), decides=True))


def _hold_instead(verdict: Verdict, why: Reason) -> Verdict:
    if verdict.action is not Action.REJECT:
        return verdict
    return replace(verdict, action=Action.QUARANTINE, reasons=(*verdict.reasons, why))
