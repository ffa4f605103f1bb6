"""From a message to a verdict for each recipient: which checks are asked, in which order.

Knows the order and nothing of how a check works or how a verdict is carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.checks.base import MessageCheck
from gateway.checks.runner import TimedFinding, run_message_checks
from gateway.core.alignment import DmarcResult, evaluate
from gateway.core.bomb import is_bomb
from gateway.core.case import Office, Policy
from gateway.core.envelope import Recipient, Transaction
from gateway.core.evidence import dmarc_evidence, evidence_of
from gateway.core.facts import NOTHING, Facts
from gateway.core.finding import ArrivalFinding, AttachmentFinding, FailureFinding, find
from gateway.core.policy import decide, settle
from gateway.core.record import Evidence
from gateway.core.scanstate import message_digest
from gateway.core.sender import sender_of
from gateway.core.verdict import Verdict
from gateway.net.clock import Clock

# The first moment may take this part of the time for checks; the scan, which needs its results, gets the rest (D2).
FIRST_MOMENT_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Checks:
    """What is asked: `first` side by side, then `scan` with what they found. `scan` is None without rspamd.

    `antivirus_state` is to clamd, one of the first, what the judge's `scanner_state` is to rspamd.
    """

    first: tuple[MessageCheck, ...]
    scan: MessageCheck | None
    seconds: float
    antivirus_state: Callable[[bytes], str] = lambda digest: "given-up"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The transaction with all findings, and one verdict for each recipient, in their order."""

    transaction: Transaction
    dmarc: DmarcResult
    verdicts: tuple[Verdict, ...]
    evidence: tuple[Evidence, ...]
    elapsed_ms: float

    def pairs(self) -> Sequence[tuple[Recipient, Verdict]]:
        """Each recipient with its verdict."""
        return tuple(zip(self.transaction.envelope.recipients, self.verdicts, strict=True))


class Judge:
    """Asks the checks and lets the policy decide.

    `policy_of` finds the policy of a recipient; `scanner_state` says from a digest of the message how the
    scanner stands with it: ok, away, given-up or unscannable. `facts` gives the lists as they are at that moment.
    """

    def __init__(
        self,
        checks: Checks,
        office: Office,
        policy_of: Callable[[Recipient], Policy],
        scanner_state: Callable[[bytes], str],
        clock: Clock,
        facts: Callable[[], Facts] = lambda: NOTHING,
    ) -> None:
        self._checks = checks
        self._office = office
        self._policy_of = policy_of
        self._scanner_state = scanner_state
        self._clock = clock
        self._facts = facts

    async def judge(self, transaction: Transaction) -> Judgement:
        """All checks, then the verdicts. Never raises for what a check or a peer does."""
        started = self._clock.monotonic()
        known = tuple(TimedFinding(finding, 0.0) for finding in transaction.findings)
        first = await self._run(self._checks.first, transaction, self._checks.seconds * FIRST_MOMENT_SHARE)
        transaction = transaction.with_findings(*(timed.finding for timed in first))
        scan = await self._scan(transaction, started)
        transaction = transaction.with_findings(*(timed.finding for timed in scan))
        arrival = self._arrival(transaction, scan)
        transaction = transaction.with_findings(arrival)
        dmarc = evaluate(transaction.findings)
        return Judgement(
            transaction,
            dmarc,
            self._decide(transaction, dmarc),
            _evidence((*known, *first, *scan), dmarc),
            1_000 * (self._clock.monotonic() - started),
        )

    async def _run(
        self, checks: tuple[MessageCheck, ...], transaction: Transaction, seconds: float
    ) -> tuple[TimedFinding, ...]:
        return await run_message_checks(checks, transaction, seconds, self._clock)

    async def _scan(self, transaction: Transaction, started: float) -> tuple[TimedFinding, ...]:
        if self._checks.scan is None or _is_bomb(transaction):
            return ()
        left = self._checks.seconds - (self._clock.monotonic() - started)
        return await self._run((self._checks.scan,), transaction, max(left, 1.0))

    def _arrival(self, transaction: Transaction, scan: tuple[TimedFinding, ...]) -> ArrivalFinding:
        result = "ok" if transaction.door.origin_known else "origin-hidden"
        return ArrivalFinding(result, self._scanner_word(transaction, scan), self._antivirus_word(transaction))

    def _scanner_word(self, transaction: Transaction, scan: tuple[TimedFinding, ...]) -> str:
        if self._checks.scan is None:
            return "given-up"
        if _is_bomb(transaction):
            return "unscannable"
        if not any(isinstance(timed.finding, FailureFinding) for timed in scan):
            return "ok"
        return self._scanner_state(message_digest(transaction.message.octets))

    def _antivirus_word(self, transaction: Transaction) -> str:
        failed = any(isinstance(each, FailureFinding) and each.check == "clamd" for each in transaction.findings)
        return self._checks.antivirus_state(message_digest(transaction.message.octets)) if failed else "ok"

    def _decide(self, transaction: Transaction, dmarc: DmarcResult) -> tuple[Verdict, ...]:
        facts, sender, now = self._facts(), sender_of(transaction, dmarc), transaction.received_at.timestamp()
        return settle(
            tuple(
                decide(
                    transaction, each, dmarc, self._policy_of(each), self._office, facts.about(sender, each.key, now)
                )
                for each in transaction.envelope.recipients
            )
        )


def _is_bomb(transaction: Transaction) -> bool:
    return is_bomb(transaction.message, find(transaction.findings, AttachmentFinding))


def _evidence(timed: tuple[TimedFinding, ...], dmarc: DmarcResult) -> tuple[Evidence, ...]:
    shown = {each.finding.check: evidence_of(each.finding, each.elapsed_ms) for each in timed}
    looked_up = shown.get("dmarc")
    judged = dmarc_evidence(dmarc)
    elapsed = looked_up.elapsed_ms if looked_up else 0.0
    shown["dmarc"] = Evidence("dmarc", judged.result, judged.details, elapsed)
    return tuple(shown[name] for name in sorted(shown))
