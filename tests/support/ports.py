"""Free ports on loopback, for programs that cannot let the kernel choose, and for servers that must not exist.

A port of `free_port` stays this process's until it ends: it is below those that the kernel hands out by itself, and an
abstract Unix socket with its number keeps every other test on the machine from choosing it. So a dead port stays dead.
"""

from __future__ import annotations

import random
import socket
from pathlib import Path

_LOWEST = 10_000
_claims: list[socket.socket] = []


def free_port(address: str = "127.0.0.1") -> int:
    """A TCP port that nobody listens on, and that no other test is given. `OSError` when none was found."""
    for port in random.sample(range(_LOWEST, _lowest_of_the_kernel()), 200):
        if _can_listen(address, port) and _claimed(port):
            return port
    raise OSError("no free port among 200 chosen at random")


def first_free_port(preferred: int, address: str = "127.0.0.1") -> int:
    """`preferred`, or the next one above it that is free, at most a hundred further."""
    for port in range(preferred, preferred + 100):
        # As a server does: a connection that was closed a moment ago does not make the port taken.
        if _can_listen(address, port, reuse=True):
            return port
    raise OSError(f"no free port from {preferred} to {preferred + 99}")


def answers(port: int, greeting: bytes = b"", address: str = "127.0.0.1") -> bool:
    """True when a server listens there and its first octets begin with `greeting`."""
    with socket.create_connection((address, port), timeout=2) as peer:
        return not greeting or peer.recv(len(greeting)) == greeting


def _lowest_of_the_kernel() -> int:
    low = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    return low if low >= _LOWEST + 1000 else 32_768


def _can_listen(address: str, port: int, *, reuse: bool = False) -> bool:
    with socket.socket(socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, reuse)
        try:
            probe.bind((address, port))
        except OSError:
            return False
        return True


def _claimed(port: int) -> bool:
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0poterne-test-port-{port}")
    except OSError:
        claim.close()
        return False
    _claims.append(claim)
    return True
