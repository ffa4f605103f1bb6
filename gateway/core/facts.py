"""What the office has told us and what we have learned of senders, in the form in which a message asks for it.

Frozen: the store makes a new one for each change. Look-ups are by name and by prefix, so that thousands of entries cost
a message no more than a few.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Final, Literal

from gateway.core.envelope import IPAddress
from gateway.core.listentry import ListEntry
from gateway.core.sender import Sender

Where = Literal["from", "reverse-path", "client"]
# How precise an entry is: for one person of the office, then for one of its domains, then for all; and of these first
# an address, then a domain by its labels (this one before what is below it), then a network by its prefix. A block wins
# a tie.
Precision = tuple[int, int, int, int, int]
_KINDS: Final = {"address": 2, "domain": 1, "network": 0}


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that fits a message: `where` it was found, and the address, domain or client that it fits."""

    entry: ListEntry
    where: Where
    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What the lists say of one message for one recipient.

    `match` is the entry that counts. `unproven` is an allow that would count if its sender were proven. `known` is the
    proven author's address when the office has written to it.
    """

    match: Match | None = None
    unproven: Match | None = None
    known: str = ""

    @property
    def is_allowed(self) -> bool:
        """True for a proven sender, or a client, on the allow list."""
        return self.match is not None and self.match.entry.draft.kind == "allow"

    @property
    def is_blocked(self) -> bool:
        """True for a sender or client on the block list."""
        return self.match is not None and self.match.entry.draft.kind == "block"

    @property
    def allows_client(self) -> bool:
        """True where the client itself is trusted, whoever it says it speaks for."""
        return self.is_allowed and self.match is not None and self.match.where == "client"


UNLISTED: Final = Listed()


class Facts:
    """Entries of the lists, and the addresses that the office has written to (`known`, which may grow meanwhile)."""

    __slots__ = ("_known", "_names", "_networks")

    def __init__(self, entries: Iterable[ListEntry] = (), known: Collection[str] = ()) -> None:
        self._known = known
        self._names: dict[str, list[ListEntry]] = {}
        # By version and prefix length, of which there are few; then by the network's number.
        self._networks: dict[tuple[int, int], dict[int, list[ListEntry]]] = {}
        for entry in entries:
            self._add(entry)

    def about(self, sender: Sender, recipient: str, now: float) -> Listed:
        """What they say for this recipient (a folded address), at this time (seconds since the epoch, UTC)."""
        known = sender.address if sender.proven_by and sender.address in self._known else ""
        if not (self._names or self._networks):
            return Listed(known=known) if known else UNLISTED
        fitting = [each for each in self._matches(sender) if each.entry.holds(now) and _is_for(each.entry, recipient)]
        counting = [each for each in fitting if _counts(each, sender)]
        match = max(counting, key=_precision, default=None)
        unproven = max((each for each in fitting if not _counts(each, sender)), key=_precision, default=None)
        if match is not None:
            # What would be proven in vain is not worth a word.
            unproven = None
        return Listed(match, unproven, known)

    def trusts(self, ip: IPAddress, now: float) -> bool:
        """True for a client that is on the allow list for everybody, and on no block list that is as precise."""
        found = [
            Match(entry, "client", str(ip))
            for entry in self._of_client(ip)
            if entry.holds(now) and not entry.draft.recipient
        ]
        best = max(found, key=_precision, default=None)
        return best is not None and best.entry.draft.kind == "allow"

    def _add(self, entry: ListEntry) -> None:
        subject = entry.draft.subject
        if subject.kind == "network":
            network = ip_network(subject.value)
            of_length = self._networks.setdefault((network.version, network.prefixlen), {})
            of_length.setdefault(
                int(network.network_address) >> (network.max_prefixlen - network.prefixlen), []
            ).append(entry)
        else:
            self._names.setdefault(subject.value, []).append(entry)

    def _matches(self, sender: Sender) -> Iterator[Match]:
        """An entry may come twice, for From and reverse-path: From, which people see, is said first."""
        if self._names:
            # An allow of an address is for the one author; several could hide somebody behind a trusted name.
            for address in sender.addresses:
                yield from self._of_name(address, "from", address)
            for domain in sender.domains:
                yield from self._of_domain(domain, "from")
            if sender.reverse_path:
                yield from self._of_name(sender.reverse_path, "reverse-path", sender.reverse_path)
                yield from self._of_domain(sender.reverse_path.rpartition("@")[2], "reverse-path")
        if sender.ip is not None:
            for entry in self._of_client(sender.ip):
                yield Match(entry, "client", str(sender.ip))

    def _of_name(self, name: str, where: Where, shown: str) -> Iterator[Match]:
        for entry in self._names.get(name, ()):
            yield Match(entry, where, shown)

    def _of_domain(self, domain: str, where: Where) -> Iterator[Match]:
        yield from self._of_name(domain, where, domain)
        above = domain
        while above:
            above = above.partition(".")[2]
            for match in self._of_name(above, where, domain):
                if match.entry.draft.subject.subdomains:
                    yield match

    def _of_client(self, ip: IPAddress) -> Iterator[ListEntry]:
        number, bits = int(ip), ip.max_prefixlen
        for (version, prefix), networks in self._networks.items():
            if version == ip.version:
                yield from networks.get(number >> (bits - prefix), ())


NOTHING: Final = Facts()


def _is_for(entry: ListEntry, recipient: str) -> bool:
    wanted = entry.draft.recipient
    return wanted in ("", recipient) or ("@" not in wanted and recipient.rpartition("@")[2] == wanted)


def _counts(match: Match, sender: Sender) -> bool:
    """A block always; an allow for the client itself, or for an author who is proven to be it."""
    if match.entry.draft.kind == "block" or match.where == "client":
        return True
    if match.where != "from" or not sender.proven_by:
        return False
    return match.entry.draft.subject.kind == "domain" or match.name == sender.address


def _precision(match: Match) -> Precision:
    draft = match.entry.draft
    recipient = 2 if "@" in draft.recipient else 1 if draft.recipient else 0
    subject = draft.subject
    is_network = subject.kind == "network"
    length = ip_network(subject.value).prefixlen if is_network else subject.value.count(".")
    return (recipient, _KINDS[subject.kind], length, int(not subject.subdomains), int(draft.kind == "block"))
