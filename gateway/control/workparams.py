"""What clients may ask with about the work in hand: the queue, the bypass, the test.

Frozen values that check themselves, as `params`, for the methods that `workhandlers` answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from gateway.control.params import ADDRESS_MAXIMUM_CHARACTERS, Language, check_address, check_page

# Whoever needs it longer shall say so again: forgotten, it would leave an office without a filter.
BYPASS_MAXIMUM_SECONDS: Final = 86_400
BYPASS_MINIMUM_SECONDS: Final = 60
HOSTS_MAXIMUM: Final = 10
_LANE = re.compile(r"\A[a-z_]{1,20}:[^\s\x00-\x1f]{1,253}\Z")
_NAME = re.compile(r"\A[A-Za-z0-9]{1,32}(-[0-9a-f]{1,16})?\Z")


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """A page of entries, newest first. Raises ValueError as MessageQuery."""

    limit: int = 50
    cursor: str = ""
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse a page that is none."""
        check_page(self.limit, self.cursor)


@dataclass(frozen=True, slots=True)
class OneEntry:
    """One entry by its id (`F7K2Q-0a1b2c3d`), or all of a message by its code (`F7K2Q`)."""

    name: str
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse what can be neither."""
        if not _NAME.match(self.name):
            raise ValueError("an entry is named by its code, such as F7K2Q, or by its id, such as F7K2Q-0a1b2c3d")


@dataclass(frozen=True, slots=True)
class OneLane:
    """Everything that waits in one lane, such as `backend:exchange`. Raises ValueError for what can't be its name."""

    lane: str
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse what can be none."""
        if not _LANE.match(self.lane):
            raise ValueError("a lane is named by its kind and its name, such as backend:exchange")


@dataclass(frozen=True, slots=True)
class ForgetAddress:
    """Whose address shall be forgotten. Raises ValueError for what can't be one."""

    address: str

    def __post_init__(self) -> None:
        """A part of an address would take away what is about others."""
        check_address(self.address)


@dataclass(frozen=True, slots=True)
class BypassFor:
    """How long mail shall be relayed unfiltered. Raises ValueError outside a minute to 24 hours."""

    seconds: int
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse what would be over at once or be forgotten."""
        if not BYPASS_MINIMUM_SECONDS <= self.seconds <= BYPASS_MAXIMUM_SECONDS:
            raise ValueError("the bypass lasts from 1 minute to 24 hours")


@dataclass(frozen=True, slots=True)
class ProbeBackend:
    """Try a server without a message: `name` of the settings, or `hosts` as they would be written there.

    `domain`: is its mail sent to us, and does the server know who exists there; "" leaves that out.
    Raises ValueError for what names nothing or too much.
    """

    name: str = ""
    hosts: tuple[str, ...] = ()
    domain: str = ""
    transport: Literal["smtp", "lmtp", "imap-append"] = "smtp"
    tls: Literal["none", "opportunistic", "require", "verify"] = "opportunistic"
    language: Language = ""

    def __post_init__(self) -> None:
        """Refuse what can't be tried."""
        if bool(self.name) is bool(self.hosts):
            raise ValueError("either the name of a server is needed, or its hosts")
        if len(self.hosts) > HOSTS_MAXIMUM:
            raise ValueError(f"at most {HOSTS_MAXIMUM} hosts are tried at once")
        if any(len(each) > ADDRESS_MAXIMUM_CHARACTERS for each in (self.name, self.domain, *self.hosts)):
            raise ValueError("that is too long for a name")


@dataclass(frozen=True, slots=True)
class RunTest:
    """Send one message through the whole chain; really to a mailbox when `recipient` is given.

    `variant`: with the test virus EICAR, or the test spam GTUBE, which never go to a mailbox.
    """

    recipient: str = ""
    language: Language = ""
    variant: Literal["", "eicar", "gtube"] = ""

    def __post_init__(self) -> None:
        """Refuse what can't be an address."""
        if self.recipient and self.variant:
            raise ValueError("a test virus or test spam goes to nobody: leave out the address")
        if self.recipient:
            check_address(self.recipient)
