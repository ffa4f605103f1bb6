"""From one line of a client to the line that answers it: method, right, params, handler.

Knows nothing of sockets; whatever goes wrong is an answer too.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.control import protocol
from gateway.control.desk import Desk
from gateway.control.handlers import HANDLERS
from gateway.control.params import TOPICS, Subscribe
from gateway.control.protocol import Failure, ProtocolError, Request
from gateway.control.room import Room
from gateway.control.sessions import Sessions
from gateway.control.values import Subscribed
from gateway.core.access import Access, may
from gateway.core.event import Fault, Publish


@dataclass(slots=True)
class Office:
    """What every conversation shares. `language` and `keep_days` are the settings'; `publish` tells of faults.

    `sessions`: who has the interface open.
    """

    desk: Desk
    publish: Publish
    sessions: Sessions
    language: str = "en"
    keep_days: int = 30

    def adopt(self, language: str, keep_days: int) -> None:
        """Other settings hold from now on."""
        self.language, self.keep_days = language, keep_days


@dataclass(frozen=True, slots=True)
class Answer:
    """The line to send, None for a notification; `subscribe` when notifications shall follow it."""

    line: bytes | None
    subscribe: Subscribe | None = None


@dataclass(frozen=True, slots=True)
class Clerk:
    """Answers one caller, whose access is known."""

    office: Office
    access: Access
    by: str

    async def answer(self, line: bytes) -> Answer:
        """Never raises for anything a client or the desk does."""
        try:
            request = protocol.decode_request(line)
        except ProtocolError as error:
            return Answer(protocol.encode_failure(None, error.failure))
        if request.id is None:
            return Answer(None)
        result = await self._result(request)
        if isinstance(result, Failure):
            return Answer(protocol.encode_failure(request.id, result))
        if isinstance(result, Subscribe):
            topics = result.topics or TOPICS
            return Answer(protocol.encode_result(request.id, Subscribed(topics)), result)
        return Answer(protocol.encode_result(request.id, result))

    async def _result(self, request: Request) -> object:
        method = protocol.METHODS.get(request.method)
        if method is None:
            return Failure(protocol.UNKNOWN_METHOD, f"There is no method {request.method}.")
        if not may(self.access, method.right):
            return Failure(protocol.REFUSED, f"{method.name} is for administrators only.")
        try:
            params = protocol.decode_params(method, request.params)
        except ProtocolError as error:
            return error.failure
        if isinstance(params, Subscribe):
            return self._admitted(params)
        return await self._handle(method.name, params)

    def _admitted(self, wanted: Subscribe) -> Subscribe | Failure:
        sessions = self.office.sessions
        if wanted.as_interface and sessions.is_full:
            return Failure(protocol.FULL_HOUSE, sessions.refusal(wanted.language or self.office.language))
        return wanted

    async def _handle(self, name: str, params: object) -> object:
        office = self.office
        present = office.sessions.views(self.by)
        room = Room(office.desk, office.language, office.keep_days, self.access, self.by, present)
        try:
            return await HANDLERS[name](room, params)
        except Exception as error:  # noqa: BLE001 - the edge: the text is for the journal, never for the peer
            self.office.publish(Fault(f"control.{name}", f"{type(error).__name__}: {error}"))
            return Failure(protocol.INTERNAL_ERROR, "Something went wrong in the gateway; its log says what.")
