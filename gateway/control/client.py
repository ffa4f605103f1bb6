"""The blocking client of the control socket, for the command line: one call after the other, or notifications.

Knows no event loop, so that a command starts quickly.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import msgspec

from gateway.control import protocol
from gateway.control.params import Subscribe
from gateway.control.place import address
from gateway.control.protocol import Failure, Incoming, Method, ProtocolError
from gateway.core.access import ADMINISTRATOR_GROUP, HELPER_GROUP

_Params = TypeVar("_Params")
_Result = TypeVar("_Result")

# Longer than the longest answer of ours, the release of a message (Timeouts.next_hop_dot_seconds).
ANSWER_SECONDS = 660.0


class AwayError(Exception):
    """Nothing answers at the socket: the gateway is not running, or went away."""


class DeniedError(Exception):
    """The gateway answered with an error; `failure` is its code and sentence."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Client:
    """A connection to the gateway at `path`; a context manager. Opening it raises AwayError or DeniedError."""

    def __init__(self, path: Path, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._path = path
        self._socket = self._connect(answer_seconds)
        self._reader = self._socket.makefile("rb")
        self._last_id = 0

    def __enter__(self) -> Client:
        """The client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._reader.close()
        self._socket.close()

    def call(self, method: Method[_Params, _Result], params: _Params) -> _Result:
        """The method's result. Raises DeniedError, AwayError when the gateway goes away, ProtocolError."""
        return protocol.decode_result(method, self.call_raw(method, params))

    def call_raw(self, method: Method[_Params, Any], params: _Params) -> msgspec.Raw:
        """The result as it came."""
        self._last_id += 1
        self._send(protocol.encode_request(self._last_id, method, params))
        while True:
            incoming = self._receive()
            if incoming.error is not None:
                raise DeniedError(incoming.error)
            if incoming.id == self._last_id:
                return incoming.result

    def events(self, wanted: Subscribe) -> Iterator[Incoming]:
        """Subscribe now, then give notifications for ever; the last may be `gap`, then AwayError."""
        self.call_raw(protocol.EVENTS_SUBSCRIBE, wanted)
        self._socket.settimeout(None)
        return iter(self._receive, None)

    def _connect(self, answer_seconds: float) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(answer_seconds)
        try:
            with address(self._path) as name:
                connection.connect(name)
        except PermissionError as error:
            connection.close()
            raise DeniedError(Failure(protocol.REFUSED, _not_yours(self._path))) from error
        except OSError as error:
            connection.close()
            raise AwayError(f"nothing listens on {self._path}") from error
        return connection

    def _send(self, line: bytes) -> None:
        try:
            self._socket.sendall(line)
        except BrokenPipeError:
            return  # turned away at the door: the reason waits to be read
        except OSError as error:
            raise AwayError(f"the gateway at {self._path} stopped listening") from error

    def _receive(self) -> Incoming:
        try:
            line = self._reader.readline(protocol.LINE_MAXIMUM_OCTETS + 1)
        except OSError as error:
            raise AwayError(f"the gateway at {self._path} went away or does not answer") from error
        if not line:
            raise AwayError(f"the gateway at {self._path} closed the connection")
        if not line.endswith(b"\n"):
            raise ProtocolError(protocol.PARSE_ERROR, "the gateway's answer breaks off")
        return protocol.decode_incoming(line)


def _not_yours(path: Path) -> str:
    return f"You may not open {path}. Be in the group {ADMINISTRATOR_GROUP} or {HELPER_GROUP}, and log in again."
