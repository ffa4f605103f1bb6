"""Senders that mean harm, for the soak: slow ones, liars, flooders, bombs. Each goes on until it is told to stop."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.support.files import zipped

PATIENCE_SECONDS = 5.0
_BEGIN = b"EHLO mail.shop.example\r\nMAIL FROM:<ann@shop.example>\r\nRCPT TO:<user1@office.example>\r\nDATA\r\n"


def garbage(chance: random.Random) -> bytes:
    """No SMTP at all."""
    return chance.randbytes(chance.randrange(1, 20_000))


def smuggled(chance: random.Random) -> bytes:
    """Line ends that others read differently."""
    return _BEGIN + b"Subject: x\r\n\r\nx\n.\nMAIL FROM:<eve@shop.example>\r\n.\r\n"


def half(chance: random.Random) -> bytes:
    """A message that never ends; then the connection breaks."""
    return _BEGIN + b"Subject: half\r\n\r\n" + b"x" * 60 + b"\r\n" * chance.randrange(100, 20_000)


def nested(chance: random.Random) -> bytes:
    """Parts in parts in parts."""
    depth = chance.randrange(50, 2_000)
    inner = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (number, number) for number in range(depth)
    )
    return _BEGIN + b"Subject: nested\r\nMIME-Version: 1.0\r\n" + inner + b"\r\n.\r\nQUIT\r\n"


def bomb(chance: random.Random) -> bytes:
    """An archive that is small here and large there."""
    import base64

    packed = base64.encodebytes(zipped({"a.txt": bytes(5_000_000), "b.zip": zipped({"c": bytes(1_000_000)})}))
    return (
        _BEGIN
        + b'Subject: bomb\r\nMIME-Version: 1.0\r\nContent-Type: application/zip; name="a.zip"\r\n'
        + b"Content-Transfer-Encoding: base64\r\n\r\n"
        + packed.replace(b"\n", b"\r\n")
        + b"\r\n.\r\nQUIT\r\n"
    )


def long_header(chance: random.Random) -> bytes:
    """Fields without an end."""
    return _BEGIN + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 200) for n in range(2_000)) + b"\r\n.\r\nQUIT\r\n"


ATTACKS: tuple[Callable[[random.Random], bytes], ...] = (garbage, smuggled, half, nested, bomb, long_header)


@dataclass
class Attacker:
    """One thread of connections, one after the other; some stay open and silent for a while."""

    port: int
    seed: int
    stop: threading.Event = field(default_factory=threading.Event)
    connections: int = 0
    thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def join(self, seconds: float) -> None:
        """Wait for its end."""
        if self.thread is not None:
            self.thread.join(seconds)

    def _run(self) -> None:
        chance = random.Random(self.seed)
        while not self.stop.wait(chance.uniform(0.0, 0.3)):
            self.connections += 1
            with contextlib.suppress(OSError):
                self._attack(chance)

    def _attack(self, chance: random.Random) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS) as link:
            octets = chance.choice(ATTACKS)(chance)
            link.recv(1_000)
            if chance.random() < 0.3:
                # A command at a time, as if it obeyed.
                for line in octets.split(b"\r\n", 4)[:4]:
                    link.sendall(line + b"\r\n")
                    link.recv(1_000)
                octets = octets.split(b"\r\n", 4)[-1]
            link.sendall(octets)
            if chance.random() < 0.5:
                self.stop.wait(chance.uniform(0.0, 2.0))
                link.recv(1_000)
