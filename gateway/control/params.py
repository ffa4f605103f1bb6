"""What clients of the control socket may ask with, as frozen values that check themselves.

Knows neither methods nor wire; `protocol` binds these to their methods.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from gateway.core.page import Cursor

PAGE_MAXIMUM: Final = 200
CODE_MAXIMUM_CHARACTERS: Final = 32
# RFC 5321 §4.5.3.1.3: a path has at most 256 octets.
ADDRESS_MAXIMUM_CHARACTERS: Final = 254
TOPICS: Final = ("message", "follow-up", "lane", "dependency", "quarantine", "queue", "bypass", "settings", "fault")
Language = Literal["", "en", "fr"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Params of a method that needs none but the language of its sentences, "" for the gateway's own."""

    language: Language = ""


@dataclass(frozen=True, slots=True)
class MessageQuery:
    """Which messages: `text` in addresses, subject, code; one `action`; from `since` (incl.) to `until` (excl.).

    `state`: what became of it, as in `core.record.Disposition`.
    `cursor` comes from the page before. A page may hold fewer than `limit`, even none, and still not be the last.
    Raises ValueError for a limit outside 1-200 or a cursor that is not ours.
    """

    limit: int = 50
    cursor: str = ""
    text: str = ""
    action: Literal["", "accept", "mark", "quarantine", "reject", "defer"] = ""
    since: datetime | None = None
    until: datetime | None = None
    language: Language = ""
    state: Literal["", "delivered", "quarantined", "rejected", "refused", "deferred", "spooled", "on-hold", "dead"] = ""

    def __post_init__(self) -> None:
        """Refuse a page that is none, and a time that could be any zone's."""
        check_page(self.limit, self.cursor)
        if any(moment is not None and moment.tzinfo is None for moment in (self.since, self.until)):
            raise ValueError("since and until need their zone, as in 2026-11-24T12:00:00Z")


@dataclass(frozen=True, slots=True)
class HeldQuery:
    """Which held messages: `text` in addresses, subject, code. Raises ValueError as MessageQuery."""

    limit: int = 50
    cursor: str = ""
    text: str = ""
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse a page that is none."""
        check_page(self.limit, self.cursor)


@dataclass(frozen=True, slots=True)
class OneMessage:
    """One message by its short code."""

    code: str
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse what can't be a code."""
        _check_code(self.code)


@dataclass(frozen=True, slots=True)
class ShowHeld:
    """One held message; with `text` also what it says, which goes to the journal."""

    code: str
    text: bool = False
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse what can't be a code."""
        _check_code(self.code)


@dataclass(frozen=True, slots=True)
class ReleaseHeld:
    """Hand a held message on: to all its recipients who have not got it, or only to those named."""

    code: str
    recipients: tuple[str, ...] = ()
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse what can't be a code."""
        _check_code(self.code)


@dataclass(frozen=True, slots=True)
class LearnHeld:
    """Teach the scanner from a held message."""

    code: str
    learn_as: Literal["spam", "ham"]

    def __post_init__(self) -> None:
        """Refuse what can't be a code."""
        _check_code(self.code)


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Which notifications to send on this connection from now on; all when empty. Raises ValueError for others.

    `as_interface`: somebody sits before them; he is told of in the state, and refused when there are too many.
    """

    topics: tuple[str, ...] = ()
    language: Language = ""
    as_interface: bool = False

    def __post_init__(self) -> None:
        """Refuse a topic that will never come."""
        if unknown := set(self.topics) - set(TOPICS):
            raise ValueError(f"no such topic: {', '.join(sorted(unknown))}; there are {', '.join(TOPICS)}")


def place(cursor: str) -> Cursor | None:
    """Where a page begins, None for the newest. Raises ValueError for a cursor that is not ours."""
    try:
        return Cursor.parse(cursor) if cursor else None
    except (ValueError, OverflowError) as error:
        raise ValueError("that is no cursor of ours") from error


def check_page(limit: int, cursor: str, *, is_numbered: bool = False) -> None:
    """Raises ValueError for a limit outside 1-200 or a cursor that is not ours. `is_numbered`: it ends in a number."""
    check_limit(limit)
    if (found := place(cursor)) is not None and is_numbered and not found.id.isdecimal():
        raise ValueError("that is no cursor of ours")


def check_limit(limit: int) -> None:
    """Raises ValueError outside 1-200."""
    if not 1 <= limit <= PAGE_MAXIMUM:
        raise ValueError(f"limit is from 1 to {PAGE_MAXIMUM}")


def check_address(address: str) -> None:
    """Raises ValueError for what can't be a mail address; whether it is one, its grammar says later."""
    local, _, domain = address.rpartition("@")
    if not local or not domain or len(address) > ADDRESS_MAXIMUM_CHARACTERS or not address.isprintable():
        raise ValueError("an address is needed, such as anna@office.example")


def _check_code(code: str) -> None:
    if not (code.isascii() and code.isalnum() and len(code) <= CODE_MAXIMUM_CHARACTERS):
        raise ValueError("a code is a few letters and digits, such as F7K2Q")
