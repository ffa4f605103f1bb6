"""May this client send to this recipient? The answer that keeps us from being an open relay.

Pure: knows our domains and who the client is, not whether the mailbox exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gateway.core.address import ForwardPath, ReversePath
from gateway.core.envelope import Client, Role

# Signs by which old mail systems were told to route on: "a%b@us", "b!a@us", "a@b"@us (reliability.md §5).
_ROUTING_CHARACTERS = frozenset("%!@")


class Way(Enum):
    """Where a permitted recipient is."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    POSTMASTER = "postmaster"  # the bare `postmaster` of RFC 5321 §2.3.5
    DENIED = "denied"
    DENIED_SENDER = "denied-sender"


@dataclass(frozen=True, slots=True)
class RelayRights:
    """What one `relay_client` entry may do: reverse-path domains (A-labels), single ones, and the null reverse-path.

    `sender_addresses` are folded (`Mailbox.key`). `messages_per_hour` 0 is no limit.
    """

    name: str
    sender_domains: frozenset[str]
    allow_null_reverse_path: bool = True
    sender_addresses: frozenset[str] = frozenset()
    messages_per_hour: int = 0


def way_to(
    client: Client,
    reverse_path: ReversePath,
    forward_path: ForwardPath,
    domains: frozenset[str],
    rights: RelayRights | None,
) -> Way:
    """Decide. `domains` are ours as A-labels, exact: a sub-domain is another domain. `rights` may be None."""
    if client.role is not Role.INBOUND and rights is None:
        return Way.DENIED
    if not forward_path.ascii_domain:
        return Way.POSTMASTER
    if forward_path.ascii_domain in domains:
        return Way.INSIDE
    if rights is None:
        return Way.DENIED
    return Way.OUTSIDE if _may_send_as(reverse_path, rights) else Way.DENIED_SENDER


def asks_to_route_on(forward_path: ForwardPath) -> bool:
    """True when the local part names another host: then only a listed user of that very name is one of ours."""
    return not _ROUTING_CHARACTERS.isdisjoint(forward_path.mailbox.local_part)


def _may_send_as(reverse_path: ReversePath, rights: RelayRights) -> bool:
    mailbox = reverse_path.mailbox
    if mailbox is None:
        return rights.allow_null_reverse_path
    return mailbox.ascii_domain in rights.sender_domains or mailbox.key in rights.sender_addresses
