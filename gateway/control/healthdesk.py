"""What the control socket needs of the gateway to tell of its health. As `desk`: expected outcomes are values."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from gateway.control.healthvalues import CertificateView, DnsServerView, Guide
from gateway.core.dnscheck import DnsFinding


class HealthDesk(Protocol):
    """The gateway's health beside its status."""

    def now(self) -> datetime:
        """The time of day."""
        ...

    async def certificates(self) -> tuple[CertificateView, ...]:
        """Those of all listeners."""
        ...

    def domains(self) -> tuple[str, ...]:
        """Our domains, as the settings write them."""
        ...

    async def dns(self, domain: str) -> tuple[DnsFinding, ...]:
        """What is published about this domain, looked up anew."""
        ...

    async def dns_servers(self) -> tuple[DnsServerView, ...]:
        """Each DNS server of the settings, asked alone."""
        ...

    async def guide(self, name: str, language: str, *, checks: bool) -> Guide | None:
        """What to set on this server; None when the settings have none of that name."""
        ...
