"""The next hop of a probe about octets: keeps what came over the wire exactly, reads it strictly, and may lie.

A thread for each connection, in the probe's own process. Knows nothing of the gateway.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from dataclasses import dataclass

_END = b"\r\n.\r\n"
_KEYWORDS = (b"PIPELINING", b"SIZE 52428800", b"8BITMIME", b"SMTPUTF8", b"DSN", b"ENHANCEDSTATUSCODES")


@dataclass(frozen=True, slots=True)
class Taken:
    """One message: its MAIL and RCPT lines, and the octets between 354 and the dot, stuffed as they were."""

    mail: str
    recipients: tuple[str, ...]
    wire: bytes
    is_encrypted: bool

    @property
    def octets(self) -> bytes:
        """Without the stuffed dots (RFC 5321 §4.5.2)."""
        return (b"\r\n" + self.wire).replace(b"\r\n.", b"\r\n")[2:]

    @property
    def envelope(self) -> str:
        """All lines of the envelope."""
        return "\n".join((self.mail, *self.recipients))


class Sink:
    """`lie`: said in clear directly behind the 220 to STARTTLS, which is offered with a `certificate` only."""

    def __init__(self, certificate: ssl.SSLContext | None = None, lie: bytes = b"") -> None:
        self.taken: list[Taken] = []
        self.commands: list[str] = []
        self._certificate = certificate
        self._lie = lie
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Sink:
        """It serves."""
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """It takes no more connections."""
        # A shutdown wakes the accept; a close alone would leave it waiting.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def of(self, token: bytes) -> list[Taken]:
        """The messages that hold `token`."""
        return [each for each in list(self.taken) if token in each.wire]

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: socket.socket) -> None:
        peer.settimeout(120)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError), peer:
            _Session(self, peer, self._certificate, self._lie).run()


class _Session:
    def __init__(self, sink: Sink, peer: socket.socket, certificate: ssl.SSLContext | None, lie: bytes) -> None:
        self.sink, self.peer, self.certificate, self.lie = sink, peer, certificate, lie
        self.buffer = b""
        self.mail = ""
        self.recipients: list[str] = []

    def run(self) -> None:
        self.say(b"220 sink.example ESMTP")
        while line := self.until(b"\n"):
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            self.sink.commands.append(text)
            verb = text[:4].upper()
            if verb == "QUIT":
                self.say(b"221 2.0.0 Bye")
                return
            self.answer(verb, text)

    def answer(self, verb: str, text: str) -> None:
        if verb == "EHLO":
            self.hello()
        elif verb == "STAR":
            self.start_tls()
        elif verb == "DATA":
            self.take()
        else:
            if verb == "RCPT":
                self.recipients.append(text)
            elif verb == "MAIL":
                self.mail, self.recipients = text, []
            self.say(b"250 2.0.0 Ok")

    def hello(self) -> None:
        offers = self.certificate is not None and not isinstance(self.peer, ssl.SSLSocket)
        keywords = (*_KEYWORDS, b"STARTTLS") if offers else _KEYWORDS
        lines = (b"sink.example", *keywords)
        self.say(b"\r\n".join(b"250-" + each for each in lines[:-1]) + b"\r\n250 " + lines[-1])

    def start_tls(self) -> None:
        assert self.certificate is not None
        self.peer.sendall(b"220 2.0.0 Go\r\n" + self.lie)
        self.peer = self.certificate.wrap_socket(self.peer, server_side=True)
        self.buffer = b""

    def take(self) -> None:
        self.say(b"354 Go ahead")
        # The CRLF of the DATA line counts as the first line's beginning.
        self.buffer = b"\r\n" + self.buffer
        octets = self.until(_END)
        is_encrypted = isinstance(self.peer, ssl.SSLSocket)
        if octets.endswith(_END):
            wire = octets[2:-3]
            self.sink.taken.append(Taken(self.mail, tuple(self.recipients), wire, is_encrypted))
        self.mail, self.recipients = "", []
        self.say(b"250 2.6.0 Taken")

    def until(self, end: bytes) -> bytes:
        while (at := self.buffer.find(end)) < 0:
            more = self.peer.recv(65_536)
            if not more:
                rest, self.buffer = self.buffer, b""
                return rest
            self.buffer += more
        found, self.buffer = self.buffer[: at + len(end)], self.buffer[at + len(end) :]
        return found

    def say(self, octets: bytes) -> None:
        self.peer.sendall(octets + b"\r\n")
