"""TLS of one connection without a socket: sealed octets in and out, plain octets out and in.

Nothing of OpenSSL is made before the client's first octet, so that a client that is silent after STARTTLS costs no
more than any other; asyncio's own TLS would hold a buffer of 256 KiB for each.
"""

from __future__ import annotations

import ssl

from gateway.core.envelope import TlsSession

# RFC 8446 §5.1: the most that one record holds in plain text.
_RECORD_OCTETS = 16_384


class Seal:
    """The server's side. `feed` what arrived, then `open_handshake` until it is true, then `read` and `write`.

    After each of them `take_out` gives what must be sent. Raises ssl.SSLError for a peer that breaks the protocol.
    """

    __slots__ = ("_arrived", "_context", "_leaving", "_object", "has_ended", "is_open")

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._arrived = ssl.MemoryBIO()
        self._leaving = ssl.MemoryBIO()
        self._object: ssl.SSLObject | None = None
        self.is_open = False
        self.has_ended = False

    def feed(self, octets: bytes | bytearray | memoryview) -> None:
        """Sealed octets of the client."""
        self._arrived.write(octets)

    def shake_hands(self) -> bool:
        """Go on with the handshake as far as what arrived allows; True when it is done."""
        if self._object is None:
            if not self._arrived.pending:
                return False
            self._object = self._context.wrap_bio(self._arrived, self._leaving, server_side=True)
        try:
            self._object.do_handshake()
        except ssl.SSLWantReadError:
            return False
        self.is_open = True
        return True

    def read(self, into: bytearray) -> None:
        """Append all that can be read. `has_ended` is true once the client has closed its side in order."""
        if self._object is None:
            return
        try:
            while self._arrived.pending or self._object.pending():
                octets = self._object.read(_RECORD_OCTETS)
                if not octets:
                    self.has_ended = True
                    return
                into += octets
        except ssl.SSLWantReadError:
            return
        except ssl.SSLZeroReturnError:
            self.has_ended = True

    def write(self, octets: bytes | bytearray) -> None:
        """Seal octets for the client; a memory buffer takes them all."""
        if self._object is not None and octets:
            self._object.write(octets)

    def close(self) -> None:
        """Say that no more comes (close_notify, RFC 8446 §6.1); the client's own is not waited for."""
        if self._object is None or not self.is_open:
            return
        try:
            self._object.unwrap()
        except (ssl.SSLError, ValueError):  # it has not said so itself, or broke off
            return

    def take_out(self) -> bytes:
        """What must be sent now; b"" for nothing."""
        return self._leaving.read() if self._leaving.pending else b""

    @property
    def session(self) -> TlsSession:
        """What was agreed. Raises RuntimeError before the handshake is done."""
        if self._object is None or not self.is_open:
            raise RuntimeError("the handshake is not done")
        name, _, bits = self._object.cipher() or ("", "", 0)
        return TlsSession(self._object.version() or "", name, bits)
