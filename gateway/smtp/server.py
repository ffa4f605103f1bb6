"""One listener: accepts connections, owns their tasks, and stops them in order.

Knows nothing of SMTP beyond that a stopping server says 421 at the next command. Accepts by itself: asyncio's
Server drops connections that it accepted in the moment of its close, and no client may be lost by a restart.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
import weakref

from gateway.config.schema import Listener
from gateway.core import replies
from gateway.net.tls import ServerTls
from gateway.smtp.session import Session
from gateway.smtp.surroundings import Door, Surroundings

BACKLOG = 512
# After the grace: what was broken off gets so long to end.
_CLOSE_SECONDS = 2.0
# At one turn of the loop, so that a flood of connections does not hold up those that are talking.
_ACCEPT_AT_ONCE = 16
# accept(2): no descriptor or no memory just now. Clients wait in the kernel's queue meanwhile.
_SHORTAGES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_SHORTAGE_PAUSE_SECONDS = 1.0

logger = logging.getLogger(__name__)


class SmtpServer:
    """The inbound door on one address. `tls` is prepared by the caller; None means no TLS whatever the settings say."""

    def __init__(self, name: str, listener: Listener, surroundings: Surroundings, tls: ServerTls | None) -> None:
        self._name = name
        self._listener = listener
        self._surroundings = surroundings
        self._tls = tls
        self._sock: socket.socket | None = None
        self._pause: asyncio.TimerHandle | None = None
        self._runner: asyncio.Task[None] | None = None
        self._ended = asyncio.Event()
        self._sessions: weakref.WeakSet[Session] = weakref.WeakSet()

    @property
    def port(self) -> int:
        """The port in use; chosen by the kernel when the settings say 0. Raises RuntimeError before `start`."""
        if self._sock is None:
            raise RuntimeError("the server is not listening")
        return int(self._sock.getsockname()[1])

    async def start(self, tasks: asyncio.TaskGroup, sock: socket.socket | None = None) -> None:
        """Listen, on `sock` if it is given (systemd), else on the settings' address. Raises OSError.

        `tasks` owns the server's one task, in which sessions live.
        """
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._runner = tasks.create_task(self._run(sock or _bound(self._listener.address), ready))
        await ready

    async def stop(self, grace_seconds: float) -> None:
        """Take no new connection, say 421 at each next command, wait so long, then break off what is left.

        Who connects from now on waits in the kernel's queue, and is served by the next process where systemd keeps
        the socket; a socket of our own ends here, and its queue with it.
        """
        if self._runner is None:
            return
        self._ended.set()
        self._stop_listening()
        for session in tuple(self._sessions):
            session.stop()
        await asyncio.wait({self._runner}, timeout=grace_seconds)
        if not self._runner.done():
            self._runner.cancel()
            await asyncio.wait({self._runner}, timeout=_CLOSE_SECONDS)

    async def _run(self, sock: socket.socket, ready: asyncio.Future[None]) -> None:
        try:
            async with asyncio.TaskGroup() as sessions:
                door = Door(self._name, self._listener, self._tls, self._surroundings, sessions)
                self._listen(sock, door)
                self._surroundings.gate.watch(self._hurry)
                ready.set_result(None)
                await self._ended.wait()
        except OSError as error:
            if ready.done():
                raise
            ready.set_exception(error)
        finally:
            self._stop_listening()
            self._surroundings.gate.unwatch(self._hurry)
            for session in tuple(self._sessions):
                session.abort()  # a task that is cancelled before it began closes nothing

    # --- accepting ----------------------------------------------------------------------------------------

    def _listen(self, sock: socket.socket, door: Door) -> None:
        """Raises OSError. A socket that listens already keeps the queue that whoever opened it gave it."""
        sock.setblocking(False)
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            # Accepted sockets inherit it: a reply never waits for the acknowledgement of the one before.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            sock.listen(BACKLOG)
        self._sock = sock
        self._accept_again(sock, door)

    def _accept_again(self, sock: socket.socket, door: Door) -> None:
        self._pause = None
        asyncio.get_running_loop().add_reader(sock, self._accept, sock, door)

    def _accept(self, sock: socket.socket, door: Door) -> None:
        """Each connection has its task at once: none is between the kernel and us when the server stops."""
        for _ in range(_ACCEPT_AT_ONCE):
            try:
                connection, peername = sock.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                self._rest(sock, door, error)
                return
            connection.setblocking(False)
            gate = self._surroundings.gate
            if gate.is_full:
                _turn_away(connection)
                continue
            session = Session(door, connection, peername)
            gate.enter(session)
            self._sessions.add(session)
            door.sessions.create_task(session.run())

    def _rest(self, sock: socket.socket, door: Door, error: OSError) -> None:
        """Look away for a while when the machine lacks something; any other failure of accept(2) is one client's."""
        if error.errno not in _SHORTAGES:
            return
        loop = asyncio.get_running_loop()
        loop.remove_reader(sock)
        self._pause = loop.call_later(_SHORTAGE_PAUSE_SECONDS, self._accept_again, sock, door)
        logger.warning("listener %s takes nobody for a moment: %s", self._name, error.strerror)

    def _hurry(self) -> None:
        """Nearly full: who has waited long enough for such times goes now."""
        for session in tuple(self._sessions):
            session.hurry()

    def _stop_listening(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
        if self._sock is not None:
            asyncio.get_running_loop().remove_reader(self._sock)
            self._sock.close()
            self._sock = None


def _turn_away(connection: socket.socket) -> None:
    """One line and no more: a flood beyond the last place costs no task and keeps no descriptor."""
    with contextlib.suppress(OSError):
        connection.send(replies.TOO_MANY_CONNECTIONS.to_octets())
    connection.close()


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
