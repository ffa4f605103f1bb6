"""Messages that prove themselves: the first line names the message and the hash of all that follows it."""

from __future__ import annotations

import base64
import hashlib
import math
import random
from dataclasses import dataclass

MARK = b"X-Load: "
SMALLEST_OCTETS = 200
LARGEST_OCTETS = 200_000


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to send: its name, for whom, its octets."""

    name: str
    recipients: tuple[str, ...]
    octets: bytes


def letter(name: str, chance: random.Random, *, smallest_octets: int = SMALLEST_OCTETS) -> Letter:
    """A message of 0.2 to 200 kB, small ones as often as large ones, with lines that begin with dots."""
    size = int(math.exp(chance.uniform(math.log(smallest_octets), math.log(LARGEST_OCTETS))))
    recipients = tuple(
        f"user{number}@office.example" for number in chance.sample(range(20), chance.choice((1, 1, 1, 2, 3)))
    )
    head = (
        f"From: Ann <ann@shop.example>\r\nTo: {', '.join(recipients)}\r\nSubject: load {name}\r\n"
        f"Date: Tue, 24 Nov 2026 12:00:00 +0100\r\nMessage-ID: <{name}@shop.example>\r\n\r\n..\r\n.first\r\n"
    ).encode()
    rest = head + _lines(chance.randbytes(max(0, size - len(head)) * 3 // 4))
    digest = hashlib.sha256(rest).hexdigest()
    return Letter(name, recipients, MARK + f"{name} {digest}\r\n".encode() + rest)


def read(octets: bytes) -> tuple[str, bool]:
    """The name of a message that arrived, and whether nothing was changed below what was put on top of it.

    What is on top must be header fields only. A message of somebody else has the name "".
    """
    at = 0 if octets.startswith(MARK) else octets.find(b"\r\n" + MARK) + 2
    if not octets[at:].startswith(MARK):
        return "", False
    first, _, rest = octets[at:].partition(b"\r\n")
    name, _, digest = first.removeprefix(MARK).decode("ascii", "replace").partition(" ")
    return name, b"\r\n\r\n" not in octets[:at] and hashlib.sha256(rest).hexdigest() == digest


def _lines(noise: bytes) -> bytes:
    text = base64.b64encode(noise)
    return b"".join(text[start : start + 76] + b"\r\n" for start in range(0, len(text), 76))
