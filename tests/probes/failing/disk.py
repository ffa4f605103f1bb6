"""A disk that is full: 452 at MAIL, told and shown, and gone by itself. Only root can have a small file system."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.probes.failing.faults import Fault, Outcome, measure
from tests.probes.failing.stage import Stage, stage
from tests.probes.world import ON_A_SMALL_DISK

MIB = 1_048_576
DISK_OCTETS = 32 * MIB


def fill(at: Stage) -> None:
    """What another program does: take everything that is left."""
    descriptor = os.open(at.state / "filler", os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        for size in (MIB, 4_096, 1):
            with suppress(OSError):
                while os.write(descriptor, bytes(size)):
                    pass
    finally:
        os.close(descriptor)


def may_mount() -> bool:
    """True where we may have a file system of our own."""
    command = ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    with suppress(FileNotFoundError):
        return os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
    return False


FULL = Fault(
    "disk full",
    fill,
    lambda at: (at.state / "filler").unlink(),
    "disk",
    reply=r"452 4\.3\.1",
    words="disk is full",
    own="",
    recovered_reasons="unscanned",
)


@contextmanager
def small_stage() -> Iterator[Stage]:
    """A gateway whose state lies on a memory file system of its own."""
    limits = {"limits": f"message_size_octets = {MIB}\nmemory_octets = {4 * MIB}"}
    with stage(limits, starts=False) as made:
        (made.folder / "state").mkdir()
        made.wrapper = (
            "unshare", "-m", "sh", "-ec", ON_A_SMALL_DISK, "sh", str(DISK_OCTETS), str(made.folder / "state"),
        )  # fmt: skip
        made.start()
        yield made


def run() -> Iterator[Outcome]:
    """Filled while nobody sends, and seen all the same."""
    with small_stage() as made:
        yield measure(made, FULL)
