"""Who is at the other end of a Unix socket, by the kernel's word; and whom this machine's groups let in."""

from __future__ import annotations

import grp
import os
import pwd
import socket
import struct

from gateway.core.access import ADMINISTRATOR_GROUP, HELPER_GROUP, House, Peer

_UCRED = struct.Struct("iII")  # unix(7): pid, uid, gid
# socket(7), Linux 4.13: the supplementary groups of the peer. The module `socket` does not name it.
_SO_PEERGROUPS = 59
# The most that the module `socket` asks the kernel for: 256 groups.
_GROUPS_OCTETS = 1_024


def peer_of(connection: socket.socket) -> Peer:
    """The process as it was when it connected. Raises OSError when the kernel won't say."""
    _, uid, gid = _UCRED.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size))
    return Peer(uid, frozenset({gid, *_groups(connection, uid, gid)}), _name(uid))


def this_house() -> House:
    """Our own user and the groups that this machine has."""
    return House(os.geteuid(), _gid(ADMINISTRATOR_GROUP), _gid(HELPER_GROUP))


def _groups(connection: socket.socket, uid: int, gid: int) -> tuple[int, ...] | list[int]:
    """The supplementary groups; of the user database where the kernel can't say them all."""
    try:
        groups = connection.getsockopt(socket.SOL_SOCKET, _SO_PEERGROUPS, _GROUPS_OCTETS)
    except OSError:
        return os.getgrouplist(_name(uid), gid)
    return struct.unpack(f"{len(groups) // 4}I", groups)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def _gid(group: str) -> int | None:
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        return None
