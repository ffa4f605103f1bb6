"""The server cases of "Composition kills" (USENIX Security 2020): none may yield a DMARC pass for the forged domain.

The attacker controls attack.com with SPF and DKIM in order and signs as the case says; legitimate.com
publishes p=reject. Refusals at MAIL are another part's business: here each reverse-path is taken as it would be
by a careless parser, so that the checks alone must hold.
"""

from __future__ import annotations

import json

import pytest

from gateway.checks.arc import ArcCheck
from gateway.checks.dkim import DkimCheck
from gateway.checks.dmarc import DmarcCheck
from gateway.checks.spf import SpfCheck
from gateway.core.alignment import evaluate
from tests.support import keys
from tests.support.clock import HandClock
from tests.support.mail import transaction
from tests.support.suites import suite
from tests.support.zone import ZoneResolver

ZONE = f"""
attack.com TXT "v=spf1 ip4:192.0.2.66 -all"
*.attack.com TXT "v=spf1 ip4:192.0.2.66 -all"
_dmarc.attack.com TXT "v=DMARC1; p=none"
selector._domainkey.attack.com {keys.record()}
selector._domainkey.a.attack.com {keys.record()}
legitimate.com TXT "v=spf1 ip4:198.51.100.1 -all"
_dmarc.legitimate.com TXT "v=DMARC1; p=reject"
"""


def _cases():
    cases = json.loads(suite("espoofer/cases.json").read_text(encoding="utf-8"))["cases"]
    for name, case in cases.items():
        if name.startswith("server_"):
            yield pytest.param(case, id=name)


def _octets(case: dict) -> bytes:
    data = case["data"]
    head = data["from_header"] + data["to_header"] + data["subject_header"] + data["other_headers"]
    message = (head + data["body"]).encode("latin-1")
    if "dkim_para" not in case:
        return message
    wanted = case["dkim_para"]
    return keys.sign(message, wanted["d"], wanted["s"], include_headers=[b"from"])


@pytest.mark.parametrize("helo", ["attack.com", "legitimate.com"])
@pytest.mark.parametrize("case", _cases())
async def test_no_trick_makes_the_forged_domain_pass(case, helo: str) -> None:
    path = case["mailfrom"].removeprefix("<").removesuffix(">")
    for mail_from in (path, path.partition("@")[0] + "@" + path.rpartition("@")[2], ""):
        asked = transaction(_octets(case), mail_from=mail_from, ip="192.0.2.66", helo=helo)
        resolver = ZoneResolver.of(ZONE)
        checks = (
            SpfCheck(resolver),
            DkimCheck(resolver, HandClock()),
            ArcCheck(resolver),
            DmarcCheck(resolver),
        )
        result = evaluate(tuple([await check.check(asked) for check in checks]))
        assert result.result != "pass"
