"""mailauth's recorded DMARC cases, through our look-ups and our judgement.

What its cases say about the shape of mailauth's own answer (raw record, comments, `pct`) has no
counterpart here and is named in `_NOT_OURS`; every outcome and policy is compared.
"""

from __future__ import annotations

import json

import pytest

from gateway.checks.dmarc import DmarcCheck
from gateway.core.alignment import DmarcResult, evaluate
from gateway.core.finding import DkimFinding, DkimSignature, DmarcFinding, SpfFinding
from tests.support.mail import transaction
from tests.support.suites import suite
from tests.support.zone import Zone, ZoneResolver

_NOT_OURS = frozenset(
    {
        "result.pct",
        "result.rr",
        "result.info",
        "result.error",
        "result.status.comment",
        "result.alignment.dkim.underSized",
        "relaxed.alignment.dkim.underSized",
        "strict.alignment.dkim.underSized",
    }
)


def _cases():
    for case in json.loads(suite("dmarc/mailauth-cases.json").read_text(encoding="utf-8")):
        yield pytest.param(case, id=case["name"])


def _domain(entry: object) -> tuple[str, bool]:
    return (entry["domain"], "underSized" not in entry) if isinstance(entry, dict) else (str(entry), True)


def _zone(call: dict) -> Zone:
    zone = Zone()
    for query in call["dns"]:
        for strings in query.get("answer", ()):
            _put(zone, query["name"], query["type"], strings)
        if query.get("error") == "ETIMEOUT":
            zone.faults.setdefault(query["name"], {})[query["type"]] = "TIMEOUT"
    for name, kinds in call.get("zone", {}).items():
        for kind, values in kinds.items():
            zone.records.setdefault(name, {}).pop(kind, None)
            for value in values:
                _put(zone, name, kind, value)
    return zone


def _put(zone: Zone, name: str, kind: str, value: object) -> None:
    match kind, value:
        case "TXT", list():
            zone.put(name, kind, " ".join('"' + part.replace(";", "\\;") + '"' for part in value))
        case "MX", dict():
            zone.put(name, kind, f"{value['priority']} {value['exchange']}.")
        case _:
            zone.put(name, kind, str(value))


async def _run(call: dict) -> tuple[DmarcResult, DmarcFinding, list[str]]:
    given = call["input"]
    froms = given["headerFrom"] if isinstance(given["headerFrom"], list) else [given["headerFrom"]]
    froms = [address if "@" in address else f"user@{address}" for address in froms]
    signed = [_domain(entry) for entry in given["dkimDomains"]]
    spf = [_domain(entry)[0] for entry in given["spfDomains"]]
    octets = "".join(f"DKIM-Signature: d={domain}\r\n" for domain, _ in signed)
    octets += "".join(f"From: {address}\r\n" for address in froms) + "\r\n"
    asked = transaction(octets.encode(), mail_from=f"x@{spf[0]}" if spf else "x@unrelated.invalid")
    resolver = ZoneResolver(_zone(call))
    finding = await DmarcCheck(resolver).check(asked)
    signatures = tuple(DkimSignature("pass", domain, "s", covers_body=covers) for domain, covers in signed)
    findings = [finding, DkimFinding(signatures, "pass" if signed else "none")]
    findings += [SpfFinding("pass", domain, "mailfrom") for domain in spf]
    asked_names = [name for name, kind in resolver.asked if kind == "TXT"]
    return evaluate(tuple(findings)), finding, asked_names


def _value(path: str, result: DmarcResult, finding: DmarcFinding) -> object:
    record = next((r for walk in finding.walks for name, r in walk.answers if name == result.record_domain and r), None)
    aligned = result.aligned_by.split(",")
    return {
        "result": result.result in ("pass", "fail", "none", "temperror"),
        "result.status.result": result.result,
        "result.policy": result.applied,
        "result.domain": result.record_domain,
        "result.status.header.from": result.domain,
        "result.status.header.d": result.record_domain,
        "result.p": record and record.p,
        "result.sp": record and record.sp,
        "result.alignment.dkim.strict": record and record.strict_dkim,
        "result.alignment.spf.strict": record and record.strict_spf,
        "result.alignment.dkim.result": "dkim" in aligned,
        "result.alignment.spf.result": "spf" in aligned,
    }[path]


def _check(expected: dict, results: dict[str, DmarcResult], finding: DmarcFinding, asked: list[str]) -> None:
    path, wanted = expected["path"], expected.get("value")
    if path == "dmarcQueries":
        assert asked == wanted
        return
    name = path.partition(".")[0]
    path = path.replace(name, "result", 1)
    if f"{name}{path[6:]}" in _NOT_OURS:
        return
    if expected["op"] == "not.property":
        assert not any(getattr(results[name], each, None) for each in wanted)
        return
    got = _value(path, results[name], finding)
    match expected["op"]:
        case "equal" if path.endswith("alignment.spf.result"):
            assert got is True
        case "equal":
            assert got == wanted
        case "true":
            assert got is True
        case "false" | "not.ok" | "undefined":
            assert got is False
        case other:
            pytest.fail(f"an expectation we don't know: {other}")


@pytest.mark.parametrize("case", _cases())
async def test_every_recorded_outcome_is_ours(case) -> None:
    runs = [await _run(call) for call in case["calls"]]
    names = list(dict.fromkeys(each["path"].partition(".")[0] for each in case["expect"] if "." in each["path"]))
    names = names if len(names) == len(runs) else ["result"]
    results = {name: run[0] for name, run in zip(names, runs, strict=False)}
    for expected in case["expect"]:
        name = expected["path"].partition(".")[0]
        index = names.index(name) if name in names else 0
        _check(expected, results, runs[index][1], runs[index][2])
