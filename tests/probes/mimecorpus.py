"""Messages with odd MIME: those of Python's own test package where it is there, and some made of pieces."""

from __future__ import annotations

import random
from collections.abc import Iterator
from importlib.resources import files

from tests.probes.bombcases import HEAD


def corpus(chance: random.Random, count: int) -> Iterator[tuple[str, bytes]]:
    """Messages of Python's own test package where it is there, and as many made of pieces; with CRLF lines."""
    try:
        folder = files("test.test_email").joinpath("data")
        for entry in sorted(folder.iterdir(), key=lambda each: each.name):
            if entry.name.endswith(".txt"):
                yield entry.name, _crlf(entry.read_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    except (ImportError, OSError):
        pass
    pieces = [
        b"Content-Type: multipart/mixed; boundary=a\n",
        b"Content-Type: text/plain; charset=utf-8\n",
        b"--a\n",
        b"--a--\n",
        b"Content-Transfer-Encoding: base64\n",
        b"QUJD\n",
        b"\n",
        b".\n",
        b"..\n",
        b" \n",
        b"nonsense\n",
        b"\xc3\xa9\xff\n",
        b"Content-Type: message/rfc822\n",
        b"Content-Disposition: attachment; filename=a.pdf\n",
        b"x" * 990 + b"\n",
        b"From \n",
        b"begin 644 a.txt\n#0V%T\nend\n",
        b"Subject: =?utf-8?q?x?=\n",
        b"Received: from a by b\n",
    ]
    for number in range(count):
        text = b"".join(chance.choices(pieces, k=chance.randrange(1, 40)))
        yield f"made {number}", _crlf(HEAD + text)


def _crlf(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
