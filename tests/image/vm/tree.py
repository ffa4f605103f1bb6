"""Programs of the tools tree, started from outside it: by its own loader, without root and without mounts."""

from __future__ import annotations

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]


def cache() -> Path:
    """Where the image's build keeps what it made (image/lib.sh has the same rule)."""
    if given := os.environ.get("POTERNE_IMAGE_CACHE"):
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "poterne-image"


def program(name: str) -> list[str]:
    """The words that start a program of the tree. FileNotFoundError tells how to get the tree."""
    tools = cache() / "tools"
    for folder in ("usr/bin", "usr/sbin"):
        path = tools / folder / name
        if path.exists():
            return [str(tools / "lib64/ld-linux-x86-64.so.2"), "--library-path", _libraries(tools), str(path)]
    raise FileNotFoundError(f"{name} is not in {tools}: image/build.sh makes that folder")


def in_tools(*command: str) -> list[str]:
    """The words that run a command inside the tree, with the checkout at /src (needs root)."""
    return [str(CHECKOUT / "image/rootfs/enter.sh"), *command]


def _libraries(tools: Path) -> str:
    machine = tools / "usr/lib/x86_64-linux-gnu"
    return ":".join(map(str, (machine, machine / "pulseaudio", machine / "blas")))
