"""Which ways out make sense in the settings: outbound routes, smart hosts, and who may send as whom.

Looks nothing up: whether a smart host answers is found out by trying.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from gateway.config.endpoints import is_fully_qualified, is_hostname, parse_endpoint
from gateway.config.normal import a_label
from gateway.config.problems import Path, Remark
from gateway.config.references import is_pin
from gateway.config.schema import BackendTls, OutboundRoute, RelayClient, Settings, SmartHost, SmartHostTls

# They become part of a lane's name and of a file name in secrets/ (`system.credentials` has the same rule).
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,252}")
_SECRET: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def outbound_remarks(settings: Settings) -> Iterator[Remark]:
    """Everything about mail that leaves that is malformed, contradicts itself or can never happen."""
    smart_hosts: dict[str, SmartHost] = {}
    end: int | None = None
    for number, route in enumerate(settings.outbound_route):
        path: Path = ("outbound_route", number)
        if end is not None:
            yield Remark(path, f"is never reached: route {end + 1} takes everything")
        yield from _route(route, path)
        if route.smart_host is not None:
            known = smart_hosts.setdefault(route.smart_host.lane_name, route.smart_host)
            if known != route.smart_host:
                text = f'another smart host is named "{known.lane_name}" already: give it a name of its own'
                yield Remark((*path, "smart_host", "name"), text)
        if end is None and not route.recipient_domains and not route.sender_domains:
            end = number
    for number, client in enumerate(settings.relay_client):
        yield from _senders(client, ("relay_client", number))


def _route(route: OutboundRoute, path: Path) -> Iterator[Remark]:
    for name in ("recipient_domains", "sender_domains"):
        for place, domain in enumerate(getattr(route, name)):
            if not is_fully_qualified(a_label(domain)):
                yield Remark((*path, name, place), f'"{domain}" is no domain')
    if route.next_hop == "smart_host" and route.smart_host is None:
        yield Remark((*path, "smart_host"), 'is required for next_hop "smart_host"')
    if route.next_hop == "direct" and route.smart_host is not None:
        yield Remark((*path, "smart_host"), 'has no use with next_hop "direct"')
    if route.next_hop == "smart_host" and route.tls != BackendTls():
        yield Remark((*path, "tls"), "belongs into the table smart_host here")
    yield from _pins(route.tls, (*path, "tls"))
    if route.smart_host is not None:
        yield from _smart_host(route.smart_host, (*path, "smart_host"))


def _smart_host(host: SmartHost, path: Path) -> Iterator[Remark]:
    try:
        parse_endpoint(f"[{host.host}]:25" if ":" in host.host else f"{host.host}:25")
    except ValueError:
        yield Remark((*path, "host"), f'"{host.host}" is neither a host name nor an address')
    if host.name and not _NAME.fullmatch(host.name):
        yield Remark((*path, "name"), "must be a name of letters, digits, dots, hyphens, underscores")
    tls = host.tls
    yield from _pins(tls, (*path, "tls"))
    if tls.mode == "none" and tls.implicit:
        yield Remark((*path, "tls", "implicit"), 'contradicts mode "none"')
    if host.auth is None:
        return
    if tls.mode == "none" or (tls.mode == "opportunistic" and not tls.implicit):
        yield Remark((*path, "tls", "mode"), 'must be "require" or "verify": the password is only sent within TLS')
    if not host.auth.user or not host.auth.user.isprintable():
        yield Remark((*path, "auth", "user"), "must not be empty, nor hold control characters")
    if not _SECRET.fullmatch(host.auth.secret):
        yield Remark((*path, "auth", "secret"), "must be the name of a secret: 1 to 64 of a-z, 0-9, dot, hyphen")


def _pins(tls: BackendTls | SmartHostTls, path: Path) -> Iterator[Remark]:
    for number, pin in enumerate(tls.pin_sha256):
        if not is_pin(pin):
            yield Remark((*path, "pin_sha256", number), "must be the base64 of 32 octets (SHA-256)")
    if tls.pin_sha256 and tls.mode in ("none", "opportunistic"):
        yield Remark((*path, "mode"), 'a pin needs mode "require" or "verify", or it can be stripped away')


def _senders(client: RelayClient, path: Path) -> Iterator[Remark]:
    for place, address in enumerate(client.sender_addresses):
        local_part, _, domain = address.rpartition("@")
        wrong = not local_part or any(octet <= " " for octet in local_part)
        if wrong or not is_hostname(a_label(domain)):
            yield Remark((*path, "sender_addresses", place), f'"{address}" is no address')
