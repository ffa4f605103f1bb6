"""Settings for the verbs that need all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.cli.call import UsageError
from gateway.cli.settings import load_settings
from tests.support.settings_text import MINIMAL


def test_valid_settings_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "poterne.toml").write_text(MINIMAL)
    assert load_settings(tmp_path / "poterne.toml").hostname == "mx.office.example"


def test_invalid_settings_are_a_usage_error_with_every_problem(tmp_path: Path) -> None:
    (tmp_path / "poterne.toml").write_text(MINIMAL + 'colour = "red"\nweight = 5\n')
    with pytest.raises(UsageError, match=r"(?s)colour.*weight"):
        load_settings(tmp_path / "poterne.toml")
