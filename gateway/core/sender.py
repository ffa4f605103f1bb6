"""Who sent a message, in the form that lists compare: author, reverse-path, client, and what proves the author.

The same for a message at the door and for a row of history, so that a rule can be tried on both.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address

from gateway.core.alignment import DmarcResult
from gateway.core.envelope import IPAddress, Transaction
from gateway.core.finding import DmarcFinding, find
from gateway.core.record import MessageRecord


@dataclass(frozen=True, slots=True)
class Sender:
    """`domains` and `addresses` are those of From; `reverse_path` is a folded address, "" for the null one.

    `ip` is None where a router hides the client. `proven_by` names what proves the author domain (DMARC, or aligned
    SPF or DKIM): "dkim", "spf", both with a comma, or "" for nothing.
    """

    domains: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    reverse_path: str = ""
    ip: IPAddress | None = None
    proven_by: str = ""

    @property
    def address(self) -> str:
        """The one author's address, "" when there is none or there are several."""
        return self.addresses[0] if len(self.addresses) == 1 else ""


def sender_of(transaction: Transaction, dmarc: DmarcResult) -> Sender:
    """The sender of a message whose checks are done."""
    found = find(transaction.findings, DmarcFinding)
    mailbox = transaction.envelope.reverse_path.mailbox
    return Sender(
        found.author_domains if found else (),
        found.author_addresses if found else (),
        mailbox.key if mailbox else "",
        transaction.client.ip if transaction.door.origin_known else None,
        dmarc.proven_by,
    )


def recorded_sender(record: MessageRecord) -> Sender:
    """The sender of a message as history knows it."""
    reverse_path = record.reverse_path
    local_part, at, domain = reverse_path.rpartition("@")
    return Sender(
        tuple(dict.fromkeys(each.rpartition("@")[2] for each in record.authors)),
        tuple(each for each in record.authors if "@" in each),
        f"{local_part.casefold()}@{domain.lower()}" if at else "",
        _ip(record.client_ip),
        record.proven_by,
    )


def authors_of(sender: Sender) -> tuple[str, ...]:
    """What history keeps of the authors: their addresses, or where there are none, domains."""
    return sender.addresses or sender.domains


def _ip(text: str) -> IPAddress | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
