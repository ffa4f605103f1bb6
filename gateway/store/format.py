"""The form of a message file: its envelope, the octets, and a last line that proves both whole.

    poterne-message 1 LF
    {"code": …, "envelope": …} LF
    the octets
    LF poterne-end LENGTH SHA-256 LF

The length is that of the octets; the hash covers everything before the last line. The end stands last
because a cut file then shows it, and because the octets are written as they come.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from gateway.core.envelope import Envelope
from gateway.core.held import HeldMessage
from gateway.store.errors import DamagedMessage

MAGIC = b"poterne-message 1\n"
# 1,000 recipients of RFC 5321 length with their DSN parameters; more is no file of ours.
HEAD_MAXIMUM_OCTETS = 2_097_152
_END = re.compile(rb"\A\npoterne-end (\d{20}) ([0-9a-f]{64})\n\Z")
END_OCTETS = len(b"\npoterne-end \n") + 20 + 1 + 64


@dataclass(frozen=True, slots=True)
class FileHeader:
    """What a message file says of itself: enough to make its database row again.

    `received_at` is seconds since the epoch, UTC. `lane` is set for kind "queue", `held` for kind
    "quarantine". `in_doubt_since` is the time of a final dot without an answer. `verdict` is a word for people.
    `relay_client` and `is_proven` are as in `core.origin`; `hold` says why it is not tried, "" when it is.
    """

    code: str
    kind: Literal["queue", "quarantine"]
    received_at: float
    envelope: Envelope
    door: str = "smtp"
    lane: str = ""
    verdict: str = ""
    in_doubt_since: float | None = None
    held: HeldMessage | None = None
    relay_client: str = ""
    is_proven: bool = False
    hold: str = ""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message file, read and proven whole."""

    header: FileHeader
    octets: memoryview = field(repr=False)


def encode_head(header: FileHeader) -> bytes:
    """The first two lines. JSON in ASCII keeps any text a peer may have sent, lone surrogates too."""
    text = json.dumps(msgspec.to_builtins(header), ensure_ascii=True, separators=(",", ":"))
    return MAGIC + text.encode("ascii") + b"\n"


def encode_end(size_octets: int, sha256: str) -> bytes:
    """The last line."""
    return f"\npoterne-end {size_octets:020d} {sha256}\n".encode("ascii")


def decode_head(octets: bytes | memoryview) -> tuple[FileHeader, int]:
    """The header and the index of the first octet behind it. Raises DamagedMessage."""
    start = bytes(octets[: HEAD_MAXIMUM_OCTETS + 1])
    if not start.startswith(MAGIC):
        raise DamagedMessage("empty" if not start else "not a message file")
    end = start.find(b"\n", len(MAGIC))
    if end < 0:
        raise DamagedMessage("cut in the envelope")
    try:
        header = msgspec.convert(json.loads(start[len(MAGIC) : end]), type=FileHeader)
    except (ValueError, RecursionError) as error:
        raise DamagedMessage(f"the envelope is unreadable: {error}") from error
    return header, end + 1


def decode_end(octets: bytes | memoryview) -> tuple[int, str]:
    """The length and hash that the last line states. Raises DamagedMessage."""
    match = _END.match(bytes(octets))
    if match is None:
        raise DamagedMessage("cut: its last line is missing")
    return int(match[1]), match[2].decode("ascii")


def decode(octets: bytes) -> StoredMessage:
    """Take a whole file apart and prove it. Raises DamagedMessage."""
    header, body_at = decode_head(octets)
    end_at = len(octets) - END_OCTETS
    view = memoryview(octets)
    size, sha256 = decode_end(view[max(end_at, 0) :])
    if size != end_at - body_at:
        raise DamagedMessage(f"cut: {end_at - body_at} octets of {size}")
    if hashlib.sha256(view[:end_at]).hexdigest() != sha256:
        raise DamagedMessage("changed: its octets do not match their hash")
    return StoredMessage(header, view[body_at:end_at])
