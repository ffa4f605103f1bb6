"""The test of the chain from the command line."""

from __future__ import annotations

from gateway.control.workvalues import ChainStep, ChainTest
from tests.support.command import poterne
from tests.support.control import FakeGateway


def test_a_chain_that_works_exits_0_and_a_broken_one_1(gateway: FakeGateway) -> None:
    at = ("--socket", str(gateway.path))
    good = poterne("test", *at)
    assert (good.code, good.lines[0]) == (0, "ok  taken in  12 ms  taken")
    assert "The chain works." in good.lines
    assert good.lines[-1].endswith("poterne messages explain F7K2Q")
    gateway.desk.work.report = ChainTest(False, "", (ChainStep("send", False, "nothing listens"),))
    bad = poterne("test", "--to", "it@office.example", *at)
    assert (bad.code, bad.lines[0], bad.lines[-1]) == (1, "FAILED  taken in    nothing listens", "The chain is broken.")
    assert gateway.desk.work.asked[-1] == ("test", "it@office.example", "en")


def test_what_was_added_is_shown_and_json_has_all(gateway: FakeGateway) -> None:
    at = ("--socket", str(gateway.path))
    gateway.desk.work.report = ChainTest(
        True, "F7K2Q", (), (("spf", "none"), ("dkim", "pass")), ("Received: from a by b",)
    )
    assert "  Received: from a by b" in poterne("test", *at).lines
    assert "Checks: spf none, dkim pass" in poterne("test", *at).lines
    assert poterne("test", "--json", *at).json["fields"] == ["Received: from a by b"]
    assert poterne("test", "--to", "nobody", *at).code == 2
