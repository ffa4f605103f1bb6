"""Where a message came from, as far as it decides who may be told that it could not be delivered.

Stands with the message wherever it waits. Pure: what is proven is read from findings, nothing is looked up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from gateway.core.address import ReversePath
from gateway.core.envelope import Notify, Recipient, Transaction
from gateway.core.finding import DkimFinding, SpfFinding, find
from gateway.core.verdict import Action, Verdict

# The door of what the gateway writes itself: nobody is ever told that a notice could not be delivered.
NOTICE_DOOR: Final = "notice"


@dataclass(frozen=True, slots=True)
class Origin:
    """`relay_client` names the settings entry of who brought it, "" for a stranger; `verdict` is a word for people.

    `is_proven`: SPF or DKIM passed for the domain of the reverse-path, or it is one that the relay client may send as;
    so a notice goes to who really sent it.
    """

    door: str = "smtp"
    relay_client: str = ""
    is_proven: bool = False
    verdict: str = ""


def origin_of(transaction: Transaction, verdict: Verdict, *, is_own_sender: bool) -> Origin:
    """The origin of this message for the recipients who share the verdict.

    `is_own_sender`: the reverse-path is one that the relay client, if it is one, may send as.
    """
    client = transaction.client.relay_client or ""
    is_proven = (bool(client) and is_own_sender) or _is_proven(transaction)
    return Origin(transaction.door.name, client, is_proven, verdict.action.value)


def may_be_told(origin: Origin, reverse_path: ReversePath) -> bool:
    """May a notice go to the reverse-path? Never to who may not have sent it, never about a notice (RFC 5321 §6.1).

    Nor about fetched mail: its provider took it long ago.
    """
    if reverse_path.is_null or origin.door != "smtp":
        return False
    return origin.is_proven and (bool(origin.relay_client) or origin.verdict == Action.ACCEPT.value)


def without_success(recipient: Recipient) -> Recipient:
    """The recipient as a stranger may name it: asking to be told of success is dropped (D6).

    The reverse-path may be forged, and the next hop would tell whoever it names. Who asked for nothing else wanted to
    hear of no failure (RFC 3461 §4.1), which is NEVER.
    """
    if Notify.SUCCESS not in recipient.notify:
        return recipient
    return replace(recipient, notify=recipient.notify - {Notify.SUCCESS} or frozenset({Notify.NEVER}))


def asks_for(recipient: Recipient, word: Notify) -> bool:
    """NOTIFY of this recipient (RFC 3461 §4.1): without the parameter failures are told, and delays may be."""
    if Notify.NEVER in recipient.notify:
        return False
    return not recipient.notify or word in recipient.notify


def _is_proven(transaction: Transaction) -> bool:
    domain = transaction.envelope.reverse_path.ascii_domain
    if not domain:
        return False
    spf = find(transaction.findings, SpfFinding)
    if spf is not None and (spf.result, spf.identity) == ("pass", "mailfrom") and spf.domain.lower() == domain:
        return True
    dkim = find(transaction.findings, DkimFinding)
    signatures = dkim.signatures if dkim else ()
    passing = (each.domain.lower() for each in signatures if each.result == "pass" and each.covers_body)
    # A domain answers for the names below it, never a name below for the domain.
    return any(domain == signer or domain.endswith(f".{signer}") for signer in passing)
