"""One listener: accepts connections, owns their tasks, and stops them in order.

Knows asyncio's server and nothing of SMTP beyond that a stopping server says 421 at the next command.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import weakref
from contextlib import suppress

from gateway.config.schema import Listener
from gateway.net.tls import ServerTls
from gateway.smtp.session import Session
from gateway.smtp.surroundings import Door, Surroundings

BACKLOG = 512
# Python 3.12's Server.wait_closed waits for every connection (libraries.md A5); ours have ended before.
_CLOSE_SECONDS = 2.0


class SmtpServer:
    """The inbound door on one address. `tls` is prepared by the caller; None means no TLS whatever the settings say."""

    def __init__(self, name: str, listener: Listener, surroundings: Surroundings, tls: ServerTls | None) -> None:
        self._name = name
        self._listener = listener
        self._surroundings = surroundings
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._runner: asyncio.Task[None] | None = None
        self._ended = asyncio.Event()
        self._sessions: weakref.WeakSet[Session] = weakref.WeakSet()

    @property
    def port(self) -> int:
        """The port in use; chosen by the kernel when the settings say 0. Raises RuntimeError before `start`."""
        if self._server is None or not self._server.sockets:
            raise RuntimeError("the server is not listening")
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self, tasks: asyncio.TaskGroup, sock: socket.socket | None = None) -> None:
        """Listen, on `sock` if it is given (systemd), else on the settings' address. Raises OSError.

        `tasks` owns the server's one task, in which sessions and deliveries live.
        """
        # At INFO aiosmtpd logs every address, at DEBUG the mail itself.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._runner = tasks.create_task(self._run(sock or _bound(self._listener.address), ready))
        await ready

    async def stop(self, grace_seconds: float) -> None:
        """Take no new connection, say 421 at each next command, wait so long, then break off what is left."""
        if self._runner is None:
            return
        self._ended.set()
        if self._server is not None:
            self._server.close()
        for session in tuple(self._sessions):
            session.stop()
        await asyncio.wait({self._runner}, timeout=grace_seconds)
        if not self._runner.done():
            self._runner.cancel()
            await asyncio.wait({self._runner}, timeout=_CLOSE_SECONDS)

    async def _run(self, sock: socket.socket, ready: asyncio.Future[None]) -> None:
        try:
            async with asyncio.TaskGroup() as deliveries, asyncio.TaskGroup() as sessions:
                door = Door(self._name, self._listener, self._tls, self._surroundings, sessions, deliveries)
                loop = asyncio.get_running_loop()
                self._server = await loop.create_server(lambda: self._session(door), sock=sock, backlog=BACKLOG)
                ready.set_result(None)
                await self._ended.wait()
            await self._close()
        except OSError as error:
            if ready.done():
                raise
            ready.set_exception(error)

    def _session(self, door: Door) -> Session:
        session = Session(door)
        self._sessions.add(session)
        if self._ended.is_set():
            session.stop()
        return session

    async def _close(self) -> None:
        if self._server is None:
            return
        self._server.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._server.wait_closed()


def _bound(address: str) -> socket.socket:
    """A socket of the settings' "host:port". Raises OSError, also for a systemd socket that was not passed."""
    if address.startswith("systemd:"):
        raise OSError(f"no socket was passed for {address}")
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # Each family has its own listener, so an IPv4 client never comes in IPv6 clothes.
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((host, int(port)))
    except BaseException:
        sock.close()
        raise
    sock.setblocking(False)
    return sock
