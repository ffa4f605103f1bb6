"""The gateway's health beside its status: `control.healthdesk.HealthDesk` of the running gateway.

Asks and relays; decides nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from gateway.app.backendprobe import BackendProber
from gateway.app.gateway import Gateway
from gateway.app.papers import certificates
from gateway.config.endpoints import Inet, parse_endpoint
from gateway.config.normal import a_label
from gateway.config.schema import Backend, Settings
from gateway.control.guidewords import GuideValues, sections
from gateway.control.healthvalues import CertificateView, DnsServerView, Guide, GuideCheck
from gateway.control.hopwords import cure_words
from gateway.control.workparams import ProbeBackend
from gateway.control.workvalues import BackendProbed
from gateway.core.dnscheck import DnsFinding, Published, Values, examine, is_public
from gateway.core.event import Event
from gateway.net.clock import Clock
from gateway.net.dns import Resolver, TemporaryFailure
from gateway.net.resolver import DnsHealth, DnsResolver
from gateway.system.interfaces import address_towards


@dataclass(frozen=True, slots=True)
class GatewayHealth:
    """`present` gives the gateway that takes mail now; `word` is that of X-Poterne-Verdict."""

    present: Callable[[], Gateway]
    prober: BackendProber
    clock: Clock
    word: str

    def now(self) -> datetime:
        """The time of day."""
        return self.clock.now()

    async def certificates(self) -> tuple[CertificateView, ...]:
        """Those of all listeners."""
        return await certificates(self.present().settings, self.clock)

    def domains(self) -> tuple[str, ...]:
        """Our domains."""
        return tuple(self.present().settings.domain)

    async def dns(self, domain: str) -> tuple[DnsFinding, ...]:
        """Past our own cache: whoever changed a record wants to see it."""
        settings = self.present().settings
        resolver = DnsResolver(settings.dns.servers, settings.dns.timeout_seconds, DnsHealth(_unheard))
        return examine(await published(resolver, a_label(settings.hostname), a_label(domain)), settings.postmaster)

    async def dns_servers(self) -> tuple[DnsServerView, ...]:
        """Side by side, so that one that is silent keeps nobody waiting for long."""
        settings = self.present().settings
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._server(each)) for each in settings.dns.servers]
        return tuple(task.result() for task in tasks)

    async def guide(self, name: str, language: str, *, checks: bool) -> Guide | None:
        """What to set on this server, and what it does now."""
        settings = self.present().settings
        backend = settings.backend.get(name)
        if backend is None:
            return None
        values = self._values(settings, name, backend)
        found = await self._checks(values, language) if checks else ()
        return Guide(name, backend.kind, sections(backend.kind, values, language), found)

    async def _server(self, address: str) -> DnsServerView:
        health = DnsHealth(_unheard)
        resolver = DnsResolver((address,), self.present().settings.dns.timeout_seconds, health)
        started = self.clock.monotonic()
        answers = await resolver.probe()
        return DnsServerView(address, answers, health.cause, 1_000 * (self.clock.monotonic() - started))

    def _values(self, settings: Settings, name: str, backend: Backend) -> GuideValues:
        host = parse_endpoint(backend.hosts[0])
        return GuideValues(
            hostname=settings.hostname,
            address=address_towards(host.host) if isinstance(host, Inet) else "127.0.0.1",
            word=self.word,
            port=str(host.port) if isinstance(host, Inet) else "24",
            domains=tuple(domain for domain, its in settings.domain.items() if its.backend == name),
            name=name,
        )

    async def _checks(self, values: GuideValues, language: str) -> tuple[GuideCheck, ...]:
        domain = values.domains[0] if values.domains else ""
        probed = await self.prober.probe(ProbeBackend(values.name, domain=domain), language)
        if not isinstance(probed, BackendProbed):
            return ()
        return tuple(
            GuideCheck(
                each.state,
                each.text,
                "" if each.state == "ok" else _cure(each.text, values, language),
                each.elapsed_ms,
            )
            for each in probed.steps
        )


async def published(resolver: Resolver, hostname: str, domain: str) -> Published:
    """Everything that the checks look at, asked side by side where it can be."""
    async with asyncio.TaskGroup() as group:
        four, six = (group.create_task(_values(resolver, hostname, kind)) for kind in ("A", "AAAA"))
        mx, txt = (group.create_task(_values(resolver, domain, kind)) for kind in ("MX", "TXT"))
        dmarc = group.create_task(_values(resolver, f"_dmarc.{domain}", "TXT"))
    addresses = None if four.result() is None else (*(four.result() or ()), *(six.result() or ()))
    public = [each for each in addresses or () if is_public(each)]
    pointers = {each: await _values(resolver, ip_address(each).reverse_pointer, "PTR") for each in public[:5]}
    return Published(hostname, domain, addresses, mx.result(), txt.result(), dmarc.result(), pointers)


async def _values(resolver: Resolver, name: str, kind: str) -> Values:
    try:
        return (await resolver.lookup(name, kind)).values
    except TemporaryFailure:
        return None


def _cure(said: str, values: GuideValues, language: str) -> str:
    return cure_words(said, language, name=values.name, address=values.address)[1]


def _unheard(event: Event) -> None:
    """Somebody's look is no alarm."""
