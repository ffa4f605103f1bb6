"""A client of a probe that obeys nothing: octets out, whole replies in. Every wait ends."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import warnings

PATIENCE_SECONDS = 30.0
# Longer than a server on this machine needs to answer; a reply that comes later is seen by the next step.
_SILENCE_SECONDS = 0.3
# So that what follows is a packet, and a read, of its own.
_APART_SECONDS = 0.002


class Talk:
    """One connection to `port` of this machine from the loopback address `source`. Raises OSError.

    `has_ended`: the server was seen to hang up.
    """

    def __init__(self, port: int, source: str) -> None:
        self._socket = socket.create_connection(
            ("127.0.0.1", port), timeout=PATIENCE_SECONDS, source_address=(source, 0)
        )
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""
        self.has_ended = False

    def __enter__(self) -> Talk:
        """Itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Give the descriptor back."""
        self._socket.close()

    def say(self, octets: bytes) -> None:
        """At once; a server that has hung up is heard by the next reply."""
        with contextlib.suppress(OSError):
            self._socket.sendall(octets)

    def drip(self, octets: bytes) -> None:
        """An octet a packet."""
        for octet in octets:
            self.say(bytes((octet,)))
            select.select([], [], [], _APART_SECONDS)

    def reply(self) -> str:
        """All lines of one reply, joined by LF, without CRLF; "" at the end. Raises ValueError for a bare LF."""
        lines = []
        while line := self._line():
            if not line.endswith(b"\r\n"):
                raise ValueError(f"a reply without CRLF: {line!r}")
            lines.append(line[:-2].decode("utf-8", "replace"))
            if line[3:4] != b"-":
                break
        return "\n".join(lines)

    def ask(self, command: str) -> str:
        """One command, one reply."""
        self.say(command.encode() + b"\r\n")
        return self.reply()

    def rest(self) -> list[str]:
        """All replies up to the end of the connection."""
        replies = []
        with contextlib.suppress(OSError):
            while reply := self.reply():
                replies.append(reply)
        return replies

    def is_silent(self) -> bool:
        """True when nothing comes for a moment. Within TLS the peer's tickets are nothing."""
        self._socket.settimeout(_SILENCE_SECONDS)
        try:
            return not self._buffer and not self._more()
        except TimeoutError:
            return True
        finally:
            self._socket.settimeout(PATIENCE_SECONDS)

    def start_tls(self, newest: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED) -> None:
        """The handshake, whatever the certificate. Raises OSError."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if newest is not ssl.TLSVersion.MAXIMUM_SUPPORTED:
            context.set_ciphers("ALL:@SECLEVEL=0")
            with warnings.catch_warnings():
                # That the old versions are old is why they are tried.
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = newest
                context.maximum_version = newest
        self._socket = context.wrap_socket(self._socket)

    def _line(self) -> bytes:
        while (at := self._buffer.find(b"\n")) < 0:
            if not self._more():
                rest, self._buffer = self._buffer, b""
                return rest
        line, self._buffer = self._buffer[: at + 1], self._buffer[at + 1 :]
        return line

    def _more(self) -> bool:
        """False at the end. Raises TimeoutError."""
        more = b""
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            more = self._socket.recv(65_536)
        self.has_ended = not more
        self._buffer += more
        return bool(more)
