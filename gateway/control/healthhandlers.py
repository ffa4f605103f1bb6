"""One function for each method about health: certificates, DNS, the guide of a server. As `handlers`."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from gateway.control import protocol
from gateway.control.dnswords import seen_words
from gateway.control.healthparams import CheckDns, GuideFor
from gateway.control.healthvalues import Certificates, DnsCheck, DnsChecked, DnsItem, Guide
from gateway.control.params import Asked
from gateway.control.protocol import Failure
from gateway.control.room import Handler, Room
from gateway.core.dnscheck import DnsFinding

# An office has a few; more would take longer than anybody waits.
DOMAINS_MAXIMUM: Final = 20


async def certificates(room: Room, params: Asked) -> Certificates:
    """Of all listeners."""
    return Certificates(await room.desk.health.certificates())


async def check_dns(room: Room, params: CheckDns) -> DnsChecked | Failure:
    """What is published, in words."""
    health, language = room.desk.health, params.language or room.language
    ours = health.domains()
    if params.domain and params.domain.lower() not in (each.lower() for each in ours):
        return Failure(protocol.NOT_FOUND, f"{params.domain} is none of our domains: {', '.join(ours[:5])}")
    wanted = (params.domain,) if params.domain else ours[:DOMAINS_MAXIMUM]
    checked = [DnsCheck(each, tuple(_item(one, language) for one in await health.dns(each))) for each in wanted]
    return DnsChecked(tuple(checked), await health.dns_servers(), health.now())


async def guide(room: Room, params: GuideFor) -> Guide | Failure:
    """What to set on a server."""
    told = await room.desk.health.guide(params.name, params.language or room.language, checks=params.checks)
    return told or Failure(protocol.NOT_FOUND, f"The settings have no server [backend.{params.name}].")


def _item(finding: DnsFinding, language: str) -> DnsItem:
    text, cure = seen_words(finding, language)
    record = finding.record
    if record is None:
        return DnsItem(finding.check, finding.state, text, cure)
    return DnsItem(finding.check, finding.state, text, cure, record.name, record.kind, record.value)


HANDLERS: Final[MappingProxyType[str, Handler]] = MappingProxyType(
    {
        protocol.CERTIFICATES.name: certificates,
        protocol.DNS_CHECK.name: check_dns,
        protocol.BACKEND_GUIDE.name: guide,
    }
)
