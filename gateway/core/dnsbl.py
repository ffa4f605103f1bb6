"""DNS lists of addresses (RFC 5782): the names to ask, and what an answer means.

Knows no DNS and no setting but the codes of a zone. Addresses of the inside are never asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from gateway.core.envelope import IPAddress

# RFC 5782 §5: these two tell a living list from a dead or a wildcarded one.
LISTED_IPV4 = IPv4Address("127.0.0.2")
UNLISTED_IPV4 = IPv4Address("127.0.0.1")
LISTED_IPV6 = IPv6Address("::ffff:7f00:2")
UNLISTED_IPV6 = IPv6Address("::ffff:7f00:1")

_ANSWERS = IPv4Network("127.0.0.0/8")
# Spamhaus and others: 252 typing error in the zone, 254 asked through a public resolver, 255 too many questions.
_ERRORS = IPv4Network("127.255.255.0/24")
# Used for "you are blocked" (URIBL, SURBL), never for a listing that a new list should have (RFC 5782 §2.1).
_BLOCKED = IPv4Address("127.0.0.1")

_INSIDE = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
    )
)
_INSIDE6 = tuple(IPv6Network(text) for text in ("::/127", "fc00::/7", "fe80::/10"))


class Meaning(Enum):
    """What one returned address says."""

    LISTED = "listed"
    OTHER = "other"  # a listing of a kind that the settings don't count
    ERROR = "error"  # the list does not answer us: never a hit


def reversed_labels(ip: IPAddress) -> str:
    """The address as the left part of the name: octets (RFC 5782 §2.1) or nibbles (§2.4), last first."""
    if isinstance(ip, IPv4Address):
        return ".".join(reversed(str(ip).split(".")))
    return ".".join(reversed(ip.exploded.replace(":", "")))


def query_name(ip: IPAddress, zone: str) -> str:
    """The name to ask for A and TXT."""
    return f"{reversed_labels(ip)}.{zone.strip('.')}"


def asked_address(ip: IPAddress) -> IPAddress | None:
    """The address to ask about (an IPv4-mapped one as IPv4), None for one that only means something inside."""
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if isinstance(ip, IPv4Address):
        return None if any(ip in network for network in _INSIDE) else ip
    return None if any(ip in network for network in _INSIDE6) else ip


def meaning(answer: str, codes: Sequence[str] = ()) -> Meaning:
    """What a returned address says; `codes` are the ones that count, all if empty."""
    try:
        address = ip_address(answer)
    except ValueError:
        return Meaning.ERROR
    # RFC 5782 §2.1: answers lie in 127.0.0.0/8; anything else is a parked domain or a lying resolver.
    if not isinstance(address, IPv4Address) or address not in _ANSWERS:
        return Meaning.ERROR
    if address in _ERRORS:
        return Meaning.ERROR
    if codes:
        return Meaning.LISTED if str(address) in codes else Meaning.OTHER
    return Meaning.ERROR if address == _BLOCKED else Meaning.LISTED
