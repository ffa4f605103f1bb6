"""The rules about what a message carries: attachments by kind, and what the virus scanner says. Pure.

Nothing excuses it: a known sender's machine is the one that a virus spreads from.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from gateway.core.attachments import extension_of
from gateway.core.case import Case, Policy, Ruling
from gateway.core.finding import (
    ArrivalFinding,
    AttachmentFinding,
    AttachmentHit,
    FailureFinding,
    VirusFinding,
    find,
)
from gateway.core.verdict import Action, Reason

# What the virus scanner tells that is no virus gets what the policy says of that kind of attachment.
ALERT_KINDS: Final = MappingProxyType(
    {"encrypted": "encrypted-archive", "macro": "macro", "unfinished": "too-large", "unscannable": "unscannable"}
)


def attachments(case: Case) -> Ruling | None:
    """The strictest of what policy says for each kind that was found; a failed check is a finding, no pass (D10)."""
    found = find(case.transaction.findings, AttachmentFinding)
    failed = any(isinstance(each, FailureFinding) and each.check == "attachments" for each in case.transaction.findings)
    rulings = [_hit(hit, case.policy) for hit in (*found.hits, *forbidden(found, case.policy))] if found else []
    if failed or (found is not None and found.result == "unscannable"):
        action = case.policy.attachments.get("unscannable", Action.QUARANTINE)
        rulings.append(Ruling(action, Reason("attachments-unscannable"), Reason("readable-attachments")))
    strictest = max(rulings, key=lambda ruling: ruling.action.severity, default=None)
    return None if strictest is None or strictest.action is Action.ACCEPT else strictest


def virus(case: Case) -> Ruling | None:
    """A virus gets what the policy says, a guess is held; what is none is as good as an attachment of that kind."""
    found = find(case.transaction.findings, VirusFinding)
    if found is None or found.result == "clean":
        return None
    details = (("virus", found.virus),)
    cure = Reason("another-content")
    if found.result == "virus":
        return Ruling(case.policy.virus, Reason("virus", details=details), cure)
    kind = ALERT_KINDS.get(found.result)
    action = Action.QUARANTINE if kind is None else case.policy.attachments.get(kind, Action.QUARANTINE)
    reason = Reason(f"virus-{found.result}", details=details)
    return None if action is Action.ACCEPT else Ruling(action, reason, cure)


def antivirus_away(case: Case) -> Ruling | None:
    """The sender comes back within the grace time; a message that only the scanner fails on is held."""
    arrival = find(case.transaction.findings, ArrivalFinding)
    word = "ok" if arrival is None else arrival.antivirus
    if word == "away" and case.transaction.door.may_defer:
        return Ruling(Action.DEFER, Reason("antivirus-away"), Reason("antivirus-back"))
    if word == "unscannable":
        action = case.policy.attachments.get("unscannable", Action.QUARANTINE)
        if action is not Action.ACCEPT:
            return Ruling(action, Reason("virus-unscannable"), Reason("another-content"))
    return None


def is_unchecked(case: Case) -> bool:
    """True for mail that passes though the virus scanner of the settings did not look at it."""
    arrival = find(case.transaction.findings, ArrivalFinding)
    return arrival is not None and arrival.antivirus in ("away", "given-up")


def forbidden(found: AttachmentFinding, policy: Policy) -> tuple[AttachmentHit, ...]:
    """The files, also in archives, whose ending the office wants to see nowhere; one for each ending."""
    hits: dict[str, AttachmentHit] = {}
    for path in found.names:
        ending = extension_of(path)
        if ending in policy.forbidden_endings:
            hits.setdefault(ending, AttachmentHit(path, "forbidden-name", f"ends in .{ending}"))
    return tuple(hits.values())


def _hit(hit: AttachmentHit, policy: Policy) -> Ruling:
    details = (("path", hit.path), ("found", hit.found))
    action = policy.attachments.get(hit.kind, Action.ACCEPT)
    return Ruling(
        action, Reason(f"attachment-{hit.kind}", details=details), Reason("without-attachment", details=details)
    )
