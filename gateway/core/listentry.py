"""One entry of the lists: whom the office allows or blocks, for whom, until when, and who said so.

Knows what an entry may name and how it is written; `facts` finds the entries that fit a message.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final, Literal

from gateway.core.domain import to_ascii
from gateway.core.path import PathError, scan_path

Kind = Literal["allow", "block"]
Network = IPv4Network | IPv6Network

# What is wider would hold most of the Internet: an allow of it is no filter, a block of it no mail.
_WIDEST: Final = {("allow", 4): 16, ("allow", 6): 32, ("block", 4): 8, ("block", 6): 16}
# RFC 4291 §2.5.5.2: a client of the form ::ffff:192.0.2.1 is compared as the IPv4 address that it is.
_MAPPED_PREFIX: Final = 96


class SubjectError(ValueError):
    """What was written names nobody that a list can hold. `key` is that of the sentence that says so."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(f"{key}: {text}")
        self.key = key
        self.text = text


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an entry is about, in the form to compare: an address (`Mailbox.key`), a domain (A-labels) or a network.

    `subdomains`: every name below the domain too.
    """

    kind: Literal["address", "domain", "network"]
    value: str
    subdomains: bool = False

    def __str__(self) -> str:
        """As `parse_subject` reads it: `ann@x.example`, `x.example`, `.x.example` (and below), `192.0.2.0/24`."""
        return f".{self.value}" if self.subdomains else self.value


@dataclass(frozen=True, slots=True)
class ListDraft:
    """An entry as somebody wishes it. `recipient`: an address or domain of the office, "" for everybody.

    `expires` is seconds since the epoch, UTC, None for never.
    """

    kind: Kind
    subject: Subject
    recipient: str = ""
    expires: float | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse a network that is no exception any more."""
        if self.subject.kind == "network":
            network = ip_network(self.subject.value)
            if network.prefixlen < _WIDEST[self.kind, network.version]:
                raise SubjectError("too-wide", self.subject.value)


@dataclass(frozen=True, slots=True)
class ListEntry:
    """An entry that holds. `by` is who made it; times are seconds since the epoch, UTC; `last_hit` None: never."""

    id: int
    draft: ListDraft
    by: str
    created: float
    hits: int = 0
    last_hit: float | None = None

    def holds(self, now: float) -> bool:
        """False once it has expired."""
        return self.draft.expires is None or now < self.draft.expires


@dataclass(frozen=True, slots=True)
class ListChange:
    """A change of the lists, for the journal: `before` None for a new entry, `after` None for one that is gone.

    `undoes` is the number of the change that this one takes back, 0 for none; `is_undone`: it was taken back itself.
    """

    number: int
    time: float
    by: str
    before: ListEntry | None
    after: ListEntry | None
    undoes: int = 0
    is_undone: bool = False

    @property
    def entry(self) -> ListEntry:
        """The entry that it is about. Raises ValueError for a change of nothing."""
        entry = self.after or self.before
        if entry is None:
            raise ValueError("a change has an entry before or after it")
        return entry


def parse_subject(text: str, *, subdomains: bool = False) -> Subject:
    """Read whom an entry shall be about. `.x.example` and `*.x.example` mean the domain and all below it.

    Raises SubjectError.
    """
    plain = text.strip()
    if "@" in plain.removeprefix("@"):
        if subdomains:
            raise SubjectError("address-below", plain)
        return Subject("address", parse_address(plain))
    if (network := _network(plain)) is not None:
        if subdomains:
            raise SubjectError("network-below", plain)
        return Subject("network", str(network))
    below = plain.startswith((".", "*."))
    name = plain.removeprefix("*").removeprefix(".").removeprefix("@")
    return Subject("domain", _domain(name), subdomains or below)


def parse_recipient(text: str) -> str:
    """An address or a domain of the office in the form to compare, "" for everybody. Raises SubjectError."""
    plain = text.strip()
    if not plain:
        return ""
    return parse_address(plain) if "@" in plain.removeprefix("@") else _domain(plain.removeprefix("@"))


def parse_address(text: str) -> str:
    """The folded address (`Mailbox.key`). Raises SubjectError."""
    try:
        mailbox, end = scan_path(f"<{text}>", 0)
    except PathError as error:
        raise SubjectError("no-address", text) from error
    if mailbox is None or not mailbox.ascii_domain or mailbox.is_literal or end != len(text) + 2:
        raise SubjectError("no-address", text)
    return mailbox.key


def _domain(name: str) -> str:
    domain = to_ascii(name) if name else None
    # One label is a whole country or nobody, and no top-level domain is a number (RFC 1123 §2.1).
    if domain is None or "." not in domain or domain.rpartition(".")[2].isdigit():
        raise SubjectError("no-subject", name)
    return domain


def _network(text: str) -> Network | None:
    """An address stands for itself; bits behind the prefix are forgiven, as they are in routers' own tools."""
    try:
        network = ip_network(text.removeprefix("[").removesuffix("]"), strict=False)
    except ValueError:
        return None
    if isinstance(network, IPv6Network) and network.prefixlen >= _MAPPED_PREFIX:
        mapped = network.network_address.ipv4_mapped
        if mapped is not None:
            return ip_network((mapped, network.prefixlen - _MAPPED_PREFIX))
    return network
