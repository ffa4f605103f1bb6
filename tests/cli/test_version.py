"""Which version this is."""

from __future__ import annotations

from importlib import metadata

from tests.support.command import poterne


def test_the_version_is_printed() -> None:
    assert poterne("version").out == f"poterne {metadata.version('poterne')}\n"
    assert poterne("--version").out == poterne("version").out
    assert poterne("--version", "--json").json == poterne("version", "--json").json
    assert poterne("version", "--json").json == {"schema": "poterne/1", "version": metadata.version("poterne")}
