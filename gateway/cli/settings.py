"""Loads settings for the verbs that need all of them; the only importer of the loader in the command."""

from __future__ import annotations

from pathlib import Path

from gateway.cli.call import UsageError
from gateway.config.schema import Settings


def load_settings(path: Path) -> Settings:
    """The settings of this file. Raises UsageError with every error."""
    # Here, for the loader imports pydantic, which the other verbs do without (D11).
    from gateway.config.load import load
    from gateway.config.problems import SettingsError

    try:
        return load(path)
    except SettingsError as error:
        raise UsageError(str(error)) from error
