"""One connection from its accept to its close: in which order the door's parts meet it, what its end gives back.

Knows no command and no octet: `arrival` and `dialogue` do that work over a `Wire`.
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

from gateway.core import replies
from gateway.core.envelope import TlsSession
from gateway.core.reply import Reply
from gateway.net.tls import CertificateError
from gateway.pipeline.base import Admission
from gateway.smtp.arrival import admit, behind_proxy, peer_of
from gateway.smtp.dialogue import Dialogue
from gateway.smtp.link import Link
from gateway.smtp.receipt import fault
from gateway.smtp.surroundings import Door
from gateway.smtp.wire import Gone, Late, Wire


class Session:
    """One connection. A client that leaves ends its reading, never the work in progress (libraries.md A2).

    `peername` is the address that accept(2) gave. The session has its place in the gate; its task is `run`, owned by
    the server.
    """

    __slots__ = ("__weakref__", "_dialogue", "_door", "_is_stopping", "_peername", "_wire")

    def __init__(self, door: Door, connection: socket.socket, peername: object) -> None:
        self._door = door
        self._peername = peername
        self._wire = Wire(Link(connection, door.scratch))
        self._dialogue: Dialogue | None = None
        self._is_stopping = False

    @property
    def is_left(self) -> bool:
        """True when the client has ended its side, or the connection is broken."""
        return self._wire.is_left

    @property
    def arrived_octets(self) -> int:
        """How many octets the client has sent so far, read or not."""
        return self._wire.arrived_octets

    def stop(self) -> None:
        """421 as soon as the next command is awaited."""
        self._is_stopping = True
        if self._dialogue is not None:
            self._dialogue.stop()

    def hurry(self) -> None:
        """The house is nearly full: the wait under way is no longer than what holds then."""
        if self._dialogue is not None:
            self._dialogue.hurry()

    def abort(self) -> None:
        """Break the connection off and give its place back."""
        self._wire.abort()
        self._door.surroundings.gate.leave(self)

    async def run(self) -> None:
        """The whole connection; whatever happens, it is closed and its place given back."""
        wire = self._wire
        try:
            await self._converse()
        except asyncio.CancelledError:
            wire.abort()
            raise
        except Gone:
            pass
        except Late:
            wire.say(replies.TIMED_OUT)
        except Exception as error:  # noqa: BLE001 - the edge: one connection's fault must not end the others
            wire.say(fault(self._door.surroundings, error))
        finally:
            is_orderly = False
            try:
                is_orderly = await wire.close()
            finally:
                wire.abort()
                self._door.surroundings.gate.leave(self)
                if self._dialogue is not None:
                    self._dialogue.ended(is_orderly=is_orderly)

    async def _converse(self) -> None:
        wire = self._wire
        admission = await self._arrive()
        if isinstance(admission, Reply):
            wire.say(admission)
        if not isinstance(admission, Admission):
            return
        dialogue = self._dialogue = Dialogue(self._door, admission, wire, self._upgrade)
        if self._is_stopping:
            wire.say(replies.SHUTTING_DOWN)  # RFC 5321 §3.8: 421 may answer anything, a connection too
            return
        wire.say(self._door.greeting)
        await dialogue.run()

    async def _arrive(self) -> Admission | Reply | None:
        """The admitted client, a refusal, or None for a proxy that does not say whom it brings."""
        surroundings = self._door.surroundings
        peer = await behind_proxy(peer_of(self._peername), self._door, self._wire)
        if peer is None:
            return None
        if peer.ip not in surroundings.hidden_origins:
            refusal = surroundings.gate.identify(self, peer.ip)
            if refusal is not None:
                return refusal
        tls = None
        if self._door.listener.tls.mode == "implicit":
            tls = await self._upgrade(None, surroundings.timeouts.tls_handshake_seconds)
        admission = await admit(peer, self._door, self._wire)
        if isinstance(admission, Reply) or tls is None:
            return admission
        return replace(admission, client=replace(admission.client, tls=tls))

    async def _upgrade(self, reply: Reply | None, seconds: float) -> TlsSession:
        """Do the handshake with the certificate of this moment. Raises Gone."""
        if self._door.tls is None:
            raise CertificateError("this listener has no certificate")
        return await self._wire.start_tls(reply, self._door.tls.context(), seconds)
