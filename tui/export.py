"""Writes what is shown into a file of the admin's own folder. The only writer of the interface."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path


class CantWriteError(Exception):
    """There is no folder of one's own, or it takes no file; the text is the cause."""


def write(name: str, kind: str, text: str, now: datetime) -> Path:
    """`poterne-NAME-2026-11-24-1200.KIND` in the home folder, for its owner only; one of that minute is replaced.

    Raises CantWriteError.
    """
    home = Path(os.environ.get("HOME", ""))
    if not home.is_absolute() or not home.is_dir():
        raise CantWriteError("there is no home folder")
    path = home / f"poterne-{name}-{now:%Y-%m-%d-%H%M}.{kind}"
    try:
        path.unlink(missing_ok=True)
        # O_EXCL: never through a link that somebody laid there.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        raise CantWriteError(error.strerror or str(error)) from error
    return path
