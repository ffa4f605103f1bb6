"""Plays systemd for a service: opens its listening sockets, hands them over, hears what it tells, asks it to stop.

As sd_listen_fds(3) and sd_notify(3) have it. Knows no particular service, and nothing of pytest.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.process import NotStarted, start_process, stop_process

# Puts the sockets where sd_listen_fds(3) wants them, says for whom they are, and becomes the service.
_HAND_OVER = """
import os, sys
count = int(sys.argv[1])
for place in range(count):
    os.dup2(100 + place, 3 + place)
    os.close(100 + place)
os.environ["LISTEN_PID"] = str(os.getpid())
if os.environ.get("WATCHDOG_USEC"):
    os.environ["WATCHDOG_PID"] = str(os.getpid())
os.execv(sys.argv[2], sys.argv[2:])
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a service told (`READY=1`), and when, on the monotonic clock."""

    at: float
    state: str


@dataclass
class Service:
    """A running process with its manager's ear."""

    process: subprocess.Popen[bytes]
    log: Path
    told: list[Told] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)

    @property
    def states(self) -> list[str]:
        """All it told, in order."""
        with self.news:
            return [each.state for each in self.told]

    def wait_for(self, start: str, seconds: float = 30) -> Told:
        """What it told that begins so, once it did. Raises NotStarted with its log when it ended or time is over."""

        def said() -> Told | None:
            return next((each for each in self.told if each.state.startswith(start)), None)

        end = time.monotonic() + seconds
        with self.news:
            while said() is None and self.process.poll() is None and time.monotonic() < end:
                self.news.wait(0.1)
            found = said()
        if found is None:
            raise NotStarted(f"it never told {start}; it told {self.states}:\n{self.log.read_text()[-2_000:]}")
        return found

    def ask_to_stop(self) -> None:
        """SIGTERM, to the process alone (KillMode=mixed)."""
        self.process.send_signal(signal.SIGTERM)

    def ended(self, seconds: float = 30) -> int:
        """Its exit code, once it ended; systemd would kill it after `seconds`. Raises subprocess.TimeoutExpired."""
        return self.process.wait(seconds)


class Manager:
    """Keeps listening sockets over the lives of several processes. Build it with `managing`."""

    def __init__(self, folder: Path, listening: Sequence[socket.socket], name: str) -> None:
        self._folder = folder
        self._listening = listening
        self._name = name
        self._services: list[Service] = []

    @property
    def ports(self) -> list[int]:
        """Of the sockets, in order."""
        return [int(each.getsockname()[1]) for each in self._listening]

    def start(self, *command: str, watchdog_seconds: float | None = None) -> Service:
        """Start the service; `command` begins with the path of a program. Returns at once."""
        number = len(self._services)
        ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        ear.bind(str(self._folder / f"notify{number}"))
        environment = {
            **os.environ,
            "LISTEN_FDS": str(len(self._listening)),
            "LISTEN_FDNAMES": ":".join([self._name] * len(self._listening)),
            "NOTIFY_SOCKET": ear.getsockname(),
        }
        if watchdog_seconds is not None:
            environment["WATCHDOG_USEC"] = str(int(watchdog_seconds * 1_000_000))
        log = self._folder / f"service{number}.log"
        with self._passed() as descriptors:
            process = start_process(
                [sys.executable, "-c", _HAND_OVER, str(len(self._listening)), *command],
                log,
                environment=environment,
                descriptors=descriptors,
            )
        service = Service(process, log)
        threading.Thread(target=_listen, args=(ear, service), daemon=True).start()
        self._services.append(service)
        return service

    def end(self) -> None:
        """Stop whatever still runs."""
        for service in self._services:
            stop_process(service.process)

    @contextmanager
    def _passed(self) -> Iterator[tuple[int, ...]]:
        """Copies of the sockets with known numbers, far from those that a child uses itself."""
        copies = []
        try:
            for place, each in enumerate(self._listening):
                os.dup2(each.fileno(), 100 + place, inheritable=False)
                copies.append(100 + place)
            yield tuple(copies)
        finally:
            for copy in copies:
                os.close(copy)


@contextmanager
def managing(folder: Path, *addresses: str, name: str = "smtp") -> Iterator[Manager]:
    """A manager whose sockets of that name listen on a free port of each address ("127.0.0.1", "::1")."""
    with contextlib.ExitStack() as stack:
        listening = []
        for address in addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            listening.append(stack.enter_context(socket.create_server((address, 0), family=family, backlog=512)))
        manager = Manager(folder, listening, name)
        stack.callback(manager.end)
        yield manager


def _listen(ear: socket.socket, service: Service) -> None:
    """Note what the service tells until it has ended."""
    with ear:
        ear.settimeout(0.2)
        while True:
            try:
                states = ear.recv(4_096).decode().splitlines()
            except TimeoutError:
                if service.process.poll() is not None:
                    return
                continue
            with service.news:
                service.told += [Told(time.monotonic(), state) for state in states]
                service.news.notify_all()
