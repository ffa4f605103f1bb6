"""Mail for recipients whom nobody knows, where the settings want it held and not refused: a person decides.

Knows neither settings nor how anybody is asked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from gateway.core.envelope import Recipient
from gateway.core.verdict import Action, Reason, Verdict
from gateway.pipeline.judge import Judgement
from gateway.recipients.base import Existence, RecipientVerifier

REASON = Reason("recipient-unknown", decides=True)


async def with_doubts(judgement: Judgement, directory: RecipientVerifier, domains: Collection[str]) -> Judgement:
    """The judgement in which mail for a doubted recipient of these domains is held, whatever its content."""
    if not any(each.forward_path.ascii_domain in domains for each in judgement.transaction.envelope.recipients):
        return judgement
    verdicts = [await _verdict(recipient, verdict, directory, domains) for recipient, verdict in judgement.pairs()]
    return replace(judgement, verdicts=tuple(verdicts))


async def _verdict(
    recipient: Recipient, verdict: Verdict, directory: RecipientVerifier, domains: Collection[str]
) -> Verdict:
    if verdict.action not in (Action.ACCEPT, Action.MARK) or recipient.forward_path.ascii_domain not in domains:
        return verdict
    verification = await directory.verify(recipient)
    if verification.existence is not Existence.DOUBTED:
        return verdict
    return replace(verdict, action=Action.QUARANTINE, reasons=(REASON, *verdict.reasons), would_change=None)
