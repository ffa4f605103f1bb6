"""Where to listen and whom to call, as written in the settings: "0.0.0.0:25", "[::]:25", "/path.sock", "systemd:NAME".

Knows the notation only; opens nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import TypeAlias

_SYSTEMD_NAME = re.compile(r"[!-9;-~]{1,255}")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Inet:
    """A host, as a name or an address without brackets, and a TCP or UDP port."""

    host: str
    port: int

    def __str__(self) -> str:
        """As written in the settings."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_address(self) -> bool:
        """True for a literal address, False for a name that DNS must resolve."""
        return _is_address(self.host)


@dataclass(frozen=True, slots=True)
class Local:
    """A Unix socket by its absolute path."""

    path: str

    def __str__(self) -> str:
        """As written in the settings."""
        return self.path


@dataclass(frozen=True, slots=True)
class Inherited:
    """A socket that systemd opened for us, by its FileDescriptorName=."""

    name: str

    def __str__(self) -> str:
        """As written in the settings."""
        return f"systemd:{self.name}"


Endpoint: TypeAlias = Inet | Local | Inherited


def parse_endpoint(text: str) -> Endpoint:
    """Read any of the notations. Raises ValueError with the reason in words."""
    if text.startswith("/"):
        if "\0" in text or len(text.encode()) > 107:  # unix(7): sun_path has 108 octets with its NUL
            raise ValueError("is no usable path of a socket (at most 107 octets)")
        return Local(text)
    if text.startswith("systemd:"):
        name = text.removeprefix("systemd:")
        if not _SYSTEMD_NAME.fullmatch(name):
            raise ValueError("names no socket behind systemd:")
        return Inherited(name)
    return _inet(text)


def is_hostname(text: str) -> bool:
    """True for one or more labels of letters, digits, hyphens and underscores, at most 253 octets in all."""
    return len(text) <= 253 and all(_LABEL.fullmatch(label) for label in text.split("."))


def is_fully_qualified(text: str) -> bool:
    """True for a name of two labels or more as RFC 1123 §2.1 has it, that cannot be taken for an address."""
    labels = text.split(".")
    return is_hostname(text) and len(labels) >= 2 and "_" not in text and not labels[-1].isdigit()


def _inet(text: str) -> Inet:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or len(port) > 5 or int(port) > 65_535:
        raise ValueError('needs a port from 0 to 65535, as in "192.0.2.1:25" or "[2001:db8::1]:25"')
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
        if not _is_address(host) or not isinstance(ip_address(host), IPv6Address):
            raise ValueError("has no IPv6 address between its brackets")
    elif ":" in host:
        raise ValueError('needs brackets around its IPv6 address, as in "[2001:db8::1]:25"')
    elif not _is_address(host) and (not is_hostname(host) or host.rpartition(".")[2].isdigit()):
        raise ValueError("has neither an address nor a host name before its port")
    return Inet(host, int(port))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
