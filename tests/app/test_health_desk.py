from __future__ import annotations

from pathlib import Path

from gateway.app.health_desk import published
from gateway.control import protocol
from gateway.control.healthparams import CheckDns, GuideFor
from gateway.control.params import Asked
from gateway.core.dnscheck import examine
from tests.support.household import household
from tests.support.tableresolver import TableResolver


async def test_everything_published_is_looked_up_and_a_silence_is_no_absence() -> None:
    table = {
        ("mx.office.example", "A"): ("198.51.100.7",),
        ("office.example", "MX"): ("10 mx.office.example",),
        ("7.100.51.198.in-addr.arpa", "PTR"): ("mx.office.example",),
    }
    resolver = TableResolver(table, failing=("_dmarc.office.example",))
    found = await published(resolver, "mx.office.example", "office.example")
    assert (found.addresses, found.mx, found.txt, found.dmarc) == (
        ("198.51.100.7",), ("10 mx.office.example",), (), None,
    )  # fmt: skip
    states = {each.check: each.state for each in examine(found, "it@office.example")}
    assert states == {"address": "ok", "mx": "ok", "spf": "bad", "dmarc": "unknown", "ptr": "ok"}


async def test_a_running_gateway_tells_certificates_dns_and_guides(tmp_path: Path) -> None:
    async with household(tmp_path) as at:
        assert (await at.ask(protocol.CERTIFICATES, Asked())).items == ()
        told = await at.ask(protocol.DNS_CHECK, CheckDns("office.example"))
        assert {each.state for each in told.domains[0].items} == {"unknown"}
        (server,) = told.servers
        assert not server.answers
        guide = await at.ask(protocol.BACKEND_GUIDE, GuideFor("exchange"))
        assert guide.kind == "generic"
        assert any(check.state == "ok" for check in guide.checks)
        assert "127.0.0.1" in guide.sections[0].text
