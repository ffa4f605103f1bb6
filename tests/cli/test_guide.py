from __future__ import annotations

import json
from pathlib import Path

from tests.support.command import at, poterne
from tests.support.control import FakeDesk, FakeGateway, gateway_in_thread
from tests.support.healthdesk import FakeHealth, GuideCheck


def test_the_lines_to_paste_are_whole(gateway: FakeGateway) -> None:
    done = poterne("backend", "guide", "exchange", *at(gateway))
    assert done.code == 0
    assert "1. A connector that takes the gateway's mail" in done.out
    assert any(
        line.strip().startswith("New-ReceiveConnector") and line.endswith("Tls") for line in done.out.splitlines()
    )
    assert "✓ 10.0.0.9:25 answers" in done.out
    assert "10.0.0.9" not in poterne("backend", "guide", "exchange", "--no-checks", *at(gateway)).out
    assert "connecteur" in poterne("backend", "guide", "exchange", "--language", "fr", *at(gateway)).out


def test_what_is_bad_has_its_cure_and_an_exit_code(tmp_path: Path) -> None:
    bad = GuideCheck("bad", "10.0.0.9:25: connection refused", "Start its mail service.")
    with gateway_in_thread(tmp_path, FakeDesk(health=FakeHealth(checks=(bad,)))) as running:
        done = poterne("backend", "guide", "exchange", *at(running))
    assert done.code == 1
    assert "✗ 10.0.0.9:25: connection refused" in done.out
    assert "Start its mail service." in done.out


def test_json_and_an_unknown_server(gateway: FakeGateway) -> None:
    assert json.loads(poterne("backend", "guide", "exchange", "--json", *at(gateway)).out)["kind"] == "exchange"
    assert poterne("backend", "guide", "nobody", *at(gateway)).code == 1
