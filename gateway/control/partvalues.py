"""The states of the parts that mail depends on, as frozen values. As `values`, which has them too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PartStatus:
    """The state of a part we depend on: "up", "down", "away", "sick" or "unknown", and its cause in words."""

    name: str
    state: str
    cause: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListenerStatus:
    """One listening address. `state`: "listening" or "failed"."""

    name: str
    address: str
    role: str
    state: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class LaneStatus:
    """A next hop (D21). `state`: "up", "away", "sick", "unknown" (not tried yet). `last_reply` is the hop's own.

    `delivered`: when it last took a message; `is_encrypted`, `size_octets` (its SIZE) are of the last session, or None.
    """

    name: str
    state: str
    cause: str = ""
    since: datetime | None = None
    last_reply: str = ""
    delivered: datetime | None = None
    is_encrypted: bool | None = None
    size_octets: int | None = None


@dataclass(frozen=True, slots=True)
class RspamdStatus:
    """The scanner. `state`: "up", "slow" (mail waits for it), "down" or "unknown".

    `last_scan` is the last scan that succeeded.
    `puts_off`: while it is down, every message is put off (failure.rspamd), not passed on unscanned.
    """

    state: str
    cause: str = ""
    version: str = ""
    last_scan: datetime | None = None
    puts_off: bool = False


@dataclass(frozen=True, slots=True)
class AntivirusStatus:
    """clamd. `state`: "off" (none in the settings), "up", "down" or "unknown". `signatures`: the moment they are of.

    `stale_days` is their age when it is too high, else 0.
    `puts_off`: while it is down, every message is put off (failure.clamd), not passed on with a note.
    """

    state: str = "off"
    cause: str = ""
    version: str = ""
    puts_off: bool = False
    signatures: datetime | None = None
    stale_days: int = 0


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """The parser of attachments (D10). `not_enforced` names the fences that this machine doesn't give it."""

    state: str
    cause: str = ""
    not_enforced: tuple[str, ...] = ()
