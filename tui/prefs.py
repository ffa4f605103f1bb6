"""What one person chose for their own eyes: language, colours, signs, mouse. A small file in their home.

Never in the way: a file that can't be read is none, and one that can't be written is said and forgotten.
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

# Nothing that we wrote is as long.
FILE_MAXIMUM_OCTETS: Final = 4_096
_KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "language": ("en", "fr"),
    "theme": ("dark", "light", "contrast", "console"),
    "glyphs": ("any", "console", "ascii"),
}


@dataclass(frozen=True, slots=True)
class Preferences:
    """ "" for what was not chosen; then the surroundings decide."""

    language: str = ""
    theme: str = ""
    glyphs: str = ""
    mouse: bool = False


def place(environment: Mapping[str, str]) -> Path | None:
    """The file: below XDG_STATE_HOME, else below HOME; None for somebody without a home."""
    state = environment.get("XDG_STATE_HOME", "")
    home = environment.get("HOME", "")
    folder = Path(state) if state.startswith("/") else Path(home) / ".local" / "state" if home.startswith("/") else None
    return folder / "poterne" / "tui.toml" if folder is not None else None


def can_remember(file: Path | None) -> bool:
    """True when a choice would be there at the next start."""
    if file is None:
        return False
    nearest = next((each for each in (file, *file.parents) if each.exists()), None)
    return nearest is not None and os.access(nearest, os.W_OK)


def load(file: Path | None) -> Preferences | None:
    """What was chosen, None when nothing was. Values that we don't know count as not chosen."""
    if file is None:
        return None
    try:
        with file.open("rb") as stream:
            found = tomllib.loads(stream.read(FILE_MAXIMUM_OCTETS).decode())
    except (OSError, ValueError):
        return None
    known = {
        name: found[name]
        for name, values in _KNOWN.items()
        if isinstance(found.get(name), str) and found[name] in values
    }
    return Preferences(**known, mouse=found.get("mouse") is True)


def save(file: Path | None, preferences: Preferences) -> bool:
    """Write it whole or not at all; False when it can't be."""
    if file is None:
        return False
    values = ((each.name, getattr(preferences, each.name)) for each in fields(preferences))
    text = "".join(f"{name} = {_written(value)}\n" for name, value in values)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=".tui-", delete=False) as stream:
            stream.write(text)
        Path(stream.name).replace(file)
    except OSError:
        return False
    return True


def _written(value: str | bool) -> str:
    return f'"{value}"' if isinstance(value, str) else "true" if value else "false"
