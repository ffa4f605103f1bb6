"""Settings in an editor, which here is a shell script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import Printed, Terminal, poterne
from tests.support.control import FakeDesk, FakeGateway, gateway_in_thread
from tests.support.settingsdesk import INVALID, KEPT, TEXT, FakeSettings


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[FakeGateway]:
    with gateway_in_thread(tmp_path, FakeDesk(settings=FakeSettings(answers=[KEPT]))) as running:
        yield running


def edit(gateway: FakeGateway, folder: Path, script: str, typed: str = "") -> Printed:
    editor = folder / "my editor"
    editor.write_text(f"#!/bin/sh\n{script}\n")
    editor.chmod(0o755)
    return poterne(
        "config", "edit", "--socket", str(gateway.path),
        stdin=Terminal(typed), environment={"EDITOR": f"'{editor}'"},
    )  # fmt: skip


def left_over(printed: Printed) -> Path:
    found = re.search(r"Your text is in (\S+)\.$", printed.err, re.MULTILINE)
    assert found
    return Path(found[1])


def test_what_was_edited_is_tried(gateway: FakeGateway, tmp_path: Path) -> None:
    assert edit(gateway, tmp_path, 'echo "y = 2" >> "$1"').code == 0
    assert gateway.desk.settings.asked[0][:2] == ("try", TEXT + "y = 2\n")


def test_what_was_not_changed_is_not_tried(gateway: FakeGateway, tmp_path: Path) -> None:
    printed = edit(gateway, tmp_path, "exit 0")
    assert (printed.code, printed.err.strip()) == (0, "Nothing was changed.")
    assert gateway.desk.settings.asked == []


def test_errors_are_shown_with_lines_and_one_may_go_on_editing(gateway: FakeGateway, tmp_path: Path) -> None:
    gateway.desk.settings.answers = [INVALID, INVALID, KEPT]
    printed = edit(gateway, tmp_path, 'echo "z = 3" >> "$1"', "\ny\n")
    assert printed.code == 0
    assert printed.err.count(":3: hostnam: unknown key") == 2
    assert gateway.desk.settings.asked[2][1] == TEXT + "z = 3\n" * 3


@pytest.mark.parametrize("typed", ["n\n", ""], ids=["no", "end-of-input"])
def test_who_gives_up_keeps_the_text(gateway: FakeGateway, tmp_path: Path, typed: str) -> None:
    gateway.desk.settings.answers = [INVALID]
    printed = edit(gateway, tmp_path, 'echo "z = 3" >> "$1"', typed)
    assert printed.code == 1
    path = left_over(printed)
    assert path.read_text() == TEXT + "z = 3\n"
    assert path.stat().st_mode & 0o777 == 0o600
    path.unlink()


def test_an_editor_that_fails_changes_nothing_and_loses_nothing(gateway: FakeGateway, tmp_path: Path) -> None:
    printed = edit(gateway, tmp_path, 'echo "z = 3" >> "$1"; exit 1')
    assert printed.code == 2
    left_over(printed).unlink()
    assert gateway.desk.settings.asked == []


def test_without_a_terminal_there_is_another_way(gateway: FakeGateway) -> None:
    printed = poterne("config", "edit", "--socket", str(gateway.path))
    assert printed.code == 2
    assert "poterne config edit --set KEY=VALUE" in printed.err
