"""The control socket's server: who may come in, and how many at once (D12).

Knows the callers; the wire is in `conversation`, what a method does in `handlers`.
"""

from __future__ import annotations

import asyncio
import socket

from gateway.control.answer import Clerk, Office
from gateway.control.conversation import READER_LIMIT_OCTETS, Conversation, Patience
from gateway.control.peer import peer_of
from gateway.control.protocol import REFUSED, Failure, encode_failure
from gateway.control.subscriber import Hub
from gateway.core.access import ADMINISTRATOR_GROUP, HELPER_GROUP, House, Peer, access_of
from gateway.core.event import Fault

CONNECTIONS_MAXIMUM = 32
_ACCEPT_PAUSE_SECONDS = 1.0


class ControlServer:
    """Serves the listening socket of `door.door` until cancelled."""

    def __init__(self, office: Office, hub: Hub, house: House, patience: Patience | None = None) -> None:
        self._office = office
        self._hub = hub
        self._house = house
        self._patience = patience or Patience()
        self._connections = 0

    async def run(self, listening: socket.socket) -> None:
        """Accept and attend, for ever; every conversation ends with it."""
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    connection, _ = await loop.sock_accept(listening)
                except OSError as error:
                    # Out of descriptors or memory: a state of the machine, not a reason to end.
                    self._office.publish(Fault("control.accept", str(error)))
                    await asyncio.sleep(_ACCEPT_PAUSE_SECONDS)
                    continue
                group.create_task(self._attend(connection))

    async def _attend(self, connection: socket.socket) -> None:
        self._connections += 1
        try:
            peer = peer_of(connection)
            reader, writer = await asyncio.open_unix_connection(sock=connection, limit=READER_LIMIT_OCTETS)
            try:
                await self._converse(peer, Conversation(self._patience, reader, writer))
            finally:
                writer.transport.abort()
        except ConnectionError:
            pass  # gone before it said anything
        except Exception as error:  # noqa: BLE001 - the edge: one conversation's fault must not end the others
            self._office.publish(Fault("control", f"{type(error).__name__}: {error}"))
        finally:
            self._connections -= 1
            connection.close()

    async def _converse(self, peer: Peer, conversation: Conversation) -> None:
        access = access_of(peer, self._house)
        if access is None:
            await conversation.last_word(_refusal(_stranger(peer)))
        elif self._connections > CONNECTIONS_MAXIMUM:
            await conversation.last_word(_refusal("Too many programs talk to the gateway at once. Try again later."))
        else:
            await conversation.run(Clerk(self._office, access, peer.name), self._hub, self._office.language)


def _refusal(text: str) -> bytes:
    return encode_failure(None, Failure(REFUSED, text))


def _stranger(peer: Peer) -> str:
    return (
        f"The user {peer.name} may not use this gateway. "
        f"Be in the group {ADMINISTRATOR_GROUP} or {HELPER_GROUP}, and log in again."
    )
