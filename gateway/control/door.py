"""The listening socket of the control door: one live gateway per folder, never a leftover of a dead one.

Knows nothing of what is said on it.
"""

from __future__ import annotations

import fcntl
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.control.place import address

# D12.
_FOLDER_MODE = 0o750
_SOCKET_MODE = 0o660
_BACKLOG = 64


class DoorError(Exception):
    """The socket can't be had; the text says why and what to do."""


@contextmanager
def door(path: Path) -> Iterator[socket.socket]:
    """The listening socket at `path`, gone at the end. Raises DoorError.

    A lock beside it, which the kernel drops with the process, tells a live gateway from a dead one's leftovers.
    """
    try:
        path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise DoorError(f"The folder {path.parent} can't be used: {error.strerror}.") from error
    try:
        _lock(lock, path)
        _remove_leftover(path)
        with _listen(path) as listening:
            try:
                yield listening
            finally:
                path.unlink(missing_ok=True)
    finally:
        os.close(lock)


def _lock(lock: int, path: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise DoorError(
            f"Another gateway runs already with {path}. Stop it, or set another runtime_directory."
        ) from error


def _remove_leftover(path: Path) -> None:
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise DoorError(f"{path} is not a socket and not ours; remove it.")
        path.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        raise DoorError(f"The old socket {path} can't be removed: {error.strerror}.") from error


def _listen(path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with address(path) as name:
            listening.bind(name)
            # Between bind and listen nobody can connect, so the mode is right before the first peer.
            Path(name).chmod(_SOCKET_MODE)
        listening.listen(_BACKLOG)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        raise DoorError(f"The socket {path} can't be opened: {error.strerror or error}.") from error
    return listening
