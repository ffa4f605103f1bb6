"""`poterne secret` against a gateway that is none."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys

import pytest

from tests.support.command import Terminal, at, poterne
from tests.support.control import FakeGateway


@pytest.mark.parametrize(
    ("typed", "value"), [("s3cret\n", b"s3cret"), ("a\nb\n", b"a\nb"), ("s3cret\r\n", b"s3cret"), ("x", b"x")]
)
def test_a_value_comes_from_standard_input_without_its_last_line_end(
    gateway: FakeGateway, typed: str, value: bytes
) -> None:
    printed = poterne("secret", "set", "smart-host", *at(gateway), stdin=io.StringIO(typed, newline=""))
    assert printed.code == 0
    assert gateway.desk.settings.asked[0][:3] == ("set", "smart-host", value)
    assert "s3cret" not in printed.out + printed.err


@pytest.mark.parametrize(("name", "typed"), [("smart-host", "\n"), ("../x", "y\n"), ("UPPER", "y\n")])
def test_no_value_and_no_name_are_usage(gateway: FakeGateway, name: str, typed: str) -> None:
    assert poterne("secret", "set", name, *at(gateway), stdin=io.StringIO(typed)).code == 2
    assert gateway.desk.settings.asked == []


def test_a_terminal_shows_nothing_of_what_is_typed(gateway: FakeGateway) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "gateway", "secret", "set", "smart-host", *at(gateway)]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True) as process:
        os.close(theirs)
        seen = b""
        while b"not shown" not in seen:
            seen += os.read(ours, 1_000)
        os.write(ours, b"s3cret\n")
        while b"is set" not in seen:
            seen += os.read(ours, 1_000)
        assert process.wait(20) == 0
    os.close(ours)
    assert b"s3cret" not in seen
    assert gateway.desk.settings.asked[0][2] == b"s3cret"


def test_names_are_listed_and_no_value(gateway: FakeGateway) -> None:
    assert "smart-host" in poterne("secret", "list", *at(gateway)).out
    assert poterne("secret", "list", "--json", *at(gateway)).json["items"][0]["name"] == "smart-host"
    gateway.desk.settings.names = []
    assert "poterne secret set NAME" in poterne("secret", "list", *at(gateway)).out


def test_deleting_asks(gateway: FakeGateway) -> None:
    assert poterne("secret", "delete", "smart-host", *at(gateway)).code == 2
    assert poterne("secret", "delete", "smart-host", *at(gateway), stdin=Terminal("n\n")).code == 1
    assert gateway.desk.settings.asked == []
    assert poterne("secret", "delete", "smart-host", "--yes", *at(gateway)).code == 0
    assert poterne("secret", "delete", "other", "--yes", *at(gateway)).code == 1
