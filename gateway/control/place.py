"""Where the socket lies and how to name it to the kernel, whatever the length of its path.

Shared by server and client; standard library only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOCKET_NAME = "control.sock"
DEFAULT_RUNTIME_DIRECTORY = Path("/run/poterne")

# unix(7): sun_path has 108 octets with its final NUL.
_ADDRESS_MAXIMUM_OCTETS = 107


def socket_path(runtime_directory: str | Path) -> Path:
    """The control socket of the gateway with this runtime directory."""
    return Path(runtime_directory) / SOCKET_NAME


@contextmanager
def address(path: Path) -> Iterator[str]:
    """The path as `bind` and `connect` take it; a long one goes through a descriptor of its folder.

    Raises OSError when that folder can't be opened.
    """
    if len(os.fsencode(path)) <= _ADDRESS_MAXIMUM_OCTETS:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
