"""Asking before what can't be undone."""

from __future__ import annotations

import io
from argparse import Namespace

import pytest

from gateway.cli.asking import agreed
from gateway.cli.call import Call, UsageError
from gateway.cli.output import Output
from tests.support.command import Terminal
from tests.support.control import NOON


def call(stdin: io.StringIO, yes: bool = False) -> tuple[Call, io.StringIO]:
    said = io.StringIO()
    return Call(Namespace(yes=yes, config=None), Output(io.StringIO(), said, {}), stdin, {}, lambda: NOON), said


@pytest.mark.parametrize(
    ("typed", "meant"), [("y\n", True), ("YES\n", True), ("\n", False), ("no\n", False), ("", False)]
)
def test_a_person_is_asked_and_silence_is_no(typed: str, meant: bool) -> None:
    asking, said = call(Terminal(typed))
    assert agreed(asking, "Drop it?", "It is gone then.") is meant
    assert said.getvalue() == "Drop it? [y/N] "


def test_nobody_is_asked_with_yes() -> None:
    asking, said = call(io.StringIO(), yes=True)
    assert agreed(asking, "Drop it?", "It is gone then.")
    assert said.getvalue() == ""


def test_a_script_must_say_yes() -> None:
    asking, _ = call(io.StringIO("y\n"))
    with pytest.raises(UsageError, match=r"It is gone then\. To do it without being asked: --yes"):
        agreed(asking, "Drop it?", "It is gone then.")
