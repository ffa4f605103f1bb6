"""The place for message files that are not what we wrote: moved here, listed, never deleted."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gateway.store.disk import Disk
from gateway.store.errors import of_reading, of_writing

# The note beside a damaged file.
_WHY = ".why"


@dataclass(frozen=True, slots=True)
class DamagedFile:
    """A file that was set aside, and why ("" where the disk was too full for the note)."""

    name: str
    size_octets: int
    why: str


class DamagedPlace:
    """One folder for all. Synchronous; runs in threads. Methods raise StoreError."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.folder = folder
        self._disk = disk

    def take(self, path: Path, why: str) -> None:
        """Move a file here under its name, or one like it if that is taken; a file that is gone is no error."""
        target = self.folder / path.name
        while target.exists():
            target = self.folder / f"{path.name}.{secrets.token_hex(2)}"
        try:
            self._disk.rename(path, target)
        except FileNotFoundError:
            return
        except OSError as error:
            raise of_writing(error) from error
        with suppress(OSError):
            target.with_name(target.name + _WHY).write_text(why + "\n", "utf-8", "backslashreplace")

    def list(self) -> tuple[DamagedFile, ...]:
        """What lies here, by name."""
        try:
            files = sorted(each for each in self.folder.iterdir() if each.suffix != _WHY)
            return tuple(DamagedFile(each.name, each.stat().st_size, _why(each)) for each in files)
        except OSError as error:
            raise of_reading(error) from error


def _why(path: Path) -> str:
    try:
        return path.with_name(path.name + _WHY).read_text("utf-8", "replace").strip()
    except OSError:
        return ""
