"""What the control socket tells of who exists, as frozen values. As `values`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SourceView:
    """Who says so: delivery, sender, person, directory or removed; `text` in words. Times are None when unknown."""

    source: str
    text: str
    since: datetime | None = None
    seen: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class KnownRecipient:
    """One address, with everybody who knows it."""

    address: str
    sources: tuple[SourceView, ...]


@dataclass(frozen=True, slots=True)
class RecipientCheck:
    """What a stranger's RCPT for this address gets now, and why.

    `reply` as it goes out; `existence`: known, unknown, undecided, doubted (taken and held) or inside-only; `source`
    names what decided; `method` is that of its domain, "" when it is not one of ours.
    """

    address: str
    reply: str
    existence: str
    source: str
    method: str
    text: str
    sources: tuple[SourceView, ...] = ()


@dataclass(frozen=True, slots=True)
class ForeignDomain:
    """Addresses of a list that are not of our domains: how many, of which."""

    domain: str
    addresses: int


@dataclass(frozen=True, slots=True)
class AddressesAdded:
    """What a list changed, or (`is_rehearsal`) would change.

    `new` was known to nobody, `confirmed` by mail or a directory only, `already` on the list. `bad` are no addresses:
    then nothing was done. `learning_ended` names the domains where unknown addresses are not taken any more;
    `idle` those whose method does not look at the list. At most 100 of each; the counts are of all.
    """

    done: bool
    is_rehearsal: bool
    new: tuple[str, ...] = ()
    new_count: int = 0
    confirmed_count: int = 0
    already_count: int = 0
    bad: tuple[str, ...] = ()
    bad_count: int = 0
    foreign: tuple[ForeignDomain, ...] = ()
    learning_ended: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecipientRemoved:
    """An address that is off the list, and stays so whatever is learned."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class RecipientsUndone:
    """The last change of a person that was taken back: import, add or remove; by whom; of how many addresses."""

    what: str
    by: str
    addresses: int


@dataclass(frozen=True, slots=True)
class DirectoryRead:
    """What reading a directory came to. `outcome`: adopted, held (too many are missing) or failed; `text` says it."""

    domain: str
    outcome: str
    known: int
    added: int
    removed: int
    text: str


@dataclass(frozen=True, slots=True)
class DirectoriesRead:
    """One for each directory; `complete` when all were adopted."""

    complete: bool
    items: tuple[DirectoryRead, ...]
