"""Unpacks wheels side by side into one folder: `python3 image/rootfs/wheels.py FOLDER WHEEL...`.

A wheel is a zip with rules (PyPA's binary distribution format); pip would also make commands and a record of what it
did, and neither belongs in an image that nobody installs into. It must not know which packages there are.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path, PurePosixPath
from typing import Final

# Inside NAME.data: what goes beside the packages. Commands, headers and data for elsewhere have no place in the image.
_LIBRARIES: Final = ("purelib", "platlib")
# Of no use on the box.
_LEFT_OUT: Final = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")


class WheelError(Exception):
    """This wheel can't be unpacked; the text says why."""


def unpack(wheel: Path, folder: Path) -> list[Path]:
    """Put the wheel's files below the folder; return them. WheelError: one would leave it, or lies there already."""
    written = []
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            place = _place(wheel, entry.filename)
            if place is None or entry.is_dir():
                continue
            target = folder / place
            if target.exists():
                raise WheelError(f"{wheel.name} and a package before it both bring {place}")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(entry))
            target.chmod(0o755 if target.suffix == ".so" else 0o644)
            written.append(target)
    return written


def _place(wheel: Path, name: str) -> PurePosixPath | None:
    """Where the entry belongs in the folder, or None when it has no place there."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise WheelError(f"{wheel.name} wants to write outside: {name}")
    if path.parts[0].endswith(".data"):
        inside = PurePosixPath(*path.parts[2:])
        return inside if len(path.parts) > 2 and path.parts[1] in _LIBRARIES else None
    if path.parts[0].endswith(".dist-info") and path.name in _LEFT_OUT:
        return None
    return path


def main(arguments: list[str]) -> int:
    """Unpack all of them, or say which one can't be."""
    folder, *wheels = map(Path, arguments)
    try:
        for wheel in wheels:
            unpack(wheel, folder)
    except (WheelError, zipfile.BadZipFile) as error:
        sys.stderr.write(f"image: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
