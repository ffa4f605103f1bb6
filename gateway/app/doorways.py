"""The listening sockets of the process, by address: one that two settings share stays open from one to the next.

Whoever listens gets a copy of the descriptor; the kernel's queue of connections belongs to the original here.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping, Sequence

from gateway.config.endpoints import Inet, parse_endpoint
from gateway.system.sockets import close_ours, open_listeners


class Doorways:
    """`inherited` are systemd's sockets by name; they are never closed, for it would not pass them again."""

    def __init__(self, inherited: Mapping[str, Sequence[socket.socket]]) -> None:
        self._inherited = inherited
        self._held: dict[str, tuple[socket.socket, ...]] = {}

    @property
    def held(self) -> Mapping[str, Sequence[socket.socket]]:
        """The sockets by address."""
        return self._held

    def hold(self, addresses: Mapping[str, str]) -> None:
        """Open what is not open yet; `addresses` by listener. Raises ListenError; then nothing changed."""
        fresh = {name: address for name, address in addresses.items() if address not in self._held}
        for name, sockets in open_listeners(fresh, self._inherited).items():
            self._held[fresh[name]] = sockets

    def open(self, addresses: Mapping[str, str]) -> dict[str, tuple[socket.socket, ...]]:
        """Copies for each named address. Raises ListenError as `hold`."""
        self.hold(addresses)
        return {name: tuple(each.dup() for each in self._held[address]) for name, address in addresses.items()}

    def in_the_way(self, addresses: Iterable[str]) -> frozenset[str]:
        """Those held, but not wanted any more, that would keep a wanted one from being opened: the port is the same."""
        wanted = set(addresses)
        ports = {_port(address) for address in wanted - self._held.keys()} - {None}
        return frozenset(address for address in self._held.keys() - wanted if _port(address) in ports)

    def close(self, addresses: Iterable[str]) -> None:
        """Give these up; who still holds a copy goes on listening."""
        for address in addresses:
            close_ours(self._held.pop(address, ()), self._inherited)

    def close_others(self, addresses: Iterable[str]) -> None:
        """Give up all but these."""
        self.close(self._held.keys() - set(addresses))


def _port(address: str) -> int | None:
    """None where the kernel or systemd chooses."""
    endpoint = parse_endpoint(address)
    return (endpoint.port or None) if isinstance(endpoint, Inet) else None
