from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tests.support.command import at, poterne
from tests.support.control import FakeDesk, FakeGateway, gateway_in_thread
from tests.support.healthdesk import GOOD, FakeHealth


def test_a_sound_domain_is_told_check_by_check(gateway: FakeGateway) -> None:
    done = poterne("dns", "check", *at(gateway))
    assert done.code == 0
    assert "✓ MX       Mail for office.example goes to mx.office.example: this gateway." in done.out
    assert "✓ DNS server 127.0.0.1:53: 12 ms" in done.out


def test_what_is_missing_is_told_with_the_record_and_an_exit_code(tmp_path: Path) -> None:
    health = FakeHealth(published={"office.example": replace(GOOD, txt=())})
    with gateway_in_thread(tmp_path, FakeDesk(health=health)) as running:
        done = poterne("dns", "check", "office.example", "--language", "fr", *at(running))
    assert done.code == 1
    assert "✗ SPF" in done.out
    assert "office.example  TXT  v=spf1 mx -all" in done.out


def test_json_and_a_strangers_domain(gateway: FakeGateway) -> None:
    told = json.loads(poterne("dns", "check", "--json", *at(gateway)).out)
    assert told["domains"][0]["domain"] == "office.example"
    assert poterne("dns", "check", "elsewhere.example", *at(gateway)).code == 1
