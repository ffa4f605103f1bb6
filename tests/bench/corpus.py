"""Makes the mail that is sent: seeded, so that every run and every peer has the same; nothing is stored.

Knows sizes and shapes of mail, not who sends it when.
"""

from __future__ import annotations

import base64
import hashlib
import io
import math
import random
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from statistics import NormalDist
from typing import Final

from tests.bench.world import Sender, senders
from tests.support.keys import sign

SEED: Final = 20_261_124
SMALL_OCTETS: Final = 4_096
LARGE_OCTETS: Final = 10_485_760
MIXED_MEDIAN_OCTETS: Final = 30_720
MIXED_MEAN_OCTETS: Final = 112_640
MIXED_RANGE_OCTETS: Final = (2_048, 5_242_880)
SIGNED_OF_TEN: Final = 7
# Below this a message is text alone or text with HTML; above it has a file with it, as office mail has.
_FILE_FROM_OCTETS: Final = 25_000
_TEXT_WITH_FILE_OCTETS: Final = 10_000
_WORDS: Final = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "we",
    "you",
    "our",
    "your",
    "for",
    "with",
    "on",
    "is",
    "this",
    "that",
    "please",
    "office",
    "meeting",
    "report",
    "order",
    "delivery",
    "invoice",
    "month",
    "table",
    "number",
    "price",
    "agreement",
    "question",
    "answer",
    "week",
    "Monday",
    "Friday",
    "morning",
    "colleague",
    "project",
    "building",
    "document",
    "version",
    "change",
    "letter",
    "customer",
    "supplier",
    "contract",
    "date",
    "place",
    "payment",
    "list",
    "file",
    "printer",
    "room",
    "travel",
]


@dataclass(frozen=True, slots=True)
class Sample:
    """One message: its octets, who sends it, and the SHA-256 of its body (behind the first empty line)."""

    octets: bytes = field(repr=False)
    sender: Sender
    digest: str


def samples(kind: str, count: int, seed: int = SEED) -> list[Sample]:
    """`count` messages of a kind ("small", "mixed", "large")."""
    chance = random.Random(f"{kind} {seed}")
    sizes = sizes_of(kind, count)
    chance.shuffle(sizes)
    world = senders()
    return [_sample(number, size, world[number % len(world)], chance) for number, size in enumerate(sizes)]


def lessons(count: int, seed: int = SEED) -> list[bytes]:
    """Small unsigned messages that Bayes learns from, and nobody is sent."""
    chance = random.Random(f"lessons {seed}")
    world = senders()
    return [_message(number, SMALL_OCTETS, world[number % len(world)], chance) for number in range(count)]


def sizes_of(kind: str, count: int) -> list[int]:
    """The sizes in octets: even steps of the distribution, so that few messages have its mean too."""
    if kind == "small":
        return [SMALL_OCTETS] * count
    if kind == "large":
        return [LARGE_OCTETS] * count
    # Lognormal: median e^mu, mean e^(mu + sigma^2 / 2).
    normal = NormalDist(math.log(MIXED_MEDIAN_OCTETS), math.sqrt(2 * math.log(MIXED_MEAN_OCTETS / MIXED_MEDIAN_OCTETS)))
    least, most = MIXED_RANGE_OCTETS
    steps = (math.exp(normal.inv_cdf((step + 0.5) / count)) for step in range(count))
    return [round(min(max(size, least), most)) for size in steps]


def body_digest(octets: bytes) -> str:
    """SHA-256 of what stands behind the first empty line."""
    return hashlib.sha256(octets.partition(b"\r\n\r\n")[2]).hexdigest()


def _sample(number: int, size: int, sender: Sender, chance: random.Random) -> Sample:
    octets = _message(number, size, sender, chance)
    if number % 10 < SIGNED_OF_TEN:
        octets = sign(octets, domain=sender.domain, include_headers=[b"from", b"to", b"subject", b"date", b"from"])
    return Sample(octets, sender, body_digest(octets))


def _message(number: int, size: int, sender: Sender, chance: random.Random) -> bytes:
    """Plain text, text with HTML, or text with a file; as long as wanted, within some lines."""
    header = _header(number, sender, chance)
    if size >= _FILE_FROM_OCTETS:
        return _with_file(header, number, size, chance)
    if number % 2:
        return _alternative(header, size, chance)
    head = header + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    return head + _text(size - len(head), chance)


def _header(number: int, sender: Sender, chance: random.Random) -> bytes:
    words = " ".join(chance.choices(_WORDS, k=5))
    now = format_datetime(datetime.now(UTC))
    return (
        f"Received: from desk (desk.{sender.domain} [192.0.2.9]) by mail.{sender.domain} (Server) with ESMTPSA id "
        f"{number:06x};\r\n\t{now}\r\n"
        f"From: Ada Example <ada@{sender.domain}>\r\nTo: Anne <anne@office.example>\r\nSubject: {words}\r\n"
        f"Date: {now}\r\nMessage-ID: <{chance.getrandbits(64):016x}@{sender.domain}>\r\nMIME-Version: 1.0\r\n"
    ).encode()


def _alternative(header: bytes, size: int, chance: random.Random) -> bytes:
    rest = (size - len(header) - 300) // 2
    html = b"<html><body><p>" + _text(rest - 40, chance).replace(b"\r\n", b"<br>\r\n") + b"</p></body></html>\r\n"
    parts = [(b"text/plain; charset=utf-8", _text(rest, chance)), (b"text/html; charset=utf-8", html)]
    return header + _multipart(b"alternative", [b"Content-Type: " + kind + b"\r\n\r\n" + text for kind, text in parts])


def _with_file(header: bytes, number: int, size: int, chance: random.Random) -> bytes:
    text = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + _text(_TEXT_WITH_FILE_OCTETS, chance)
    wanted = (size - len(header) - len(text) - 500) * 57 // 78
    kind, name, content = _file(number, wanted, chance)
    disposition = f'Content-Type: {kind}; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"\r\n'
    encoded = base64.encodebytes(content).replace(b"\n", b"\r\n")
    part = disposition.encode() + b"Content-Transfer-Encoding: base64\r\n\r\n" + encoded
    return header + _multipart(b"mixed", [text, part])


def _file(number: int, size: int, chance: random.Random) -> tuple[str, str, bytes]:
    """Media type, name and octets that begin as files of this kind do."""
    content = chance.randbytes(size)
    match number % 4:
        case 0:
            return "image/jpeg", "photo.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + content
        case 1:
            return "image/png", "scan.png", b"\x89PNG\r\n\x1a\n" + content
        case 2:
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w") as archive:
                archive.writestr("report.txt", _text(2_000, chance))
                archive.writestr("picture.bin", content)
            return "application/zip", "papers.zip", out.getvalue()
        case _:
            return "application/pdf", "letter.pdf", b"%PDF-1.7\n" + content


def _multipart(kind: bytes, parts: list[bytes]) -> bytes:
    line = b"--=_bench_boundary"
    head = b"Content-Type: multipart/" + kind + b'; boundary="=_bench_boundary"\r\n\r\n'
    return head + b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"


def _text(octets: int, chance: random.Random) -> bytes:
    """Lines of words, about so long in all; now and then one begins with a dot."""
    lines: list[str] = []
    left = octets
    while left > 0:
        line = " ".join(chance.choices(_WORDS, k=11))
        if not len(lines) % 25:
            line = f".{line}"
        lines.append(line[:left])
        left -= len(line) + 2
    return "\r\n".join(lines).encode() + b"\r\n"
