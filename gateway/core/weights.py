"""What each finding adds to the score, as reasons: rspamd's symbols and the one table of our own weights.

Knows points, not thresholds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from gateway.core.alignment import DmarcResult
from gateway.core.envelope import Transaction
from gateway.core.finding import AttachmentFinding, DmarcFinding, RspamdFinding, SpfFinding, find
from gateway.core.verdict import Reason

# What our own findings add beside rspamd's metric score, in its points.
WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "attachment-macro": 2.0,
        "attachment-active-document": 2.0,
        "attachment-encrypted-archive": 1.0,
        "attachment-too-large": 1.0,
        "author-missing": 2.0,
        "author-unclear": 3.0,
        # Less than a mark takes: who answers the office is rarely spam, but a correspondent's mailbox may be stolen.
        "known-correspondent": -2.0,
    }
)

# Without rspamd our authentication results have no symbols in any score; these are rspamd's own defaults for them.
WEIGHTS_UNSCANNED: Final[Mapping[str, float]] = MappingProxyType(
    {"dmarc-reject": 2.0, "dmarc-quarantine": 1.5, "dmarc-none": 0.1, "dmarc-pass": -0.5, "spf-fail": 1.0}
)

# A symbol that moved the score by less than this is no reason worth a line.
SYMBOL_MINIMUM_SCORE = 0.1

# The name under which the part of rspamd's metric score that no shown symbol explains is carried.
REST = "scanner-rest"


def weigh(transaction: Transaction, dmarc: DmarcResult, known: str = "") -> list[Reason]:
    """Every reason that adds or takes points; their sum is the score (D14).

    `known` is the address of a proven author to whom the office has written, "" for others.
    """
    rspamd = find(transaction.findings, RspamdFinding)
    reasons = [] if rspamd is None else _symbols(rspamd)
    names = _own_reasons(transaction, dmarc)
    if known and transaction.client.relay_client is None:
        names.append(Reason("known-correspondent", details=(("address", known),)))
    weights = WEIGHTS if rspamd is not None else {**WEIGHTS, **WEIGHTS_UNSCANNED}
    return reasons + [replace(reason, score=weights[reason.name]) for reason in names if reason.name in weights]


def _symbols(rspamd: RspamdFinding) -> list[Reason]:
    """rspamd's symbols that count, and one reason for what they leave of its metric score."""
    shown = [
        Reason(symbol.name, symbol.score, (("description", symbol.description), ("options", ", ".join(symbol.options))))
        for symbol in rspamd.symbols
        if abs(symbol.score) >= SYMBOL_MINIMUM_SCORE
    ]
    rest = rspamd.score - sum(reason.score for reason in shown)
    # Groups cap their sum and small symbols add up: without this line our sum would not be rspamd's score.
    return [*shown, Reason(REST, rest)] if abs(rest) > 0.001 else shown


def _own_reasons(transaction: Transaction, dmarc: DmarcResult) -> list[Reason]:
    reasons: list[Reason] = []
    if transaction.client.relay_client is None:
        reasons += _authentication_reasons(transaction, dmarc)
    attachments = find(transaction.findings, AttachmentFinding)
    kinds: dict[str, Reason] = {}
    for hit in attachments.hits if attachments else ():
        name = f"attachment-{hit.kind}"
        kinds.setdefault(name, Reason(name, details=(("path", hit.path), ("found", hit.found))))
    return reasons + list(kinds.values())


def _authentication_reasons(transaction: Transaction, dmarc: DmarcResult) -> list[Reason]:
    reasons = []
    if dmarc.result == "pass":
        reasons.append(Reason("dmarc-pass", details=(("domain", dmarc.domain),)))
    elif dmarc.result == "fail":
        reasons.append(Reason(f"dmarc-{dmarc.policy or 'none'}", details=(("domain", dmarc.domain),)))
    if defect := author_defect(transaction):
        reasons.append(defect)
    spf = find(transaction.findings, SpfFinding)
    if spf is not None and spf.result == "fail":
        reasons.append(Reason("spf-fail", details=(("domain", spf.domain),)))
    return reasons


def author_defect(transaction: Transaction) -> Reason | None:
    """Why the From fields name no single author, None when they do."""
    dmarc = find(transaction.findings, DmarcFinding)
    if dmarc is None or not dmarc.author_defect:
        return None
    if not transaction.message.named("from"):
        return Reason("author-missing")
    return Reason("author-unclear", details=(("defect", dmarc.author_defect),))
