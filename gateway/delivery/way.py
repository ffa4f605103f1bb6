"""What a lane must know to reach its next hop: which hosts, by which protocol, how well proven, as whom.

Values and small protocols; nothing is opened or looked up here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from gateway.config.schema import Backend, SmartHost
from gateway.core.dialogue.authentication import Login
from gateway.core.dialogue.opening import Protocol as Spoken
from gateway.core.dialogue.steps import Ending
from gateway.delivery.classify import Refused, refused_inside
from gateway.delivery.outside import refused_by_smart_host
from gateway.net.dial import endpoint
from gateway.net.tls_client import TlsPolicy

# RFC 8314 §7.3: submissions, TLS from the first octet.
IMPLICIT_TLS_PORT = 465


class NoLogin(Exception):
    """There is no password to log in with; the text says what to do and holds none."""


@dataclass(frozen=True, slots=True)
class Target:
    """One address: `where` as `net.dial` reads it, the `name` its certificate must have, and how it is shown."""

    where: str
    name: str
    shown: str

    @classmethod
    def literal(cls, hop: str) -> Target:
        """A next hop as the settings write it."""
        return cls(hop, endpoint(hop).host, hop)


@dataclass(frozen=True, slots=True)
class NoLink:
    """No session with this hop, and how far it came (`ending.is_ours`: we did not get to ask it)."""

    hop: str
    ending: Ending


class Hosts(Protocol):
    """Where a lane's next hop is. `name` stands for all of it."""

    @property
    def name(self) -> str:
        """For people, where no host was asked."""
        ...

    async def find(self) -> tuple[Target, ...] | NoLink:
        """At least one, in the order in which they are to be tried, or why there is none."""
        ...


class LiteralHosts:
    """The hosts that the settings name, in their order."""

    def __init__(self, hosts: tuple[str, ...]) -> None:
        self._targets = tuple(Target.literal(hop) for hop in hosts)

    @property
    def name(self) -> str:
        """The first: it is the one that should work."""
        return self._targets[0].shown

    async def find(self) -> tuple[Target, ...]:
        """All of them."""
        return self._targets


@dataclass(frozen=True, slots=True)
class Way:
    """The way to one next hop.

    `tls` is the lane's policy: what DANE (RFC 7672) or MTA-STS (RFC 8461) say of a domain comes to stand here.
    `implicit_tls`: the handshake before the greeting. `login` is asked for each session and may raise NoLogin.
    `refused` says what a 5yz of such a hop means. `knows_itself`: a hop that greets by our name is ourselves.
    """

    hosts: Hosts
    tls: TlsPolicy = field(default_factory=TlsPolicy)
    protocol: Spoken = "smtp"
    implicit_tls: bool = False
    login: Callable[[], Login] | None = None
    max_connections: int = 10
    refused: Refused = refused_inside
    knows_itself: bool = False


def way_to_backend(backend: Backend) -> Way:
    """To the office's own server."""
    return Way(
        LiteralHosts(backend.hosts),
        TlsPolicy(backend.tls.mode, backend.tls.pin_sha256),
        "lmtp" if backend.transport == "lmtp" else "smtp",
        max_connections=backend.max_connections,
    )


def way_to_smart_host(host: SmartHost, password: Callable[[str], bytes]) -> Way:
    """To the provider's server. `password` finds a secret by its name, and may raise NoLogin."""
    name = f"[{host.host}]" if ":" in host.host else host.host
    implicit = host.port == IMPLICIT_TLS_PORT if host.tls.implicit is None else host.tls.implicit
    auth = host.auth
    return Way(
        LiteralHosts((f"{name}:{host.port}",)),
        TlsPolicy(host.tls.mode, host.tls.pin_sha256),
        implicit_tls=implicit and host.tls.mode != "none",
        login=None if auth is None else lambda: Login(auth.mechanism, auth.user, password(auth.secret)),
        max_connections=host.max_connections,
        refused=refused_by_smart_host,
        knows_itself=True,
    )
