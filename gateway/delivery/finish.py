"""The last touch before a message leaves: which fields go, which stand on top; later the signatures, after all edits.

Knows trace fields and verdicts, no connection. The same message with the same verdict leaves the same way
by every lane that leads to the same side.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.core.alignment import DmarcResult
from gateway.core.edits import edits_for
from gateway.core.envelope import Transaction
from gateway.core.message import Edits
from gateway.core.trace import authentication_results, poterne_fields, received
from gateway.core.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Signature:
    """What only this installation can write: its name, the token of this message's code, the marking word."""

    hostname: str
    token: str
    marking_word: str


def finished(transaction: Transaction, dmarc: DmarcResult, verdict: Verdict, signature: Signature) -> Edits:
    """The edits for all recipients that share this verdict.

    Our fields stand above Authentication-Results, and that above our Received, so that whoever reads them
    knows they were written behind our door (RFC 8601 §4.1, RFC 5321 §4.4).
    """
    prepend = (
        *poterne_fields(transaction.code, signature.token, signature.marking_word, verdict),
        authentication_results(transaction, dmarc, signature.hostname),
        received(transaction, signature.hostname),
    )
    return edits_for(transaction.message, signature.hostname, prepend)


def finished_for_outside(transaction: Transaction, signature: Signature) -> Edits:
    """The edits for all recipients outside: our Received, and nothing of what we think of the message.

    Whatever signs for the office (DKIM) comes behind these edits, here.
    """
    return edits_for(transaction.message, signature.hostname, (received(transaction, signature.hostname),))
