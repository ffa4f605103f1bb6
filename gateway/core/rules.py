"""The rules of the policy: each looks at one case and may make a ruling. Read `RULES` aloud.

No rule knows another; `policy` weighs their rulings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from gateway.core.carried import antivirus_away, attachments, virus
from gateway.core.case import Case, Office, Ruling
from gateway.core.envelope import Transaction
from gateway.core.finding import (
    ArcFinding,
    ArrivalFinding,
    DkimFinding,
    FailureFinding,
    RspamdFinding,
    SpfFinding,
    find,
)
from gateway.core.listed import blocked, excuses_author, excuses_score
from gateway.core.verdict import Action, Reason
from gateway.core.weights import author_defect

Rule = Callable[[Case], Ruling | None]

# Postfix and most others give up at 50; RFC 5321 §6.3 asks for at least 100 only where nothing else stops a loop.
HOPS_MAXIMUM: Final = 50
# A list that an office member writes to comes back through us: twice is honest, four times is a circle.
OWN_HOPS_MAXIMUM: Final = 3


def loop(case: Case) -> Ruling | None:
    """RFC 5321 §6.3: too many hops, or too many through ourselves, is a loop that only a refusal ends."""
    hops = case.transaction.message.named("received")
    ours = sum(1 for each in hops if case.office.hostname and _is_by(each.value, case.office.hostname))
    if len(hops) <= HOPS_MAXIMUM and ours <= OWN_HOPS_MAXIMUM:
        return None
    return Ruling(Action.REJECT, Reason("loop", details=(("hops", str(len(hops))),)), Reason("another-content"))


def _indented(case: Case) -> Ruling | None:
    """A first line that continues nothing would vanish into the field we put above it (reliability.md §8, A9)."""
    if not case.transaction.message.begins_indented:
        return None
    return Ruling(Action.REJECT, Reason("header-broken"), Reason("another-content"))


def _dns_away(case: Case) -> Ruling | None:
    """`[failure] dns = "defer"`: a sender we could not check comes back later."""
    failed = any(
        isinstance(finding, FailureFinding) and finding.check in ("spf", "dkim", "dmarc")
        for finding in case.transaction.findings
    )
    if not (case.policy.defer_without_dns and case.is_from_outside and case.transaction.door.may_defer):
        return None
    if failed or case.dmarc.result == "temperror":
        return Ruling(Action.DEFER, Reason("dns-away"), Reason("dns-back"))
    return None


def _scanner_away(case: Case) -> Ruling | None:
    """Silence is never clean: within the grace time the sender comes back later (D4)."""
    arrival = find(case.transaction.findings, ArrivalFinding)
    if arrival is not None and arrival.scanner == "away" and case.transaction.door.may_defer:
        return Ruling(Action.DEFER, Reason("scanner-away"), Reason("scanner-back"))
    return None


def _unscannable(case: Case) -> Ruling | None:
    """A message that rspamd fails on while others pass is held (D4)."""
    arrival = find(case.transaction.findings, ArrivalFinding)
    if arrival is not None and arrival.scanner == "unscannable":
        return Ruling(Action.QUARANTINE, Reason("unscannable"), Reason("another-content"))
    return None


def _scanner_rejects(case: Case) -> Ruling | None:
    """A reject that rspamd did not compute from a score: GTUBE and other pre-results (D2)."""
    rspamd = find(case.transaction.findings, RspamdFinding)
    if rspamd is not None and rspamd.action == "reject" and rspamd.is_skipped:
        text = rspamd.smtp_message or "GTUBE"
        return Ruling(Action.REJECT, Reason("scanner-reject", details=(("text", text),)), Reason("another-content"))
    return None


def _score(case: Case) -> Ruling | None:
    """The three thresholds, for whom nobody has allowed."""
    if excuses_score(case):
        return None
    for limit, action in case.policy.thresholds:
        if case.score >= limit:
            details = (("score", f"{case.score:.1f}"), ("limit", f"{limit:g}"))
            return Ruling(action, Reason(f"score-{action.value}", details=details), _score_cure(case, limit))
    return None


def _score_cure(case: Case, limit: float) -> Reason:
    """Fewer points; or proof of who it is, for whom the allow list names."""
    if case.is_from_outside and case.listed.unproven is not None and case.dmarc.domain:
        return Reason("prove-author", details=(("domain", case.dmarc.domain),))
    return Reason("fewer-points", details=(("points", f"{case.score - limit + 0.1:.1f}"),))


def _author(case: Case) -> Ruling | None:
    """A From that names no single author can't be proven; nobody honest writes several (reliability.md §8)."""
    defect = author_defect(case.transaction) if case.is_from_outside else None
    if defect is None:
        return None
    action = Action.MARK if defect.name == "author-missing" else Action.QUARANTINE
    return Ruling(action, defect, Reason("one-author"))


def dmarc_rule(case: Case) -> Ruling | None:
    """RFC 9989: what the domain owner asks for, unless a forwarder or list that we know vouches (D13)."""
    if not case.is_from_outside or case.dmarc.result != "fail" or excuses_author(case):
        return None
    asked = case.dmarc.applied or "none"
    if asked == "none":
        return None
    domain = ("domain", case.dmarc.domain)
    cure = Reason("prove-author", details=(domain,))
    if sealer := _trusted_sealer(case):
        return Ruling(Action.MARK, Reason("dmarc-excused-arc", details=(domain, ("sealer", sealer))), cure)
    if known := _known_list(case):
        return Ruling(Action.MARK, Reason("dmarc-excused-list", details=(domain, ("list", known))), cure)
    action = case.policy.dmarc_reject if asked == "reject" else Action.QUARANTINE
    return Ruling(action, Reason(f"dmarc-{asked}", details=(domain,)), cure)


def own_domain(case: Case) -> Ruling | None:
    """Mail from outside with our own domain in From needs proof, with or without a DMARC record (D13)."""
    domain = case.dmarc.domain
    if not case.is_from_outside or not _is_ours(domain, case.office) or _proves(case.transaction, domain, case.office):
        return None
    if case.dmarc.result == "pass" or excuses_author(case) or _trusted_sealer(case) or _known_list(case):
        return None
    reason = Reason("own-domain-forged", details=(("domain", domain),))
    return Ruling(Action.QUARANTINE, reason, Reason("prove-author", details=(("domain", domain),)))


RULES: Final[tuple[Rule, ...]] = (
    loop,
    _indented,
    _scanner_rejects,
    blocked,
    _dns_away,
    _scanner_away,
    _unscannable,
    _author,
    dmarc_rule,
    own_domain,
    antivirus_away,
    virus,
    attachments,
    _score,
)


# --- what the rules ask ---


def _is_ours(domain: str, office: Office) -> bool:
    """One of our domains or a name below it."""
    return any(_is_within(domain, ours) for ours in office.domains)


def _proves(transaction: Transaction, domain: str, office: Office) -> bool:
    """SPF or a DKIM signature of the whole body passes for this domain, or within the same domain of ours."""
    spf = find(transaction.findings, SpfFinding)
    passing = set(_signers(transaction))
    if spf is not None and spf.result == "pass":
        passing.add(spf.domain.lower())
    same_office = [ours for ours in office.domains if _is_within(domain, ours)]
    return any(each == domain or any(_is_within(each, ours) for ours in same_office) for each in passing)


def _is_by(value: bytes, hostname: str) -> bool:
    """True for a Received field that this host wrote ("by hostname")."""
    return f" by {hostname} ".lower().encode("ascii") in value.lower().replace(b"\t", b" ")


def _is_within(domain: str, ours: str) -> bool:
    return domain == ours or domain.endswith(f".{ours}")


def _signers(transaction: Transaction) -> frozenset[str]:
    """The d= domains whose signature passes and covers the body."""
    dkim = find(transaction.findings, DkimFinding)
    passing = dkim.signatures if dkim else ()
    return frozenset(each.domain.lower() for each in passing if each.result == "pass" and each.covers_body)


def _trusted_sealer(case: Case) -> str:
    """The newest sealer of a passing chain, when the office trusts it and it had seen DMARC pass."""
    arc = find(case.transaction.findings, ArcFinding)
    if arc is None or arc.result != "pass" or not arc.sets:
        return ""
    newest = arc.sets[-1]
    vouches = "dmarc=pass" in newest.authentication_results.lower().replace(" ", "")
    return newest.sealer if vouches and newest.sealer.lower() in case.office.trusted_sealers else ""


def _known_list(case: Case) -> str:
    """The List-Id when the office knows it and its own domain signed the message."""
    fields = case.transaction.message.named("list-id")
    if len(fields) != 1:
        return ""
    list_id = fields[0].value.decode("latin-1").rpartition("<")[2].rstrip("> \t").lower()
    if list_id not in case.office.known_lists:
        return ""
    signed = any(list_id == signer or list_id.endswith(f".{signer}") for signer in _signers(case.transaction))
    return list_id if signed else ""
