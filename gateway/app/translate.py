"""The settings as the core sees them: policies, our domains, who may relay.

Pure: settings in, core values out. The core knows no setting and the settings know no core.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields
from ipaddress import IPv4Network, IPv6Network, ip_network

from gateway.config.schema import (
    AttachmentPolicy,
    DomainSettings,
    OutboundRoute,
    PolicySettings,
    RelayClient,
    Settings,
)
from gateway.core.address import ForwardPath
from gateway.core.bounce import Reporter
from gateway.core.case import Office, Policy
from gateway.core.envelope import IPAddress
from gateway.core.path import scan_path
from gateway.core.relaying import RelayRights
from gateway.core.verdict import Action
from gateway.pipeline.intake import RelayClients
from gateway.pipeline.notices import Office as NoticeOffice
from gateway.pipeline.routes import DomainRoute, Routes, WayOut
from gateway.smtp.limits import normal
from gateway.store.quarantine import QuarantineLimits
from gateway.store.store import StoreLimits


def office(settings: Settings) -> Office:
    """What is ours and whom we know."""
    return Office(
        frozenset(settings.domain),
        frozenset(each.lower() for each in settings.arc.trusted_sealers),
        frozenset(each.lower() for each in settings.lists.known),
        settings.hostname,
    )


def routes(settings: Settings) -> Routes:
    """Where each of our domains' mail goes."""
    policies = {name: policy(each, settings.failure.dns == "defer") for name, each in settings.policy.items()}
    domains = {name: _route(each, policies[each.policy]) for name, each in settings.domain.items()}
    elsewhere = policies.get("standard", Policy())
    ways_out = tuple(_way_out(each) for each in settings.outbound_route)
    return Routes(domains, _mailbox(settings.postmaster), elsewhere, ways_out)


def notices(settings: Settings) -> NoticeOffice:
    """Who writes to senders."""
    return NoticeOffice(Reporter(settings.hostname, settings.postmaster, settings.language), routes(settings))


def policy(settings: PolicySettings, defer_without_dns: bool = False) -> Policy:
    """Thresholds and actions."""
    return Policy(
        settings.mark_at,
        settings.quarantine_at,
        settings.reject_at,
        Action(settings.dmarc_reject),
        attachment_actions(settings.attachments),
        defer_without_dns,
        Action(settings.virus),
        frozenset(each.lower().removeprefix(".") for each in settings.attachments.forbidden_endings),
    )


def attachment_actions(settings: AttachmentPolicy) -> dict[str, Action]:
    """By kind of `AttachmentHit`, whose words have hyphens where field names cannot."""
    kinds = [each.name for each in fields(settings) if each.name != "forbidden_endings"]
    return {name.replace("_", "-"): Action(getattr(settings, name)) for name in kinds}


def relay_clients(settings: Settings) -> RelayClients:
    """Who may send out, in the order of the settings."""
    return RelayClients(tuple(pair for each in settings.relay_client for pair in _networks(each)))


def store_limits(settings: Settings) -> StoreLimits:
    """What the store may take, and for how long."""
    quarantine = QuarantineLimits(settings.quarantine.keep_days, settings.quarantine.size_octets)
    known = settings.known_correspondents
    kept = known.keep_days if known.learn else 0
    return StoreLimits(normal(settings.limits.spool_octets), quarantine, settings.history.keep_days, kept)


def delimiters(settings: Settings) -> dict[str, str]:
    """Our domains, each with the subaddress delimiter of its backend, "" for none."""
    backends = settings.backend
    return {
        name: backends[each.backend].subaddress_delimiter if each.backend in backends else ""
        for name, each in settings.domain.items()
    }


def doubting_domains(settings: Settings) -> frozenset[str]:
    """The domains that have mail for nobody held, and not refused."""
    ways = {name: each.recipient_verification for name, each in settings.domain.items()}
    return frozenset(
        name for name, how in ways.items() if how.method in ("learned", "ldap") and how.unknown == "quarantine"
    )


def opened_to_all(settings: Settings, routers: Collection[IPAddress]) -> str:
    """Why a relay client would open the relay to everybody, "" when none would (D18).

    A router that hides its clients speaks with its own address: who may send from there, may send from anywhere.
    """
    for client in settings.relay_client:
        for network, _ in _networks(client):
            for router in routers:
                if router in network:
                    return (
                        f"relay_client {client.name}: {network} holds the default gateway {router}; if that hides "
                        "its clients, everybody could send through us. Name the addresses of your own servers instead."
                    )
    return ""


def _route(settings: DomainSettings, its_policy: Policy) -> DomainRoute:
    return DomainRoute(f"backend:{settings.backend}", its_policy, settings.acceptance == "cut-through")


def _way_out(route: OutboundRoute) -> WayOut:
    name = route.smart_host.lane_name if route.smart_host is not None else ""
    return WayOut(frozenset(route.recipient_domains), frozenset(route.sender_domains), name)


def _mailbox(address: str) -> ForwardPath:
    """The settings were validated; an address that is none would be a fault of ours."""
    mailbox, _ = scan_path(f"<{address}>", 0)
    if mailbox is None:
        raise ValueError("it must be a mailbox")
    return ForwardPath(mailbox)


def _networks(client: RelayClient) -> Iterator[tuple[IPv4Network | IPv6Network, RelayRights]]:
    domains = frozenset(each.lower() for each in client.sender_domains)
    addresses = frozenset(_mailbox(each).key for each in client.sender_addresses)
    rights = RelayRights(client.name, domains, client.allow_null_reverse_path, addresses, client.max_messages_per_hour)
    for address in client.addresses:
        yield ip_network(address), rights
