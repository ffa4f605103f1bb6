"""`poterne config` against a gateway that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import at, poterne
from tests.support.control import FakeGateway
from tests.support.settingsdesk import INVALID, ON_TRIAL, REVERTED, TAKEN_BACK, TEXT, FakeSettings


def settings(gateway: FakeGateway) -> FakeSettings:
    return gateway.desk.settings


def test_a_pipe_gets_the_settings_as_they_are_and_a_terminal_a_headline_too(gateway: FakeGateway) -> None:
    assert poterne("config", "show", *at(gateway)).out == TEXT
    shown = poterne("config", "show", "1", *at(gateway), terminal=True)
    assert "# Version 1, runs," in shown.err
    assert poterne("config", "show", "--json", *at(gateway)).json["text"] == TEXT


@pytest.mark.parametrize(("number", "code"), [("7", 1), ("0", 2), ("x", 2)])
def test_a_version_that_is_not_there_is_told(gateway: FakeGateway, number: str, code: int) -> None:
    printed = poterne("config", "show", number, *at(gateway))
    assert printed.code == code
    assert "poterne config history" in printed.err


def test_the_history_says_who_changed_what_and_how_a_trial_ended(gateway: FakeGateway) -> None:
    out = poterne("config", "history", *at(gateway)).out
    assert 'hostname: "a" → "b" (nobody kept it in time)' in out
    assert "anna" in out
    items = poterne("config", "history", "--json", *at(gateway)).json["items"]
    assert [each["number"] for each in items] == [2, 1]


def test_the_contents_of_a_file_are_tried_and_a_trial_says_what_to_do(gateway: FakeGateway, tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text("x = 1\n")
    settings(gateway).answers = [ON_TRIAL]
    printed = poterne("config", "try", str(tmp_path / "new.toml"), "--for", "10m", *at(gateway))
    assert printed.code == 0
    assert settings(gateway).asked[0][:2] == ("try", "x = 1\n")
    assert settings(gateway).asked[0][3] == 600
    assert "Keep it with: poterne config keep; it reverts in 4 min 50 s." in printed.out
    assert "Tried first, because other servers may refuse a gateway of this name." in printed.out


@pytest.mark.parametrize(("answer", "code"), [(INVALID, 2), (REVERTED, 1)])
def test_what_did_not_come_to_run_has_its_exit_code(
    gateway: FakeGateway, tmp_path: Path, answer: object, code: int
) -> None:
    (tmp_path / "new.toml").write_text("x = 1\n")
    settings(gateway).answers = [answer]  # type: ignore[list-item]  # both are Tried
    for more in ((), ("--json",)):
        printed = poterne("config", "try", str(tmp_path / "new.toml"), *more, *at(gateway))
        assert printed.code == code
    assert printed.json["outcome"] in ("invalid", "reverted")


def test_a_file_that_can_not_be_read_is_usage(gateway: FakeGateway, tmp_path: Path) -> None:
    assert poterne("config", "try", str(tmp_path / "none"), *at(gateway)).code == 2
    (tmp_path / "latin1").write_bytes(b"# \xe9\n")
    assert poterne("config", "try", str(tmp_path / "latin1"), *at(gateway)).code == 2
    assert poterne("config", "try", str(tmp_path / "none"), "--for", "soon", *at(gateway)).code == 2


def test_keys_are_set_and_taken_out_at_once(gateway: FakeGateway) -> None:
    words = ("--set", "policy.standard.mark_at=5.5", "--set", 'hostname = "b=c"', "--unset", "language")
    assert poterne("config", "edit", *words, *at(gateway)).code == 0
    wanted = (("policy.standard.mark_at", "5.5"), ("hostname", '"b=c"'), ("language", ""))
    assert settings(gateway).asked[0][1] == wanted
    assert poterne("config", "edit", "--set", "hostname", *at(gateway)).code == 2


def test_keep_and_undo_are_done(gateway: FakeGateway) -> None:
    assert "Version 2 runs, and is kept." in poterne("config", "keep", *at(gateway)).out
    settings(gateway).answers = [TAKEN_BACK]
    undone = poterne("config", "undo", *at(gateway))
    assert undone.code == 0
    assert "anna took it back. The settings before run again." in undone.out
    settings(gateway).answers = [ON_TRIAL]
    assert poterne("config", "undo", "1", *at(gateway)).code == 0
    assert settings(gateway).asked[-1][:2] == ("undo", 1)
