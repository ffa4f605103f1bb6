"""Which Python the gateways run: the distribution's, as in the image, where it can use the packages at hand.

Debian builds its Python with a profile, which a Python of one's own often lacks: that is a tenth of the processor time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

SYSTEM_PYTHON = Path("/usr/bin/python3")
_SAY_VERSION = "import sys; print('.'.join(map(str, sys.version_info[:3])))"
_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python and where it finds the packages ("" where it knows by itself); `words` say which it is."""

    program: str
    packages: str
    words: str

    def environment(self) -> dict[str, str]:
        """What its processes are started with, on top of our own environment."""
        return {"PYTHONPATH": self.packages} if self.packages else {}


def interpreter(system: Path = SYSTEM_PYTHON) -> Interpreter:
    """The distribution's Python where it is of our own minor version, else the one that runs this."""
    ours = ".".join(map(str, sys.version_info[:3]))
    if Path(sys.executable).resolve() == system.resolve():
        return Interpreter(sys.executable, "", f"Python {ours}, the distribution's")
    version = _version(system)
    if _minor(version) != _minor(ours):
        return Interpreter(sys.executable, "", f"Python {ours}, not the distribution's ({version or 'none'} there)")
    # Compiled packages fit every release of one minor version.
    return Interpreter(str(system), sysconfig.get_path("purelib"), f"Python {version}, the distribution's")


def _version(program: Path) -> str:
    """What it says of itself; "" when it does not run."""
    if not os.access(program, os.X_OK):
        return ""
    try:
        told = subprocess.run(
            [program, "-c", _SAY_VERSION], capture_output=True, text=True, timeout=_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.stdout.strip()


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]
