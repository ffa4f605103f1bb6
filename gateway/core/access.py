"""Who may do what at the control socket (D12): a pure decision over the kernel's word about the peer.

Knows no socket and no user database; the server tells it numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

ADMINISTRATOR_GROUP = "poterne-admin"
HELPER_GROUP = "poterne-helper"
ROOT_UID = 0


class Access(Enum):
    """What a peer is to us."""

    ADMINISTRATOR = "administrator"
    HELPER = "helper"


class Right(Enum):
    """What a method needs. BODY is the text of a message: secrecy of correspondence (ux.md §3.4).

    OPERATE is to change what happens to mail that is not held: the queue, the bypass, the lists, what is remembered.
    SETTINGS is to change settings and secrets.
    """

    READ = "read"
    QUARANTINE = "quarantine"
    BODY = "body"
    OPERATE = "operate"
    SETTINGS = "settings"


_RIGHTS = {
    Access.ADMINISTRATOR: frozenset(Right),
    Access.HELPER: frozenset({Right.READ, Right.QUARANTINE}),
}


@dataclass(frozen=True, slots=True)
class Peer:
    """The process at the other end as the kernel names it; `name` is its user's name, for the journal."""

    uid: int
    gids: frozenset[int]
    name: str


@dataclass(frozen=True, slots=True)
class House:
    """Whom we let in: our own user and two groups, None where the machine has no such group."""

    own_uid: int
    administrator_gid: int | None = None
    helper_gid: int | None = None


def access_of(peer: Peer, house: House) -> Access | None:
    """The peer's access, None for a stranger."""
    if peer.uid in (house.own_uid, ROOT_UID) or house.administrator_gid in peer.gids:
        return Access.ADMINISTRATOR
    return Access.HELPER if house.helper_gid in peer.gids else None


def may(access: Access, right: Right) -> bool:
    """True when this access includes the right."""
    return right in _RIGHTS[access]
