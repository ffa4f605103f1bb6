"""Running the gateway, as far as the command goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.app import run as application
from gateway.config.schema import Settings
from tests.support.command import poterne
from tests.support.settings_text import MINIMAL


def test_the_gateway_gets_settings_and_file_and_its_exit_code_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    got: list[tuple[str, Path]] = []

    def run(settings: Settings, config_path: Path) -> int:
        got.append((settings.hostname, config_path))
        return 1

    monkeypatch.setattr(application, "run", run)
    path = tmp_path / "poterne.toml"
    path.write_text(MINIMAL)
    assert poterne("serve", "--config", str(path)).code == 1
    assert got == [("mx.office.example", path)]


def test_it_does_not_start_without_valid_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "run", lambda settings, path: 0)
    assert poterne("serve").code == 2
    assert poterne("serve", "--config", str(tmp_path / "missing.toml")).code == 2
