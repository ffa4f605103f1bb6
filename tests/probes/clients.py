"""Sending servers in threads, which keep a message until they read a 250 for it, and remember how each try ended."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.probes.letters import Letter, letter

PATIENCE_SECONDS = 60.0


class Lost(Exception):
    """The connection broke; `after_dot`: when the whole message was on its way and no reply was read."""

    def __init__(self, *, after_dot: bool) -> None:
        super().__init__()
        self.after_dot = after_dot


@dataclass
class Sent:
    """The story of one message. `unanswered` counts tries whose dot went out and whose reply never came."""

    letter: Letter
    unanswered: int = 0
    deferrals: list[str] = field(default_factory=list)
    acknowledged_at: float | None = None
    refusal: str = ""


@dataclass
class Client:
    """One sender on its own thread. `stop`: finish the message in hand and end; `abandon`: end now."""

    name: str
    port: int
    seed: int
    maximum: int = 1_000_000
    make: Callable[[str, random.Random], Letter] = letter
    sent: list[Sent] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    abandon: threading.Event = field(default_factory=threading.Event)
    greetings: int = 0
    thread: threading.Thread | None = None
    _link: _Link | None = None

    def start(self) -> None:
        """Begin to send, one message after the other."""
        self.thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self.thread.start()

    def join(self, seconds: float) -> bool:
        """True when it has ended within this time."""
        if self.thread is not None:
            self.thread.join(seconds)
        return self.thread is None or not self.thread.is_alive()

    def _run(self) -> None:
        chance = random.Random(self.seed)
        while not self.stop.is_set() and len(self.sent) < self.maximum:
            story = Sent(self.make(f"{self.name}-{len(self.sent)}", chance))
            self.sent.append(story)
            while not self.abandon.is_set() and story.acknowledged_at is None and not story.refusal:
                self._try(story)
            # Half of them say QUIT after each message, as most servers do; the rest keep the connection.
            if chance.random() < 0.5:
                self._leave()
        self._leave()

    def _try(self, story: Sent) -> None:
        try:
            if self._link is None:
                self._link = _Link(self.port)
                self.greetings += 1
            reply = self._link.send(story.letter)
        except Lost as lost:
            story.unanswered += lost.after_dot
            self._drop()
            self.abandon.wait(0.02)
            return
        if reply.startswith("250"):
            story.acknowledged_at = time.time()
        elif reply.startswith("4"):
            story.deferrals.append(reply)
            self._drop()
            self.abandon.wait(0.1)
        else:
            story.refusal = reply

    def _leave(self) -> None:
        if self._link is not None:
            self._link.quit()
        self._drop()

    def _drop(self) -> None:
        if self._link is not None:
            self._link.close()
        self._link = None


class _Link:
    """One connection."""

    def __init__(self, port: int) -> None:
        try:
            self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        except OSError as error:
            raise Lost(after_dot=False) from error
        self._file = self._socket.makefile("rb")
        try:
            self._expect("220", "")
            self._expect("250", "EHLO mail.shop.example")
        except Lost:
            self.close()
            raise

    def send(self, message: Letter) -> str:
        """The deciding reply: a refusal on the way, or that to the dot. Raises Lost."""
        for command in ("MAIL FROM:<ann@shop.example>", *(f"RCPT TO:<{each}>" for each in message.recipients)):
            if not (reply := self._ask(command)).startswith("250"):
                return reply
        if not (reply := self._ask("DATA")).startswith("354"):
            return reply
        body = message.octets.replace(b"\r\n.", b"\r\n..")
        try:
            self._socket.sendall(body)
        except OSError as error:
            raise Lost(after_dot=False) from error
        try:
            self._socket.sendall(b".\r\n")
            return self._reply()
        except (OSError, Lost) as error:
            raise Lost(after_dot=True) from error

    def quit(self) -> None:
        """The orderly end."""
        with contextlib.suppress(Lost):
            self._ask("QUIT")

    def close(self) -> None:
        """Give the descriptors back."""
        self._file.close()
        self._socket.close()

    def _expect(self, code: str, command: str) -> None:
        reply = self._ask(command) if command else self._reply()
        if not reply.startswith(code):
            raise Lost(after_dot=False)

    def _ask(self, command: str) -> str:
        try:
            self._socket.sendall(command.encode() + b"\r\n")
        except OSError as error:
            raise Lost(after_dot=False) from error
        return self._reply()

    def _reply(self) -> str:
        lines = []
        while True:
            try:
                line = self._file.readline()
            except OSError as error:
                raise Lost(after_dot=False) from error
            if not line.endswith(b"\r\n"):
                raise Lost(after_dot=False)
            lines.append(line.decode("ascii", "replace").rstrip())
            if line[3:4] != b"-":
                return " ".join(lines)
