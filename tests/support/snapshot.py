"""Screens as text, compared with what was looked at and kept: `RENEW_SNAPSHOTS=1` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "tui" / "snapshots"


def matches(name: str, text: str) -> None:
    """Raises AssertionError when the screen is not as it was kept. Look at a changed one before renewing it."""
    kept = FOLDER / f"{name}.txt"
    if os.environ.get("RENEW_SNAPSHOTS"):
        kept.write_text(text + "\n")
    assert text + "\n" == kept.read_text(), f"{kept.name} differs"
