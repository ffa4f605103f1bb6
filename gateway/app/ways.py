"""The ways out as the settings have them: smart hosts with their logins, and the way to any domain.

Pure but for the passwords, which are read each time a session is opened: a new one counts at once.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gateway.config.schema import OutboundRoute, Settings
from gateway.delivery.lanes import WaysOut
from gateway.delivery.mx import MxHosts, Reach
from gateway.delivery.outside import refused_by_mx
from gateway.delivery.way import NoLogin, Way, way_to_smart_host
from gateway.net.dns import Resolver
from gateway.net.tls_client import TlsPolicy
from gateway.system.credentials import SecretError, Secrets

# A stranger's server counts who comes with many connections at once.
CONNECTIONS_TO_A_DOMAIN = 2


def ways_out(settings: Settings, resolver: Resolver, reach: Reach) -> WaysOut:
    """All of them; nothing is asked yet."""
    password = _passwords(settings)
    hosts = [route.smart_host for route in settings.outbound_route if route.smart_host is not None]
    smart_hosts = {host.lane_name: way_to_smart_host(host, password) for host in hosts}

    def to_domain(domain: str) -> Way | None:
        route = _direct_route(settings.outbound_route, domain)
        if route is None:
            return None
        return Way(
            MxHosts(domain, settings.hostname, resolver, reach),
            TlsPolicy(route.tls.mode, route.tls.pin_sha256),
            max_connections=CONNECTIONS_TO_A_DOMAIN,
            refused=refused_by_mx,
            knows_itself=True,
        )

    return WaysOut(smart_hosts, to_domain)


def _direct_route(routes: tuple[OutboundRoute, ...], domain: str) -> OutboundRoute | None:
    """The route that sets the TLS of this domain's lane: the first direct one for it, whoever sends."""
    fitting = (route for route in routes if not route.recipient_domains or domain in route.recipient_domains)
    return next((route for route in fitting if route.next_hop == "direct"), None)


def _passwords(settings: Settings) -> Callable[[str], bytes]:
    secrets = Secrets(Path(settings.state_directory) / "secrets")

    def password(name: str) -> bytes:
        try:
            return secrets.read(name)
        except SecretError as error:
            raise NoLogin(str(error)) from error

    return password
