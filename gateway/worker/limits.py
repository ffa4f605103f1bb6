"""Fences the worker in before it reads its first octet: memory, CPU, files, privileges, network, system calls (D10).

Each fence is tried alone; `confine` names those that this machine does not give, for `status`.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from collections.abc import Callable
from typing import Final

from gateway.worker.landlock import restrict_files
from gateway.worker.seccomp import restrict_calls

MEMORY_OCTETS: Final = 512 * 1024 * 1024
CPU_SECONDS: Final = 10
OPEN_FILES: Final = 64
# The scanner may wait for the mail, never the mail for the scanner.
NICENESS: Final = 5

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
_CLONE_NEWIPC: Final = 0x08000000

_libc = ctypes.CDLL(None, use_errno=True)


def confine(readable: tuple[str, ...]) -> tuple[str, ...]:
    """Set up every fence, once, for the rest of this process; the names of those that could not be.

    `readable` are the folders that Python may still need modules from; nothing else can be opened then.
    """
    fences: tuple[tuple[str, Callable[[], None]], ...] = (
        ("death with the gateway", _die_with_parent),
        ("memory limit", lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY_OCTETS, MEMORY_OCTETS))),
        ("no files written", lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))),
        ("open files limit", lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))),
        ("no core dump", lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0))),
        ("low priority", _be_nice),
        ("no new privileges", lambda: _prctl(_PR_SET_NO_NEW_PRIVS, 1)),
        ("no network", _leave_network),
        ("no processes", lambda: resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))),
        ("file access (Landlock)", lambda: restrict_files(readable)),
        ("system calls (seccomp)", restrict_calls),
    )
    return tuple(name for name, fence in fences if not _stands(fence))


def allow_cpu(seconds: int = CPU_SECONDS) -> None:
    """Let the next job have so many seconds of CPU from now on; beyond it the kernel ends this process."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = int(spent.ru_utime + spent.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit if hard < 0 else min(limit, hard), hard))


def _stands(fence: Callable[[], None]) -> bool:
    try:
        fence()
    except (OSError, ValueError, AttributeError):
        return False
    return True


def _die_with_parent() -> None:
    parent = os.getppid()
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # It may have died before the call: then nobody would tell us.
    if os.getppid() != parent or parent == 1:
        raise OSError("the gateway is gone")


def _be_nice() -> None:
    os.nice(NICENESS)


def _leave_network() -> None:
    """A network of our own with nothing in it: as root directly, else in a user namespace where those are allowed."""
    for flags in (_CLONE_NEWNET | _CLONE_NEWIPC, _CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC):
        if _libc.unshare(flags) == 0:
            return
    raise OSError(ctypes.get_errno(), "unshare")


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
