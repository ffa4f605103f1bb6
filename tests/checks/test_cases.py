"""Whole messages through all four checks of sender authentication: cases as data in `tests/cases`.

`NAME.eml` (lines end as the checkout has them, CRLF for the check), `NAME.zone`, `NAME.expected` (the envelope
and each result, as TOML) and `NAME.why`, one sentence.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.checks.arc import ArcCheck
from gateway.checks.dkim import DkimCheck
from gateway.checks.dmarc import DmarcCheck
from gateway.checks.spf import SpfCheck
from gateway.core.alignment import evaluate
from gateway.core.authsymbols import rspamd_symbols
from gateway.core.envelope import Transaction
from gateway.net.dns import Resolver
from gateway.net.resolver import DnsHealth, DnsResolver
from tests.support.clock import HandClock
from tests.support.dnsserver import DnsServer
from tests.support.mail import transaction
from tests.support.zone import ZoneResolver

CASES = Path(__file__).resolve().parents[1] / "cases"
# The signatures in the cases are of November 2026.
WHEN = datetime(2026, 12, 1, tzinfo=UTC)
FOLDERS = ("spf", "dkim", "arc", "dmarc")


def _cases():
    for folder in FOLDERS:
        for path in sorted((CASES / folder).glob("*.eml")):
            yield pytest.param(path, id=f"{folder}-{path.stem}")


def _read(path: Path) -> tuple[Transaction, ZoneResolver, dict[str, object]]:
    octets = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    expected = tomllib.loads(path.with_suffix(".expected").read_text(encoding="utf-8"))
    resolver = ZoneResolver.of(path.with_suffix(".zone").read_text(encoding="utf-8"))
    return transaction(octets, **expected["envelope"]), resolver, expected["result"]


async def outcome(asked: Transaction, resolver: Resolver) -> dict[str, object]:
    spf = await SpfCheck(resolver).check(asked)
    dkim = await DkimCheck(resolver, HandClock(now=WHEN)).check(asked)
    arc = await ArcCheck(resolver).check(asked)
    findings = (spf, dkim, arc, await DmarcCheck(resolver).check(asked))
    dmarc = evaluate(findings)
    return {
        "spf": spf.result,
        "dkim": [each.result for each in dkim.signatures],
        "arc": arc.result,
        "dmarc": dmarc.result,
        "policy": dmarc.policy or "",
        "applied": dmarc.applied or "",
        "domain": dmarc.domain,
        "record_domain": dmarc.record_domain or "",
        "symbols": list(rspamd_symbols(findings, dmarc)),
    }


@pytest.mark.parametrize("path", _cases())
async def test_the_case_ends_as_it_says(path: Path) -> None:
    asked, resolver, wanted = _read(path)
    found = await outcome(asked, resolver)
    assert {name: found[name] for name in wanted} == wanted, path.with_suffix(".why").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", _cases())
async def test_the_case_ends_the_same_over_real_dns(path: Path) -> None:
    asked, resolver, wanted = _read(path)
    async with DnsServer(resolver.zone) as server:
        real = DnsResolver([server.address], 0.3, DnsHealth(lambda event: None))
        found = await outcome(asked, real)
    assert {name: found[name] for name in wanted} == wanted


@pytest.mark.parametrize("path", _cases())
def test_the_case_says_why_it_is_there(path: Path) -> None:
    assert path.with_suffix(".why").read_text(encoding="utf-8").strip().endswith(".")
