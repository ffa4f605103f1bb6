"""What a screen needs of the connection: a way to ask, and the two ways in which that fails. Knows no socket."""

from __future__ import annotations

from typing import Protocol, TypeVar

from gateway.control.protocol import Failure, Method

_Params = TypeVar("_Params")
_Result = TypeVar("_Result")


class AwayError(Exception):
    """Nothing answers at the socket; the text is its path."""


class DeniedError(Exception):
    """The gateway answered with an error; `failure` is its code and sentence."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Asker(Protocol):
    """Asks the gateway one thing."""

    async def call(self, method: Method[_Params, _Result], params: _Params) -> _Result:
        """The method's result. Raises AwayError, DeniedError."""
        ...
