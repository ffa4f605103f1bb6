"""A real redis-server on a Unix socket in a folder of its own; used by tests and by `make run`.

Knows nothing of rspamd nor of pytest.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# sun_path of Linux has 108 octets with the final NUL; the programs say nothing useful beyond it.
SOCKET_PATH_MAXIMUM_OCTETS = 107


class NotStarted(Exception):
    """A program is missing, ended by itself, or was not ready in time; the text holds the end of its log."""


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
    with (folder / "redis.log").open("ab") as log:
        process = subprocess.Popen([program, *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    wait_until_ready(process, lambda: _answers(path), folder / "redis.log", seconds=20)
    return RunningRedis(path, process)


def _answers(path: Path) -> bool:
    """True when PING gets PONG (not while it still loads)."""
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(2)
        peer.connect(str(path))
        peer.sendall(b"PING\r\n")
        return peer.recv(64).startswith(b"+PONG")


def find_program(name: str) -> str:
    """The program on PATH or in the system folders. Raises NotStarted."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin")
    if found is None:
        raise NotStarted(f"{name} is not installed")
    return found


def checked_socket(path: Path) -> Path:
    """The absolute path, when a Unix socket can have it. Raises NotStarted."""
    absolute = path.resolve()
    if len(str(absolute).encode()) > SOCKET_PATH_MAXIMUM_OCTETS:
        raise NotStarted(f"{absolute} is too long for a Unix socket; use a shorter folder")
    return absolute


def wait_until_ready(process: subprocess.Popen[bytes], answers: Callable[[], bool], log: Path, seconds: float) -> None:
    """Ask every 50 ms until `answers()`. Raises NotStarted when the process ended or `seconds` are over."""
    for _ in range(int(seconds * 20)):
        try:
            if answers():
                return
        except OSError:
            pass
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        break
    stop_process(process)
    tail = log.read_text(errors="replace")[-2_000:] if log.exists() else ""
    raise NotStarted(f"process {process.pid} ({log.stem}) did not become ready:\n{tail}")


def stop_process(process: subprocess.Popen[bytes], seconds: float = 10) -> None:
    """SIGTERM, then SIGKILL when it has not ended in time."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
