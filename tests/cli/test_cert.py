from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tests.support.command import at, poterne
from tests.support.control import FakeDesk, FakeGateway, gateway_in_thread
from tests.support.healthdesk import CERTIFICATE, FakeHealth


def test_certificates_are_listed_with_their_days(gateway: FakeGateway) -> None:
    done = poterne("cert", "list", *at(gateway))
    assert done.code == 0
    assert "mx.office.example" in done.out
    assert "62" in done.out
    assert json.loads(poterne("cert", "list", "--json", *at(gateway)).out)["items"][0]["days_left"] == 62


def test_one_that_is_over_or_unreadable_is_an_exit_code(tmp_path: Path) -> None:
    for paper in (replace(CERTIFICATE, days_left=-1), replace(CERTIFICATE, not_after=None, cause="no such file")):
        with gateway_in_thread(tmp_path, FakeDesk(health=FakeHealth(papers=(paper,)))) as running:
            assert poterne("cert", "list", *at(running)).code == 1
