"""The reply to the final dot, from what became of the message for each recipient. Pure.

Texts of a next hop are never passed on; its codes are, where they speak about the sender's business (D1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.reply import Reply
from gateway.core.verdict import Verdict

ACCEPTED: Final = Reply.of(250, "2.0.0", "Accepted")
AWAY: Final = Reply.of(451, "4.4.1", "The next mail server does not answer, please try again later")
SICK: Final = Reply.of(451, "4.4.1", "The next mail server is out of order, please try again later")
DEFERRED: Final = Reply.of(451, "4.4.0", "The next mail server asks to try again later")
IN_DOUBT: Final = Reply.of(451, "4.4.2", "The next mail server fell silent, please try again later")
UNKNOWN_RECIPIENT: Final = Reply.of(550, "5.1.1", "No such recipient here")
CONTENT_REFUSED: Final = Reply.of(554, "5.6.0", "The recipient's mail server does not take this message")
TOO_LARGE: Final = Reply.of(552, "5.3.4", "The message is too large for the recipient's mail server")
POLICY_REFUSED: Final = Reply.of(554, "5.7.1", "The recipient's mail server refuses this message")

SCANNER_AWAY: Final = Reply.of(451, "4.7.1", "The message can't be checked now, please try again later")
DNS_AWAY: Final = Reply.of(451, "4.7.24", "The sender can't be verified now, please try again later")
SPAM_REFUSED: Final = Reply.of(554, "5.7.1", "The message looks like spam and was refused")
# RFC 7372 §3.3: several authentication methods failed together.
UNPROVEN_REFUSED: Final = Reply.of(
    550, "5.7.26", "The author's domain asks to refuse mail that it did not authenticate"
)
LOOP_REFUSED: Final = Reply.of(554, "5.4.6", "The message runs in a circle: too many hops")
HEADER_REFUSED: Final = Reply.of(554, "5.6.0", "The first line of the message's header is indented")
VIRUS_REFUSED: Final = Reply.of(554, "5.7.1", "The message carries a virus and was refused")
ATTACHMENT_REFUSED: Final = Reply.of(554, "5.7.1", "The message has an attachment that is not allowed here")

# The worst news that still concerns everybody comes first: what is temporary must be tried again.
_TRANSIENT: Final = (
    (Result.IN_DOUBT, IN_DOUBT),
    (Result.HOP_SICK, SICK),
    (Result.HOP_AWAY, AWAY),
    (Result.DEFERRED, DEFERRED),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do after a delivery: the reply, and which outcomes (by index) still need somebody to keep the message.

    `spool` and `in_doubt` must be on disk before the reply is given. `undeliverable` were refused by the
    next hop after the sender can no longer be told in this reply.
    """

    reply: Reply
    spool: tuple[int, ...] = ()
    in_doubt: tuple[int, ...] = ()
    undeliverable: tuple[int, ...] = ()


def plan(outcomes: Sequence[Outcome], *, something_held: bool, may_spool: bool) -> Plan:
    """Settle one transaction (D1): never 4yz for the whole once anybody has it, never a promise nobody keeps."""
    taken = something_held or any(outcome.result is Result.DELIVERED for outcome in outcomes)
    waiting = [index for index, outcome in enumerate(outcomes) if not outcome.is_final]
    refused = [index for index, outcome in enumerate(outcomes) if outcome.is_final and not _is_delivered(outcome)]
    if waiting and not (may_spool or taken):
        return Plan(reply_to_outcomes(outcomes))
    if refused and not taken and not waiting:
        return Plan(reply_to_outcomes(outcomes))
    doubtful = [index for index in waiting if outcomes[index].result is Result.IN_DOUBT]
    plain = [index for index in waiting if index not in doubtful]
    return Plan(ACCEPTED, tuple(plain), tuple(doubtful), tuple(refused))


def _is_delivered(outcome: Outcome) -> bool:
    return outcome.result is Result.DELIVERED


def reply_to_outcomes(outcomes: Sequence[Outcome]) -> Reply:
    """What the sender hears when nothing was taken for anybody: a 4yz if trying again may help anyone."""
    results = {outcome.result for outcome in outcomes}
    for result, reply in _TRANSIENT:
        if result in results:
            return reply
    return _refusal(outcomes[0])


def refusal(verdict: Verdict) -> Reply:
    """What the sender hears of a reject: general words, the evidence stays with the admin (STYLE 8)."""
    name = _deciding(verdict)
    if name == "loop":
        return LOOP_REFUSED
    if name == "header-broken":
        return HEADER_REFUSED
    if name.startswith("dmarc-"):
        return UNPROVEN_REFUSED
    if name == "virus":
        return VIRUS_REFUSED
    if name.startswith("attachment"):
        return ATTACHMENT_REFUSED
    return SPAM_REFUSED


def deferral(verdict: Verdict) -> Reply:
    """What the sender hears of a defer."""
    return DNS_AWAY if _deciding(verdict) == "dns-away" else SCANNER_AWAY


def _deciding(verdict: Verdict) -> str:
    return next((reason.name for reason in verdict.reasons if reason.decides), "")


def _refusal(outcome: Outcome) -> Reply:
    enhanced = outcome.reply.enhanced if outcome.reply else ""
    if outcome.result is Result.REFUSED_RECIPIENT and not _may_exist(outcome, enhanced):
        return UNKNOWN_RECIPIENT
    if enhanced == "5.3.4":
        return TOO_LARGE
    if enhanced.startswith("5.7."):
        return POLICY_REFUSED
    return CONTENT_REFUSED


def _may_exist(outcome: Outcome, enhanced: str) -> bool:
    """True when the hop refused for this recipient without saying that it does not exist.

    5.7.x is about rights; a bare 550 after the dot may as well be about the content. Who hears "no such recipient"
    strikes the address off his lists.
    """
    return enhanced.startswith("5.7.") or (outcome.reply is not None and not enhanced and outcome.stage is Stage.DOT)
