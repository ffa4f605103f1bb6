"""Public suites that are no part of the project: where they lie, or why a test is skipped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def suite(relative: str) -> Path:
    """A file below `POTERNE_SUITES` or `../shared/data`. Skips the asking module or test where it is absent."""
    folders = [Path(os.environ["POTERNE_SUITES"])] if "POTERNE_SUITES" in os.environ else []
    for folder in (*folders, ROOT.parent / "shared" / "data"):
        if (folder / relative).exists():
            return folder / relative
    pytest.skip(f"the public suite {relative} is not here (see POTERNE_SUITES)", allow_module_level=True)


def spf_suite(name: str) -> Path:
    """A file of pyspf's source archive, which `make test` puts into `.cache/suites`."""
    found = sorted((ROOT / ".cache" / "suites").glob(f"pyspf-*/test/{name}"))
    return found[-1] if found else suite(f"spf/{name}")
