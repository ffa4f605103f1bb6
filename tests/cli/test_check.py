"""Is a settings file valid?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import poterne
from tests.support.settings_text import MINIMAL


@pytest.mark.parametrize("by", [(), ("--config",)])
def test_a_valid_file_is_summed_up(tmp_path: Path, by: tuple[str, ...]) -> None:
    path = tmp_path / "poterne.toml"
    path.write_text(MINIMAL)
    printed = poterne("check", *by, str(path))
    assert printed.code == 0
    assert "is valid: mx.office.example, 1 domain, 1 backend, " in printed.out


def test_every_error_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "poterne.toml"
    path.write_text(MINIMAL + 'colour = "red"\n[limits]\nrecipients = "many"\n')
    printed = poterne("check", str(path))
    assert printed.code == 2
    assert printed.out == ""
    assert "colour" in printed.err
    assert "recipients" in printed.err
    assert "2 errors." in printed.err


def test_its_json_lists_the_problems(tmp_path: Path) -> None:
    path = tmp_path / "poterne.toml"
    path.write_text(MINIMAL)
    assert poterne("check", str(path), "--json").json["valid"] is True
    path.write_text(MINIMAL + "colour = 1\n")
    found = poterne("check", str(path), "--json")
    assert found.code == 2
    assert found.json["valid"] is False
    assert found.json["problems"][0]["line"] == 8


def test_a_file_that_is_not_there_is_an_error_of_the_settings(tmp_path: Path) -> None:
    printed = poterne("check", str(tmp_path / "missing.toml"))
    assert printed.code == 2
    assert "missing.toml" in printed.err


def test_without_a_file_it_asks_which() -> None:
    assert "Which settings?" in poterne("check").err
