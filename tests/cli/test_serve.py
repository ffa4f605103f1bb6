"""Running the gateway, as far as the command goes."""

from __future__ import annotations

from pathlib import Path

import pytest

import gateway.app.run as module
from gateway.config.problems import Problem, SettingsError
from tests.support.command import poterne


def test_the_gateway_gets_the_file_and_its_exit_code_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[Path] = []

    def run(config_path: Path) -> int:
        got.append(config_path)
        return 1

    monkeypatch.setattr(module, "run", run)
    path = tmp_path / "poterne.toml"
    assert poterne("serve", "--config", str(path)).code == 1
    assert got == [path]


def test_it_does_not_start_without_settings_that_can_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(config_path: Path) -> int:
        raise SettingsError([Problem("poterne.toml", 3, "hostnam", "unknown key", "hostname")])

    monkeypatch.setattr(module, "run", run)
    assert poterne("serve").code == 2
    printed = poterne("serve", "--config", "poterne.toml")
    assert printed.code == 2
    assert 'poterne.toml:3: hostnam: unknown key; did you mean "hostname"?' in printed.err
