"""Opens the listening sockets of the settings, or takes those that systemd opened (sd_listen_fds(3)).

Knows no protocol and no loop; whoever accepts on them sets TCP_NODELAY on each connection.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Mapping, Sequence
from ipaddress import ip_address

from gateway.config.endpoints import Inet, Inherited, parse_endpoint

FIRST_INHERITED_FD = 3
BACKLOG = 256


class ListenError(Exception):
    """A socket could not be opened; the text says which and why, for the admin, one line each."""


def open_listeners(
    addresses: Mapping[str, str], inherited: Mapping[str, Sequence[socket.socket]]
) -> dict[str, tuple[socket.socket, ...]]:
    """One or more listening, non-blocking sockets for each named address of the settings.

    `systemd:NAME` may stand for several (IPv4 and IPv6); an address that systemd holds for us is taken from there, so
    that the defaults survive a restart too. Raises ListenError with every failure; then none is open.
    """
    opened: dict[str, tuple[socket.socket, ...]] = {}
    failures: list[str] = []
    for name, address in addresses.items():
        try:
            opened[name] = _unshared(_open(address, inherited), opened)
        except ListenError as error:
            failures.append(f"listener {name}: {error}")
    if failures:
        for sockets in opened.values():
            close_ours(sockets, inherited)
        raise ListenError("\n".join(failures))
    return opened


def close_ours(sockets: Sequence[socket.socket], inherited: Mapping[str, Sequence[socket.socket]]) -> None:
    """Close them, but for those that systemd passed: it would not pass them again."""
    kept = {one for theirs in inherited.values() for one in theirs}
    for one in sockets:
        if one not in kept:
            one.close()


def unused_names(
    inherited: Mapping[str, Sequence[socket.socket]], opened: Mapping[str, Sequence[socket.socket]]
) -> list[str]:
    """The names of what systemd passed and nobody serves: there clients wait in vain."""
    used = {one for sockets in opened.values() for one in sockets}
    return [name for name, sockets in inherited.items() if not used.issuperset(sockets)]


def inherited_sockets(environment: Mapping[str, str], pid: int) -> dict[str, list[socket.socket]]:
    """The sockets that systemd passed to this process, by their names. They are ours from now on: call it once."""
    count = environment.get("LISTEN_FDS", "")
    if environment.get("LISTEN_PID") != str(pid) or not (count.isascii() and count.isdigit()):
        return {}
    names = environment.get("LISTEN_FDNAMES", "").split(":")
    found: dict[str, list[socket.socket]] = {}
    for place in range(int(count)):
        name = names[place] if place < len(names) and names[place] else "unknown"
        os.set_inheritable(FIRST_INHERITED_FD + place, False)
        found.setdefault(name, []).append(socket.socket(fileno=FIRST_INHERITED_FD + place))
    return found


def _open(address: str, inherited: Mapping[str, Sequence[socket.socket]]) -> tuple[socket.socket, ...]:
    endpoint = parse_endpoint(address)
    if isinstance(endpoint, Inherited):
        return _taken(endpoint.name, inherited)
    if isinstance(endpoint, Inet):
        return (_held_for_us(endpoint, inherited) or _bound(endpoint),)
    raise ListenError(f"{address} is not possible here")


def _unshared(
    sockets: tuple[socket.socket, ...], opened: Mapping[str, tuple[socket.socket, ...]]
) -> tuple[socket.socket, ...]:
    """The sockets, when no other listener has one of them: whose rules would hold for a client? Raises ListenError."""
    for other, theirs in opened.items():
        if set(theirs) & set(sockets):
            raise ListenError(f"the listener {other} has this socket of systemd already")
    return sockets


def _taken(name: str, inherited: Mapping[str, Sequence[socket.socket]]) -> tuple[socket.socket, ...]:
    sockets = inherited.get(name, ())
    if not sockets:
        names = ", ".join(sorted(inherited)) or "none"
        raise ListenError(f"systemd passed no socket named {name} (FileDescriptorName=); it passed: {names}")
    for one in sockets:
        if one.type != socket.SOCK_STREAM or not one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            raise ListenError(f"the socket {name} from systemd is no listening stream socket (ListenStream=)")
        one.setblocking(False)
    return tuple(sockets)


def _held_for_us(endpoint: Inet, inherited: Mapping[str, Sequence[socket.socket]]) -> socket.socket | None:
    """The listening socket with exactly this address among those that systemd passed."""
    for sockets in inherited.values():
        for one in sockets:
            if one.family in (socket.AF_INET, socket.AF_INET6) and one.getsockname()[:2] == (
                endpoint.host,
                endpoint.port,
            ):
                one.setblocking(False)
                return one
    return None


def _bound(endpoint: Inet) -> socket.socket:
    is_ipv6 = ip_address(endpoint.host).version == 6
    opened = socket.socket(socket.AF_INET6 if is_ipv6 else socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_ipv6:
            # Without it [::] would also take IPv4, as ::ffff:192.0.2.1, and 0.0.0.0 could not be bound beside it.
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.bind((endpoint.host, endpoint.port))
        opened.listen(BACKLOG)
    except OSError as error:
        opened.close()
        raise ListenError(_in_words(endpoint, error)) from error
    opened.setblocking(False)
    return opened


def _in_words(endpoint: Inet, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"{endpoint} is taken: another program listens there"
    if error.errno == errno.EACCES:
        return (
            f"{endpoint} needs a right this user lacks, as every port below 1024 does: "
            "use a port from 1024, a socket from systemd, or CAP_NET_BIND_SERVICE"
        )
    if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        return f"{endpoint} is no address of this machine"
    return f"{endpoint} cannot be opened: {error.strerror}"
