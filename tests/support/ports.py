"""Free ports on loopback, for programs that cannot be told to let the kernel choose."""

from __future__ import annotations

import socket


def free_port(address: str = "127.0.0.1") -> int:
    """A TCP port that nobody listens on now; another program might still take it before ours does."""
    with socket.socket(socket.AF_INET) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def first_free_port(preferred: int, address: str = "127.0.0.1") -> int:
    """`preferred`, or the next one above it that is free, at most a hundred further."""
    for port in range(preferred, preferred + 100):
        with socket.socket(socket.AF_INET) as probe:
            # As a server does: a connection that was closed a moment ago does not make the port taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port from {preferred} to {preferred + 99}")


def answers(port: int, greeting: bytes = b"", address: str = "127.0.0.1") -> bool:
    """True when a server listens there and its first octets begin with `greeting`."""
    with socket.create_connection((address, port), timeout=2) as peer:
        return not greeting or peer.recv(len(greeting)) == greeting
