from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

import tui.rest
from gateway.cli.call import NOT_DONE, Call
from gateway.cli.console import console
from gateway.cli.output import Output
from gateway.cli.parser import build
from tui.rest import Wanted

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def call(*arguments: str) -> Call:
    options = build().parse_args(["console", *arguments])
    return Call(options, Output(io.StringIO(), io.StringIO(), {}, False), io.StringIO(), {}, lambda: NOON)


def test_the_verb_hands_over_the_socket_and_what_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Wanted] = []
    monkeypatch.setattr(tui.rest, "run", lambda wanted, now: seen.append(wanted) or 0)
    monkeypatch.setattr("sys.stdin", _Terminal())
    monkeypatch.setattr("sys.stdout", _Terminal())
    assert console(call("--socket", "/x")) == 0
    assert console(call("--socket", "/x", "--user", "claire", "--language", "fr", "--glyphs", "ascii")) == 0
    assert seen == [Wanted(Path("/x")), Wanted(Path("/x"), "claire", "fr", "ascii")]


def test_without_a_terminal_nothing_is_painted() -> None:
    assert console(call("--socket", "/x")) == NOT_DONE
