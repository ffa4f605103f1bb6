"""A real redis-server on a Unix socket in a folder of its own; used by tests and by `make run`.

Knows nothing of rspamd nor of pytest.
"""

from __future__ import annotations

import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.process import checked_socket, find_program, start_process, stop_process, wait_until_ready


@dataclass(frozen=True, slots=True)
class RunningRedis:
    """The server that was started; `socket` answers."""

    socket: Path
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it, by its process id; does nothing when it has ended."""
        stop_process(self.process)


def start_redis(folder: Path, *, keep: bool = False) -> RunningRedis:
    """Start one below `folder` (made if missing); `keep` writes what was learnt to disk. Raises NotStarted."""
    program = find_program("redis-server")
    folder.mkdir(parents=True, exist_ok=True)
    path = checked_socket(folder / "redis.sock")
    path.unlink(missing_ok=True)
    arguments = ["--port", "0", "--unixsocket", str(path), "--unixsocketperm", "660", "--dir", str(folder.resolve())]
    arguments += ["--daemonize", "no", "--save", "", "--appendonly", "yes" if keep else "no"]
    process = start_process([program, *arguments], folder / "redis.log")
    wait_until_ready(process, lambda: _answers(path), folder / "redis.log", seconds=20)
    return RunningRedis(path, process)


def _answers(path: Path) -> bool:
    """True when PING gets PONG (not while it still loads)."""
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(2)
        peer.connect(str(path))
        peer.sendall(b"PING\r\n")
        return peer.recv(64).startswith(b"+PONG")
