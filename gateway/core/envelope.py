"""What a client told us: the client, the envelope and the transaction, each frozen.

Nothing here decides; a new state is a new value.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from ipaddress import IPv4Address, IPv6Address

from gateway.core.address import ForwardPath, ReversePath
from gateway.core.finding import Finding
from gateway.core.message import Message

IPAddress = IPv4Address | IPv6Address


class Role(Enum):
    """What a listener is for (DESIGN §4)."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    SUBMISSION = "submission"


@dataclass(frozen=True, slots=True)
class Door:
    """How a message came in, and what may therefore be done with it.

    `may_reject` and `may_defer`: the sender still waits for our reply. `origin_known`: the
    client's address is the true origin, so SPF, DNSBL and per-client limits mean something (D18).
    """

    name: str
    may_reject: bool
    may_defer: bool
    origin_known: bool


SMTP_DOOR = Door("smtp", may_reject=True, may_defer=True, origin_known=True)
SMTP_HIDDEN_ORIGIN_DOOR = Door("smtp", may_reject=True, may_defer=True, origin_known=False)


@dataclass(frozen=True, slots=True)
class TlsSession:
    """The encryption of one connection, in the words of `ssl`: version "TLSv1.3", cipher name, key bits."""

    version: str
    cipher: str
    bits: int


@dataclass(frozen=True, slots=True)
class Client:
    """The peer of one inbound connection.

    `hostname` is its reverse name proven by a forward look-up, None when there is none or DNS
    failed. `helo` is the argument of EHLO/HELO as given, "" before it. `relay_client` names the
    settings entry that lets it send out, None for a stranger. `listener` names our own side.
    """

    ip: IPAddress
    port: int
    listener: str
    role: Role
    helo: str = ""
    esmtp: bool = False
    hostname: str | None = None
    tls: TlsSession | None = None
    relay_client: str | None = None
    authenticated_as: str | None = None

    @property
    def protocol(self) -> str:
        """The "with" word of a Received field: SMTP, ESMTP, ESMTPS, ESMTPSA (RFC 3848)."""
        if not self.esmtp:
            return "SMTP"
        return "ESMTP" + ("S" if self.tls else "") + ("A" if self.authenticated_as else "")


class Notify(Enum):
    """One word of the NOTIFY parameter (RFC 3461 §4.1)."""

    NEVER = "NEVER"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    DELAY = "DELAY"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One accepted forward-path with its DSN parameters (RFC 3461 §4.1, §4.2).

    `notify` is empty when the parameter was absent. `orcpt` is the xtext as received, None if absent.
    """

    forward_path: ForwardPath
    notify: frozenset[Notify] = frozenset()
    orcpt: str | None = None

    @property
    def key(self) -> str:
        """The folded address."""
        return self.forward_path.key

    def __str__(self) -> str:
        """The address as received."""
        return str(self.forward_path)


@dataclass(frozen=True, slots=True)
class Envelope:
    """MAIL with its parameters, and the recipients we accepted.

    `body` is "", "7BIT" or "8BITMIME" (RFC 6152); `size_octets` the declared SIZE (RFC 1870);
    `ret` is "", "FULL" or "HDRS"; `envid` the xtext as received (RFC 3461 §4.3, §4.4).
    """

    reverse_path: ReversePath
    recipients: tuple[Recipient, ...] = ()
    body: str = ""
    smtputf8: bool = False
    size_octets: int | None = None
    ret: str = ""
    envid: str | None = None

    def with_recipient(self, recipient: Recipient) -> Envelope:
        """The envelope with one recipient more; the same folded address twice stays one (backends.md §8 row 17)."""
        if any(known.key == recipient.key for known in self.recipients):
            return self
        return replace(self, recipients=(*self.recipients, recipient))


@dataclass(frozen=True, slots=True)
class Transaction:
    """One message on its way: who brought it, for whom, its octets, and what the checks found so far.

    `code` is the short word (`F7K2Q`) that names it everywhere. `received_at` is UTC.
    """

    code: str
    door: Door
    client: Client
    envelope: Envelope
    message: Message
    received_at: datetime
    findings: tuple[Finding, ...] = field(default=())

    def with_findings(self, *more: Finding) -> Transaction:
        """The transaction that also knows `more`, ordered by check name so that the same mail gets the same answer."""
        ordered = sorted((*self.findings, *more), key=lambda finding: finding.check)
        return replace(self, findings=tuple(ordered))
