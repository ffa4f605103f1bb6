"""What clients may ask with about the allow and block lists; frozen values that check themselves. As `params`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from gateway.control.params import Language, OneMessage, check_page

DAYS_MAXIMUM: Final = 3_650
REPLAY_DAYS_MAXIMUM: Final = 90
TEXT_MAXIMUM_CHARACTERS: Final = 400
# The largest number of a row.
_NUMBER_MAXIMUM: Final = 2**53

Kind = Literal["allow", "block"]
Scope = Literal["address", "domain", "network"]


@dataclass(frozen=True, slots=True)
class RuleQuery:
    """Entries, newest first: `text` in subject, recipient, author and reason; of one list. Raises as MessageQuery."""

    limit: int = 50
    cursor: str = ""
    text: str = ""
    kind: Literal["", "allow", "block"] = ""
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse a page that is none."""
        check_page(self.limit, self.cursor)


@dataclass(frozen=True, slots=True)
class OneRule:
    """One entry by its number."""

    id: int
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse what is no number of an entry."""
        _check_number(self.id, 1)


@dataclass(frozen=True, slots=True)
class DraftRule:
    """An entry as people write it.

    `subject`: an address, a domain (".x.example" or `subdomains`: and all below it), an IP address or a network.
    `recipient`: an address or domain of the office, "" for everybody. It ends after `days`, or at `expires`, or never.
    """

    subject: str
    subdomains: bool = False
    recipient: str = ""
    days: int = 0
    expires: datetime | None = None
    reason: str = ""
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse what nobody means; whom it names is looked at later, so that the answer has its words."""
        _check_days(self.days)
        if self.expires is not None and self.expires.tzinfo is None:
            raise ValueError("expires needs its zone, as in 2026-12-24T12:00:00Z")
        if self.days and self.expires is not None:
            raise ValueError("an entry ends after days or at a time, not both")
        if any(len(text) > TEXT_MAXIMUM_CHARACTERS for text in (self.subject, self.recipient, self.reason)):
            raise ValueError(f"a text has at most {TEXT_MAXIMUM_CHARACTERS} characters")


@dataclass(frozen=True, slots=True)
class UndoRule:
    """Take this change back; the last one for 0."""

    change: int = 0
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse what is no number of a change."""
        _check_number(self.change, 0)


@dataclass(frozen=True, slots=True)
class RuleChanges:
    """The journal of the lists, newest first. Raises as MessageQuery."""

    limit: int = 50
    cursor: str = ""
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse a page that is none."""
        check_page(self.limit, self.cursor, is_numbered=True)


@dataclass(frozen=True, slots=True)
class SenderRule:
    """Allow or block the sender of a message, by its code.

    `scope`: what of the sender. `for_recipients`: only for those that this message was for, else for everybody.
    """

    code: str
    scope: Scope = "domain"
    subdomains: bool = False
    for_recipients: bool = False
    days: int = 0
    reason: str = ""
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse what can't be a code."""
        OneMessage(self.code)
        _check_days(self.days)
        if len(self.reason) > TEXT_MAXIMUM_CHARACTERS:
            raise ValueError(f"a text has at most {TEXT_MAXIMUM_CHARACTERS} characters")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Other limits for a policy, in points. Raises ValueError where they do not rise."""

    mark_at: float
    quarantine_at: float
    reject_at: float
    policy: str = "standard"

    def __post_init__(self) -> None:
        """Refuse what the settings would refuse."""
        if not self.mark_at < self.quarantine_at < self.reject_at:
            raise ValueError("mark_at must be less than quarantine_at, and quarantine_at less than reject_at")


@dataclass(frozen=True, slots=True)
class ReplayRules:
    """Try something on the messages of the last `days`: a draft, or an entry that is there, or other thresholds.

    `id`: how those messages would have fared without that entry. `cursor`: go on where a page of them ended; then
    nothing is counted again.
    """

    days: int = 14
    kind: Literal["", "allow", "block"] = ""
    draft: DraftRule | None = None
    id: int = 0
    thresholds: Thresholds | None = None
    limit: int = 50
    cursor: str = ""
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse two questions at once, and none."""
        check_page(self.limit, self.cursor)
        if not 1 <= self.days <= REPLAY_DAYS_MAXIMUM:
            raise ValueError(f"days is from 1 to {REPLAY_DAYS_MAXIMUM}")
        _check_number(self.id, 0)
        if sum((self.draft is not None, self.id > 0, self.thresholds is not None)) != 1:
            raise ValueError("one of draft, id and thresholds is needed")
        if (self.draft is not None) is not bool(self.kind):
            raise ValueError("a draft, and nothing else, needs the list (kind) that it is for")


def _check_number(number: int, least: int) -> None:
    if not least <= number <= _NUMBER_MAXIMUM:
        raise ValueError(f"a number is from {least} on")


def _check_days(days: int) -> None:
    if not 0 <= days <= DAYS_MAXIMUM:
        raise ValueError(f"days is from 0 (for ever) to {DAYS_MAXIMUM}")
