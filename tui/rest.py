"""`poterne console`: the console at rest. Paints by itself, without Textual: it stands there for years.

Ends when somebody presses F2 or Enter, so that whatever started it asks for a login; and when its terminal ends.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import fcntl
import hashlib
import os
import re
import select
import socket
import struct
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import segno

from gateway.control import protocol
from gateway.control.params import Asked
from gateway.control.values import Status
from tui.asking import AwayError, DeniedError
from tui.client import Client
from tui.format import Line
from tui.glyphs import Font, written
from tui.language import LANGUAGES, Words, chosen, words
from tui.launch import font_of, hung_up
from tui.state.rest import Box, reach, screen

# How often the state is asked for and drawn; a key is answered at once.
SECONDS: Final = 10.0
LOGIN, ENDED = 0, 1
_HOST_KEY: Final = Path("/etc/ssh/ssh_host_ed25519_key.pub")
_SGR: Final = {
    "": "0",
    "strong": "0;97",
    "muted": "0;37",
    "ok": "0;92",
    "warn": "0;93",
    "bad": "0;91",
    "info": "0;96",
    "key": "0;96",
    "title": "0;97;44",
}
_KEYS: Final = re.compile(rb"\x1b(?:\[\[[A-E]|\[[0-9;]*[~A-Za-z]|O[A-Za-z])|[\s\S]")
_F2, _F3 = (b"\x1b[[B", b"\x1bOQ", b"\x1b[12~"), (b"\x1b[[C", b"\x1bOR", b"\x1b[13~")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where the gateway is and who logs in; `language` and `font` are "" for what the surroundings say."""

    socket: Path
    user: str = "admin"
    language: str = ""
    font: str = ""


def run(wanted: Wanted, now: Callable[[], datetime]) -> int:
    """Stand there until somebody wants to log in (LOGIN), or the terminal is gone (ENDED)."""
    font, language = font_of(wanted.font, os.environ), words(chosen(wanted.language, os.environ))
    with _raw(sys.stdin.fileno()):
        while not hung_up():
            status = asyncio.run(_status(wanted.socket, language))
            _paint(screen(status, box(wanted.user), now(), _size(), language), font)
            pressed = _pressed(sys.stdin.fileno(), SECONDS)
            if pressed is None or pressed & {*_F2, b"\r", b"\n"}:
                return ENDED if pressed is None else LOGIN
            if pressed & set(_F3):
                following = LANGUAGES[(LANGUAGES.index(language.language) + 1) % len(LANGUAGES)]
                language = words(following, language.zone)
    return ENDED


async def _status(path: Path, language: Words) -> Status | None:
    try:
        async with asyncio.timeout(5):
            return await Client(path).call(protocol.STATUS, Asked(language.language))
    except (AwayError, DeniedError, TimeoutError):
        return None


def painted(lines: list[Line], font: Font) -> str:
    """The screen as octets for a terminal: from the top left, no line feed behind the last."""
    rows = ["".join(f"\x1b[{_SGR.get(each.tone, '0')}m{written(each.text, font)}" for each in row) for row in lines]
    return "\x1b[?25l\x1b[H" + "\x1b[0m\r\n".join(rows) + "\x1b[0m"


def _paint(lines: list[Line], font: Font) -> None:
    sys.stdout.write(painted(lines, font))
    sys.stdout.flush()


def _pressed(descriptor: int, seconds: float) -> frozenset[bytes] | None:
    """The keys pressed meanwhile; None at the end of the terminal."""
    if not select.select([descriptor], [], [], seconds)[0]:
        return frozenset()
    try:
        octets = os.read(descriptor, 256)
    except OSError:
        return None
    return frozenset(_KEYS.findall(octets)) if octets else None


def _size() -> tuple[int, int]:
    size = os.get_terminal_size(sys.stdout.fileno())
    return (max(40, size.columns), max(12, size.lines)) if size.columns else (80, 24)


@contextmanager
def _raw(descriptor: int) -> Iterator[None]:
    """Keys one by one, nothing echoed, no signals from the keyboard; the terminal is given back as it was."""
    before = termios.tcgetattr(descriptor)
    tty.setraw(descriptor)
    sys.stdout.write("\x1b[2J")
    try:
        yield
    finally:
        sys.stdout.write("\x1b[0m\x1b[2J\x1b[H\x1b[?25h")
        sys.stdout.flush()
        with contextlib.suppress(termios.error):
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


# What the machine is.


def box(user: str, host_key: Path = _HOST_KEY) -> Box:
    """The machine as it is now; addresses come and go."""
    found = Box(user, addresses(), fingerprint(host_key))
    return replace(found, code=qr(reach(found).removeprefix("ssh "))) if found.addresses else found


def addresses() -> tuple[str, ...]:
    """The IPv4 addresses of this machine, loopback left out, in the order of its interfaces."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            with contextlib.suppress(OSError):
                answer = fcntl.ioctl(asked.fileno(), 0x8915, request)  # SIOCGIFADDR: netdevice(7)
                found.append(socket.inet_ntoa(answer[20:24]))
    return tuple(each for each in found if not each.startswith("127."))


def fingerprint(path: Path) -> str:
    """SHA256 of a public host key, as ssh prints it (RFC 4253 §6.6 names the blob); "" when there is none."""
    try:
        blob = base64.b64decode(path.read_text(encoding="ascii").split()[1], validate=True)
    except (OSError, ValueError, IndexError):
        return ""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def qr(text: str) -> tuple[str, ...]:
    """The code of an `ssh://` link in half blocks, light on dark, its margin of two included."""
    matrix = [list(row) for row in segno.make(f"ssh://{text}", micro=False, error="l").matrix_iter(border=2)]
    if len(matrix) % 2:
        matrix.append([0] * len(matrix[0]))
    glyphs = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    pairs = zip(matrix[::2], matrix[1::2], strict=True)
    return tuple("".join(glyphs[int(a), int(b)] for a, b in zip(upper, lower, strict=True)) for upper, lower in pairs)
