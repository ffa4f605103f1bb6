"""Replaces a file in one step that survives a power cut: temporary name, fsync, rename, fsync of the folder."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

NEW_FILE_MODE = 0o640


def replace_text(path: Path, text: str) -> None:
    """Put the text in the place of what the file holds, with the same mode and group. Raises OSError."""
    # A link is followed: what it points to is the file, and the link stays.
    target = path.resolve()
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _as_before(target, descriptor)
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(descriptor)
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _as_before(target: Path, descriptor: int) -> None:
    try:
        before = target.stat()
    except FileNotFoundError:
        os.fchmod(descriptor, NEW_FILE_MODE)
        return
    with suppress(PermissionError):
        # Only root may give a file away; ours is then ours.
        os.fchown(descriptor, before.st_uid, before.st_gid)
    os.fchmod(descriptor, before.st_mode & 0o777)
