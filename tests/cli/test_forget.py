"""An address is forgotten from the command line."""

from __future__ import annotations

from tests.support.command import Terminal, poterne
from tests.support.control import FakeGateway


def test_it_says_what_changed_and_what_is_kept(gateway: FakeGateway) -> None:
    at = ("--socket", str(gateway.path))
    printed = poterne("history", "forget", "anna@office.example", "--yes", *at)
    assert printed.lines[0].startswith("3 rows of the history changed")
    assert "1 held message: poterne quarantine list --search anna@office.example" in printed.out
    assert "of the queue" not in printed.out
    assert gateway.desk.work.asked[0][:2] == ("forget", "anna@office.example")
    assert poterne("history", "forget", "anna@office.example", "--yes", "--json", *at).json["rows"] == 3


def test_it_asks_and_wants_a_whole_address(gateway: FakeGateway) -> None:
    at = ("--socket", str(gateway.path))
    assert poterne("history", "forget", "anna@office.example", *at, stdin=Terminal("n\n")).code == 1
    assert poterne("history", "forget", "anna", "--yes", *at).code == 2
    assert gateway.desk.work.asked == []
