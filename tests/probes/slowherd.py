"""Slow clients by the thousand, in one thread of one process: six ways to hold a connection and send no mail.

Each is born from one of a hundred loopback addresses, does what its kind does, and notes when the server ended it.
"""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import threading
import time
from dataclasses import dataclass, field

KINDS = ("idle", "never reads", "drips commands", "drips data", "silent in data", "silent in tls")
ADDRESSES = 100
# So many wait for their greeting at once. Where the kernel's queue overflows, a silent client believes in a connection
# that the server never had.
_UNGREETED_MAXIMUM = 100
_DRIP_SECONDS = 2.0
_ENVELOPE = b"MAIL FROM:<slow@shop.example>\r\nRCPT TO:<anne@office.example>\r\nDATA\r\n"
# What each kind says, one entry for each reply that it has heard; the last is followed by silence or by drips.
_LINES = {
    "idle": (),
    "never reads": (b"EHLO slow.shop.example\r\n",),
    "drips commands": (),
    "drips data": (b"EHLO slow.shop.example\r\n", _ENVELOPE),
    "silent in data": (b"EHLO slow.shop.example\r\n", _ENVELOPE),
    "silent in tls": (b"EHLO slow.shop.example\r\n", b"STARTTLS\r\n"),
}
_DRIPS = {"never reads": b"NOOP\r\n", "drips commands": b"x", "drips data": b"y"}


@dataclass
class Slow:
    """One of them. Times are monotonic seconds; `refused` means that it heard 421 for a greeting."""

    kind: str
    sock: socket.socket
    born: float
    said: int = 0
    is_reading: bool = True
    heard: bytes = b""
    greeted: bool = False
    refused: bool = False
    dripped: float = 0.0
    ended: float | None = None


@dataclass
class Herd:
    """`count` slow clients of the first `addresses` addresses of 127.0.1.0/24, from `start` to `stop`."""

    port: int
    count: int
    addresses: int = ADDRESSES
    kinds: tuple[str, ...] = KINDS
    members: list[Slow] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _poll: select.epoll = field(default_factory=select.epoll)
    _by_fd: dict[int, Slow] = field(default_factory=dict)
    _placed: int = 0

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="herd", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Leave, all at once."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(60)
        for member in self.members:
            member.sock.close()
        self._poll.close()

    @property
    def held(self) -> int:
        """How many are greeted and still connected."""
        return sum(1 for each in tuple(self.members) if each.greeted and each.ended is None)

    @property
    def settled(self) -> bool:
        """True when all were born and each has its greeting, its refusal or its end."""
        return self._placed == self.count

    def lives(self) -> dict[str, list[float]]:
        """How long those of each kind lived that the server greeted and ended, in seconds."""
        lives: dict[str, list[float]] = {}
        for each in self.members:
            if each.greeted and each.ended is not None:
                lives.setdefault(each.kind, []).append(each.ended - each.born)
        return lives

    def _run(self) -> None:
        while not self._stop.is_set():
            while len(self.members) < self.count and len(self.members) - self._placed < _UNGREETED_MAXIMUM:
                self._bear(len(self.members))
            for descriptor, events in self._poll.poll(0.02, 4_096):
                if (member := self._by_fd.get(descriptor)) is not None:
                    self._hear(member, events)
            now = time.monotonic()
            for member in self.members:
                if member.ended is None and now - member.dripped >= _DRIP_SECONDS:
                    self._drip(member, now)

    def _bear(self, number: int) -> None:
        sock = socket.socket()
        sock.setblocking(False)
        sock.bind((f"127.0.1.{1 + number % self.addresses}", 0))
        now = time.monotonic()
        member = Slow(self.kinds[number % len(self.kinds)], sock, now, dripped=now)
        if (error := sock.connect_ex(("127.0.0.1", self.port))) not in (0, errno.EINPROGRESS):
            raise OSError(error, "connect")
        self.members.append(member)
        self._by_fd[sock.fileno()] = member
        self._poll.register(sock, select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLET)

    def _hear(self, member: Slow, events: int) -> None:
        if member.ended is not None:
            return
        if member.is_reading:
            try:
                while octets := member.sock.recv(4_096):
                    self._answer(member, octets)
                    if not member.is_reading:
                        break
            except BlockingIOError:
                pass
            except OSError:
                self._end(member)
        if events & (select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR):
            self._end(member)

    def _answer(self, member: Slow, octets: bytes) -> None:
        member.heard += octets
        if not member.greeted and not member.refused:
            member.greeted = member.heard.startswith(b"220")
            member.refused = member.heard.startswith(b"421")
            self._placed += member.greeted or member.refused
        lines = member.heard.split(b"\r\n")
        whole = [line for line in lines[:-1] if line[3:4] == b" "]
        script = _LINES[member.kind]
        if len(whole) > member.said and member.said < len(script) and not member.refused:
            self._send(member, script[member.said])
            member.said += 1
            member.is_reading = member.kind != "never reads"

    def _drip(self, member: Slow, now: float) -> None:
        member.dripped = now
        is_ready = member.greeted and member.said == len(_LINES[member.kind])
        if is_ready and member.kind in _DRIPS:
            self._send(member, _DRIPS[member.kind])

    def _send(self, member: Slow, octets: bytes) -> None:
        try:
            member.sock.send(octets)
        except BlockingIOError:
            pass
        except OSError:
            self._end(member)

    def _end(self, member: Slow) -> None:
        if member.ended is None:
            member.ended = time.monotonic()
            self._placed += not (member.greeted or member.refused)
            with contextlib.suppress(OSError):
                self._poll.unregister(member.sock)
            del self._by_fd[member.sock.fileno()]
            member.sock.close()
