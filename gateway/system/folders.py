"""Makes the folders that the gateway keeps its state in, so that nobody else can read mail or secrets (DESIGN §4).

Knows their names and modes, not what is in them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

PRIVATE_MODE: Final = 0o700
# The control socket lies here: its two groups must get in (D12).
RUNTIME_MODE: Final = 0o750
STATE_FOLDERS: Final = ("messages", "quarantine", "dead", "settings", "secrets", "certificates")


class FolderError(Exception):
    """A folder cannot be made or made private; the text says which and why, for the admin."""


def prepare_state(folder: Path) -> None:
    """Make the state folder and those inside it, 0700, durably. Raises FolderError."""
    _prepare(folder, PRIVATE_MODE)
    for name in STATE_FOLDERS:
        _prepare(folder / name, PRIVATE_MODE)


def prepare_runtime(folder: Path) -> None:
    """Make the folder of the control socket, 0750. Raises FolderError."""
    _prepare(folder, RUNTIME_MODE)


def sync_folder(folder: Path) -> None:
    """Make what was created or renamed in it survive a power cut. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _prepare(folder: Path, mode: int) -> None:
    try:
        if not folder.is_dir():
            folder.mkdir(mode=mode, parents=True)
            # A message synced into a folder whose own name is not on disk would be lost with it.
            sync_folder(folder.parent)
        if folder.stat().st_mode & 0o777 != mode:
            folder.chmod(mode)
    except OSError as error:
        raise FolderError(f"{folder} cannot be prepared: {error.strerror}") from error
