"""What is known of who exists, as values: one address, who says so, since when. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Source(Enum):
    """Who says so. REMOVED says the opposite: a person took the address off."""

    DELIVERY = "delivery"
    SENDER = "sender"
    PERSON = "person"
    DIRECTORY = "directory"
    REMOVED = "removed"


LEARNED: Final = frozenset({Source.DELIVERY, Source.SENDER})


@dataclass(frozen=True, slots=True)
class Fact:
    """One address by one source.

    `key` is the folded address, `domain` its domain as A-labels. `since` and `seen` are seconds since the epoch, UTC,
    0 when the clock was not set. `by` is who added or removed it; `inside_only`: it takes no mail of strangers.
    """

    domain: str
    key: str
    source: Source
    since: float
    seen: float
    by: str = ""
    inside_only: bool = False


@dataclass(frozen=True, slots=True)
class DomainFact:
    """What is known of one domain as a whole. Times as in Fact, 0 for never; `ended_by` is "time" or a user."""

    domain: str
    learning_since: float = 0.0
    learning_ended: float = 0.0
    ended_by: str = ""
    synced_at: float = 0.0


@dataclass(frozen=True, slots=True)
class PersonsChange:
    """What a person did to the list: the keys it touched, and their rows but the directory's before and after."""

    number: int
    time: float
    by: str
    what: str
    keys: tuple[str, ...]
    before: tuple[Fact, ...]
    domains_before: tuple[DomainFact, ...] = ()
