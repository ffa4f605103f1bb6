"""What the Python part of the gateway takes: the daemon and its workers, shared pages counted once."""

from __future__ import annotations

import contextlib
from pathlib import Path

MIB = 1_048_576


def tree(pid: int) -> list[int]:
    """This process and all below it."""
    below = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [pid, *(one for child in below for one in tree(child))]


def memory_mib(pid: int) -> float:
    """The proportional set size of a process and all below it, in MiB."""
    octets = 0
    for each in tree(pid):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            rollup = Path(f"/proc/{each}/smaps_rollup").read_text()
            octets += 1_024 * sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return octets / MIB
