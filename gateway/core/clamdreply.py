"""clamd's answer to one scan, from its line to a finding; every other line is an error with its kind.

Knows the text only, not the connection. Silence is never clean: without one of the three known endings there is no
finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from gateway.core.finding import VirusFinding

ErrorKind = Literal["connect", "timeout", "busy", "reply", "garbage", "too-large"]

# clamd names the descriptor by its own number; a name of a virus has no line end and no NUL.
_REPLY: Final = re.compile(r"fd\[\d{1,10}\]: (?:(?P<clean>OK)|(?P<found>[^\n\0]+) FOUND|(?P<error>[^\n\0]+) ERROR)")
_VERSION: Final = re.compile(r"ClamAV (?P<release>[^/\n\0]+)(?:/(?P<signatures>\d+)/(?P<date>[^/\n\0]+))?")
_NAME_MAXIMUM_CHARACTERS: Final = 200

# What clamd "finds" though it knows no such virus, by the beginning of its name.
_ALERTS: Final = (
    ("Heuristics.Limits.", "unfinished"),
    ("Heuristics.Encrypted.", "encrypted"),
    ("Heuristics.OLE2.ContainsMacros", "macro"),
    # Guesses at forged bank mail, card numbers, broken files: wrong too often for a refusal.
    ("Heuristics.", "suspect"),
)


class ClamdError(Exception):
    """No usable answer. `kind` says at which step; `detail` is for the admin and never leaves the box."""

    def __init__(self, kind: ErrorKind, detail: str) -> None:
        super().__init__(f"clamd: {kind}: {detail}")
        self.kind: ErrorKind = kind
        self.detail = detail


def parse_scan(reply: bytes) -> VirusFinding:
    """The finding in the answer to one FILDES command, without its final NUL. Raises ClamdError."""
    text = reply.decode("utf-8", "replace")
    match = _REPLY.fullmatch(text)
    if match is None:
        raise ClamdError("garbage", f"the answer is {text[:_NAME_MAXIMUM_CHARACTERS]!r}")
    if match["error"]:
        raise ClamdError("reply", match["error"][:_NAME_MAXIMUM_CHARACTERS])
    if match["clean"]:
        return VirusFinding("clean")
    name = match["found"][:_NAME_MAXIMUM_CHARACTERS]
    return VirusFinding(next((word for start, word in _ALERTS if name.startswith(start)), "virus"), name)


@dataclass(frozen=True, slots=True)
class ClamdVersion:
    """The release, and of which moment its signatures are: None without a database of ClamAV's."""

    release: str = ""
    signed_at: datetime | None = None


def parse_version(reply: bytes) -> ClamdVersion:
    """The answer to VERSION, without its final NUL. Raises ClamdError."""
    text = reply.decode("utf-8", "replace")
    match = _VERSION.fullmatch(text)
    if match is None:
        raise ClamdError("garbage", f"the version is {text[:_NAME_MAXIMUM_CHARACTERS]!r}")
    return ClamdVersion(match["release"].strip()[:50], _moment(match["date"] or ""))


def _moment(date: str) -> datetime | None:
    """As ctime writes it; clamd says its own local time, which is UTC on most servers, and days are what counts."""
    try:
        return datetime.strptime(date, "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return None
