from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

import tui.launch
from gateway.cli.call import Call
from gateway.cli.output import Output
from gateway.cli.parser import build
from gateway.cli.tui import tui as verb
from tui.launch import Wanted

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_the_verb_hands_over_the_socket_and_what_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Wanted] = []
    monkeypatch.setattr(tui.launch, "run", lambda wanted, now: seen.append(wanted) or 0)
    for arguments in (
        ["tui", "--socket", "/x"],
        ["tui", "--socket", "/x", "--language", "fr", "--glyphs", "ascii", "--mouse"],
        ["tui", "--socket", "/x", "--assistant"],
    ):
        options = build().parse_args(arguments)
        call = Call(options, Output(io.StringIO(), io.StringIO(), {}, False), io.StringIO(), {}, lambda: NOON)
        assert verb(call) == 0
    assert seen == [
        Wanted(Path("/x")),
        Wanted(Path("/x"), "fr", "ascii", True),
        Wanted(Path("/x"), assistant=True),
    ]
