"""Brings domains in the settings into the one form that the rest compares: A-labels in lower case.

Knows no network; a name that has no A-label form is left as it is, for `references` to refuse.
"""

from __future__ import annotations

from dataclasses import replace

from gateway.config.problems import Remark
from gateway.config.schema import DomainSettings, OutboundRoute, RelayClient, Settings


def a_label(name: str) -> str:
    """The domain as A-labels in lower case without a trailing dot (RFC 5890 §2.3.2.1), or as given if it has none."""
    bare = name.removesuffix(".")
    try:
        return bare.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return bare


def normalised(settings: Settings) -> tuple[Settings, list[Remark]]:
    """The settings with every domain as A-labels, and a remark for each domain that then stands twice."""
    domains: dict[str, DomainSettings] = {}
    remarks: list[Remark] = []
    for name, domain in settings.domain.items():
        key = a_label(name)
        if key in domains:
            remarks.append(Remark(("domain", name), f'stands twice: "{name}" and another spelling are one domain'))
        domains[key] = domain
    changed = replace(
        settings,
        hostname=a_label(settings.hostname),
        postmaster=_address(settings.postmaster),
        domain=domains,
        arc=replace(settings.arc, trusted_sealers=_all(settings.arc.trusted_sealers)),
        lists=replace(settings.lists, known=tuple(known.lower() for known in settings.lists.known)),
        dnsbl=tuple(replace(one, zone=a_label(one.zone)) for one in settings.dnsbl),
        relay_client=tuple(_relay_client(one) for one in settings.relay_client),
        outbound_route=tuple(_outbound_route(one) for one in settings.outbound_route),
    )
    return changed, remarks


def _relay_client(client: RelayClient) -> RelayClient:
    addresses = tuple(_address(each) for each in client.sender_addresses)
    return replace(client, sender_domains=_all(client.sender_domains), sender_addresses=addresses)


def _outbound_route(route: OutboundRoute) -> OutboundRoute:
    host = route.smart_host
    return replace(
        route,
        recipient_domains=_all(route.recipient_domains),
        sender_domains=_all(route.sender_domains),
        smart_host=replace(host, host=a_label(host.host)) if host else None,
    )


def _all(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(a_label(name) for name in names)


def _address(address: str) -> str:
    """The domain of an address brought into form; its local part stays."""
    local_part, at, domain = address.rpartition("@")
    return f"{local_part}@{a_label(domain)}" if at else address
