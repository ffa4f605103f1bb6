"""Which addresses are this machine's own: mail to there would come back to us, and servers see one of them."""

from __future__ import annotations

import socket
from ipaddress import ip_address


def is_local_address(address: str) -> bool:
    """True for loopback, and for every address that a socket here can be bound to; False for what is no address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if parsed.is_loopback or parsed.is_unspecified:
        return True
    family = socket.AF_INET if parsed.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(parsed), 0))
    except OSError:
        return False
    return True


def address_towards(host: str) -> str:
    """Which of our addresses a packet to there would carry; "" when no way leads there. Sends nothing."""
    try:
        family = socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((host, 9))
            return str(probe.getsockname()[0])
    except (OSError, ValueError):
        return ""
