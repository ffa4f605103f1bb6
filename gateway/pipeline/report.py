"""What history keeps of a message or a refusal, put together from what the pipeline knows.

Values in, a MessageRecord out; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.core.envelope import Client, Recipient
from gateway.core.evidence import evidence_of
from gateway.core.finding import Finding
from gateway.core.outcome import Outcome, Result
from gateway.core.record import Disposition, MessageRecord, WeighedReason
from gateway.core.reply import Reply
from gateway.core.sender import authors_of, sender_of
from gateway.core.subject import field_text, masked
from gateway.core.verdict import Action, Reason, Verdict
from gateway.pipeline.judge import Judgement

# More reasons than anybody reads; the evidence has all symbols anyway.
REASONS_MAXIMUM = 20
# An honest From names one author, seldom two.
AUTHORS_MAXIMUM = 5

_STATES = {
    Action.ACCEPT: "delivered",
    Action.MARK: "delivered",
    Action.QUARANTINE: "quarantined",
    Action.REJECT: "rejected",
    Action.DEFER: "deferred",
}
_OUTCOME_STATES = {
    Result.DELIVERED: "delivered",
    Result.REFUSED_RECIPIENT: "refused",
    Result.REFUSED_CONTENT: "refused",
    Result.IN_DOUBT: "in-doubt",
}


def disposition(recipient: Recipient, verdict: Verdict, outcome: Outcome | None = None, state: str = "") -> Disposition:
    """What became of it for one recipient; `state` overrides what verdict and outcome say."""
    said = _OUTCOME_STATES.get(outcome.result, "deferred") if outcome else _STATES[verdict.action]
    return Disposition(
        recipient=str(recipient),
        action=verdict.action.value,
        state=state or said,
        hop=outcome.hop if outcome else "",
        hop_reply=_hop_reply(outcome),
        reasons=tuple(weighed(reason) for reason in verdict.reasons[:REASONS_MAXIMUM]),
        would_change=weighed(verdict.would_change) if verdict.would_change else None,
        flags=tuple(sorted(flag.value for flag in verdict.flags)),
    )


def weighed(reason: Reason) -> WeighedReason:
    """The stored form of a reason."""
    return WeighedReason(reason.name, reason.score, reason.details)


def message_record(
    judgement: Judgement,
    dispositions: Sequence[Disposition],
    reply: Reply,
    subjects: str,
    timings: tuple[tuple[str, float], ...],
) -> MessageRecord:
    """The row of a message that reached its end of data. `subjects`: full, masked or none."""
    transaction = judgement.transaction
    client = transaction.client
    sender = sender_of(transaction, judgement.dmarc)
    return MessageRecord(
        code=transaction.code,
        time=transaction.received_at.timestamp(),
        kind="message",
        client_ip=str(client.ip),
        client_name=client.hostname or "",
        helo=client.helo,
        listener=client.listener,
        reverse_path=str(transaction.envelope.reverse_path),
        dispositions=tuple(dispositions),
        reply=str(reply),
        subject=masked(field_text(transaction.message, "subject"), subjects),
        from_field=field_text(transaction.message, "from"),
        message_id=field_text(transaction.message, "message-id"),
        size_octets=transaction.message.size_octets,
        score=judgement.verdicts[0].score if judgement.verdicts else None,
        evidence=judgement.evidence,
        timings=timings,
        authors=authors_of(sender)[:AUTHORS_MAXIMUM],
        proven_by=sender.proven_by,
    )


def refusal_record(
    code: str,
    time: float,
    client: Client,
    reply: Reply,
    *,
    findings: tuple[Finding, ...] = (),
    refused: tuple[str, Recipient, Reply | None] | None = None,
) -> MessageRecord:
    """The row of a refused client, or, with `refused` (reverse-path, recipient, next hop's reply), of a recipient."""
    reverse_path = ""
    dispositions: tuple[Disposition, ...] = ()
    if refused is not None:
        reverse_path, recipient, hop = refused
        action = "defer" if reply.is_transient else "reject"
        state = "deferred" if reply.is_transient else "rejected"
        dispositions = (Disposition(str(recipient), action, state, hop_reply=str(hop) if hop else ""),)
    return MessageRecord(
        code=code,
        time=time,
        kind="client-refused" if refused is None else "recipient-refused",
        client_ip=str(client.ip),
        client_name=client.hostname or "",
        helo=client.helo,
        listener=client.listener,
        reverse_path=reverse_path,
        dispositions=dispositions,
        reply=str(reply),
        evidence=tuple(evidence_of(finding) for finding in findings),
    )


def _hop_reply(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    return str(outcome.reply) if outcome.reply else outcome.detail
