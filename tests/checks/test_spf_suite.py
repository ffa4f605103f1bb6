"""The public suite of RFC 7208 that comes with pyspf's sources: every case, by our own check."""

from __future__ import annotations

import asyncio

import pytest
import yaml

from gateway.checks.spf import SpfCheck
from tests.support.mail import transaction
from tests.support.suites import spf_suite
from tests.support.zone import Zone, ZoneResolver


def _cases():
    text = spf_suite("rfc7208-tests.yml").read_text(encoding="utf-8")
    for scenario in yaml.safe_load_all(text):
        for name, case in scenario["tests"].items():
            yield pytest.param(
                case, scenario["zonedata"], id=f"{scenario['description'][:20]}-{name}".replace(" ", "_")
            )


def _strings(value: object) -> str:
    parts = value if isinstance(value, list) else [value]
    return " ".join('"' + _escaped(str(part)) + '"' for part in parts or [""])


def _escaped(text: str) -> str:
    return "".join(
        chr(octet) if 32 <= octet < 127 and octet not in b'"\\' else f"\\{octet:03}" for octet in text.encode("utf-8")
    )


def _zone(data: dict[str, list[object]]) -> Zone:
    """The suite's zone data: SPF stands for TXT unless the name has TXT; a bare TIMEOUT is for all other types."""
    zone = Zone()
    for name, records in data.items():
        pairs = [pair for record in records if isinstance(record, dict) for pair in record.items()]
        has_txt = any(kind == "TXT" for kind, _ in pairs)
        pairs = [("TXT", value) if kind == "SPF" and not has_txt else (kind, value) for kind, value in pairs]
        pairs = [(kind, value) for kind, value in pairs if value != "NONE" and kind != "SPF"]
        zone.records.setdefault(name.rstrip(".").lower(), {})
        faults = zone.faults.setdefault(name.rstrip(".").lower(), {})
        if "TIMEOUT" in records:
            faults.update(dict.fromkeys({"TXT", "A", "AAAA", "MX", "PTR"} - {kind for kind, _ in pairs}, "TIMEOUT"))
        for kind, value in pairs:
            if value == "TIMEOUT":
                faults[kind] = "TIMEOUT"
            elif kind == "TXT":
                zone.put(name, kind, _strings(value))
            elif kind == "MX":
                zone.put(name, kind, f"{value[0]} {value[1] or '.'}")
            else:
                zone.put(name, kind, value)
    return zone


@pytest.mark.parametrize(("case", "data"), _cases())
async def test_every_case_of_the_suite_gets_one_of_its_results(case, data) -> None:
    mail_from = case["mailfrom"]
    if mail_from and "@" not in mail_from:
        mail_from = "postmaster@" + mail_from
    asked = transaction(mail_from=mail_from, ip=case["host"], helo=case["helo"])
    async with asyncio.timeout(5):
        finding = await SpfCheck(ZoneResolver(_zone(data))).check(asked)
    wanted = case["result"] if isinstance(case["result"], list) else [case["result"]]
    assert finding.result in wanted, (case, finding)
    if "explanation" in case and finding.result == "fail":
        assert finding.explanation == ("" if case["explanation"] == "DEFAULT" else case["explanation"])
