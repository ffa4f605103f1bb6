"""A server that is tried from the command line."""

from __future__ import annotations

import pytest

from gateway.control.refusal import Refusal
from gateway.control.workparams import ProbeBackend
from gateway.control.workvalues import BackendProbed, ProbeStep
from tests.support.command import poterne
from tests.support.control import FakeGateway


def test_a_server_that_works_exits_0_and_each_step_has_its_line(gateway: FakeGateway) -> None:
    at = ("--socket", str(gateway.path))
    told = poterne("backend", "probe", "exchange", "--domain", "office.example", *at)
    assert told.code == 0
    assert told.lines[0].startswith("LOOK  mx")
    assert told.lines[1] == "ok    session     35 ms  10.0.0.9:25 takes mail, messages up to 37 MB"
    assert gateway.desk.work.asked[-1][1] == ProbeBackend(name="exchange", domain="office.example")
    assert poterne("backend", "probe", "exchange", "--json", *at).json["verifies"] is True


@pytest.mark.parametrize("host", ["10.0.0.9:25", "/run/lmtp"])
def test_a_host_need_not_be_in_the_settings(gateway: FakeGateway, host: str) -> None:
    poterne("backend", "probe", host, "--socket", str(gateway.path))
    assert gateway.desk.work.asked[-1][1] == ProbeBackend(hosts=(host,))


def test_a_smart_host_has_its_lanes_name(gateway: FakeGateway) -> None:
    poterne("backend", "probe", "smart_host:isp", "--socket", str(gateway.path))
    assert gateway.desk.work.asked[-1][1] == ProbeBackend(name="smart_host:isp")


def test_a_server_that_is_away_unknown_or_none_is_told(gateway: FakeGateway) -> None:
    at = ("--socket", str(gateway.path))
    gateway.desk.work.probed = BackendProbed(False, (ProbeStep("session", "bad", "connection refused"),))
    assert poterne("backend", "probe", "exchange", *at).code == 1
    gateway.desk.work.probed = None
    assert "No server is named exchange" in poterne("backend", "probe", "exchange", *at).err
    gateway.desk.work.probed = Refusal("No.")
    assert poterne("backend", "probe", "exchange", *at).code != 0
