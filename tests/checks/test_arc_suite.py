"""The public validation suite of ARC (ValiMail/arc_test_suite): every case, by our own check."""

from __future__ import annotations

import pytest
import yaml

from gateway.checks.arc import ArcCheck
from tests.support.mail import transaction
from tests.support.suites import suite
from tests.support.zone import Zone, ZoneResolver


def _cases():
    documents = list(
        yaml.safe_load_all(suite("arc/valimail/arc-draft-validation-tests.yml").read_text(encoding="utf-8"))
    )
    for document in documents:
        for name, case in document["tests"].items():
            yield pytest.param(case, document.get("txt-records", {}), id=name)


@pytest.mark.parametrize(("case", "records"), _cases())
async def test_every_case_of_the_suite_gets_the_expected_status(case, records) -> None:
    zone = Zone()
    for name, text in records.items():
        chunks = [text.strip()[at : at + 250] for at in range(0, len(text.strip()), 250)]
        zone.add(f"{name} TXT " + " ".join('"' + chunk.replace('"', '\\"') + '"' for chunk in chunks))
    octets = case["message"].replace("\n", "\r\n").encode()
    finding = await ArcCheck(ZoneResolver(zone)).check(transaction(octets))
    # The suite leaves open what to report for a chain that a sealer ended with cv=fail; RFC 8617 §5.2 says fail.
    wanted = case["cv"].strip().lower() or "fail"
    assert finding.result == wanted, (case.get("description"), finding.reason)
