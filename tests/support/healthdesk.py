"""A `HealthDesk` that says what a test gives it, and notes what was asked of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from gateway.control.guidewords import GuideValues, sections
from gateway.control.healthvalues import CertificateView, DnsServerView, Guide, GuideCheck
from gateway.core.dnscheck import DnsFinding, Published, examine

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FILE = "/var/lib/poterne/certificates/mx.pem"
CERTIFICATE = CertificateView(
    "mx", FILE, ("internet",), ("mx.office.example",), "CN=R11,O=Example Trust", datetime(2027, 1, 25, tzinfo=UTC), 62
)
GOOD = Published(
    "mx.office.example",
    "office.example",
    ("198.51.100.7",),
    ("10 mx.office.example",),
    ("v=spf1 mx -all",),
    ("v=DMARC1; p=quarantine; rua=mailto:it@office.example",),
    {"198.51.100.7": ("mx.office.example",)},
)
VALUES = GuideValues("mx.office.example", "10.0.0.2", "5ecre7w0rd00", "25", ("office.example",), "exchange")


@dataclass
class FakeHealth:
    """`published` by domain; `checks` are those of every guide."""

    papers: tuple[CertificateView, ...] = (CERTIFICATE,)
    published: dict[str, Published] = field(default_factory=lambda: {"office.example": GOOD})
    servers: tuple[DnsServerView, ...] = (DnsServerView("127.0.0.1:53", True, "", 12.0),)
    checks: tuple[GuideCheck, ...] = (GuideCheck("ok", "10.0.0.9:25 answers", "", 35.0),)
    kinds: dict[str, str] = field(default_factory=lambda: {"exchange": "exchange"})
    at: datetime = NOON
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    async def certificates(self) -> tuple[CertificateView, ...]:
        return self.papers

    def domains(self) -> tuple[str, ...]:
        return tuple(self.published)

    async def dns(self, domain: str) -> tuple[DnsFinding, ...]:
        self.asked.append(("dns", domain))
        return examine(self.published[domain], "it@office.example")

    async def dns_servers(self) -> tuple[DnsServerView, ...]:
        return self.servers

    async def guide(self, name: str, language: str, *, checks: bool) -> Guide | None:
        self.asked.append(("guide", name))
        kind = self.kinds.get(name)
        if kind is None:
            return None
        return Guide(name, kind, sections(kind, VALUES, language), self.checks if checks else ())
