from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.control import protocol
from gateway.control.client import Client, DeniedError
from gateway.control.healthparams import CheckDns, GuideFor
from gateway.control.params import Asked
from tests.support.control import FakeDesk, gateway_in_thread
from tests.support.healthdesk import CERTIFICATE, GOOD, NOON, FakeHealth

BAD = replace(GOOD, mx=())


def test_certificates_come_as_they_are(tmp_path: Path) -> None:
    with gateway_in_thread(tmp_path, FakeDesk()) as running, Client(running.path) as client:
        assert client.call(protocol.CERTIFICATES, Asked()).items == (CERTIFICATE,)


def test_a_domain_is_told_in_words_with_the_record_to_publish(tmp_path: Path) -> None:
    desk = FakeDesk(health=FakeHealth(published={"office.example": BAD, "other.example": GOOD}))
    with gateway_in_thread(tmp_path, desk) as running, Client(running.path) as client:
        both = client.call(protocol.DNS_CHECK, CheckDns(language="fr"))
        assert [each.domain for each in both.domains] == ["office.example", "other.example"]
        assert both.looked == NOON
        assert both.servers[0].answers
        (one,) = client.call(protocol.DNS_CHECK, CheckDns("office.example", "fr")).domains
        mx = next(each for each in one.items if each.check == "mx")
        assert (mx.state, mx.kind, mx.value) == ("bad", "MX", "10 mx.office.example.")
        assert "aucun serveur" in mx.text
        with pytest.raises(DeniedError, match="none of our domains"):
            client.call(protocol.DNS_CHECK, CheckDns("elsewhere.example"))


def test_a_guide_is_told_or_the_server_is_unknown(tmp_path: Path) -> None:
    with gateway_in_thread(tmp_path, FakeDesk()) as running, Client(running.path) as client:
        assert client.call(protocol.BACKEND_GUIDE, GuideFor("exchange")).checks
        assert not client.call(protocol.BACKEND_GUIDE, GuideFor("exchange", checks=False)).checks
        with pytest.raises(DeniedError, match="no server"):
            client.call(protocol.BACKEND_GUIDE, GuideFor("nobody"))
