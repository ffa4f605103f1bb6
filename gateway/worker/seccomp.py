"""A seccomp filter (seccomp(2)): after it, this process starts nothing, reaches nobody and changes no file.

A list of what is refused, so that any C library and any Python still run; Landlock and the limits stand beside it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from typing import Final

_PR_SET_SECCOMP: Final = 22
_SECCOMP_MODE_FILTER: Final = 2
_KILL_PROCESS: Final = 0x80000000
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | errno.EPERM

# Classic BPF (linux/filter.h): load a word of the call's data, compare, return.
_LOAD: Final = 0x20
_JUMP_EQUAL: Final = 0x15
_JUMP_AT_LEAST: Final = 0x35
_JUMP_ANY_BIT: Final = 0x45
_RETURN: Final = 0x06
_CALL_NUMBER_AT: Final = 0
_ARCHITECTURE_AT: Final = 4
_ARGUMENTS_AT: Final = 16

_X32_BIT: Final = 0x40000000
_WRITE_FLAGS: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

# Sockets; other processes; starting and tracing; namespaces and mounts; keys, BPF, io_uring; changing files.
_X86_64: Final = (
    *(41, 42, 43, 44, 46, 49, 50, 53, 288, 307),
    *(62, 200, 101, 310, 311, 434, 438),
    *(56, 57, 58, 59, 322, 435),
    *(165, 166, 272, 308, 155, 161, 169, 175, 313, 246, 320, 428, 429, 430, 442),
    *(248, 249, 250, 298, 304, 319, 321, 323, 425, 426, 427),
    *(76, 77, 82, 83, 84, 85, 86, 87, 88, 90, 91, 92, 93, 94, 133, 437, 452),
    *(258, 259, 260, 263, 264, 265, 266, 268, 316, 188, 189, 190, 197, 198, 199),
)
_AARCH64: Final = (
    *(198, 199, 200, 201, 202, 203, 206, 211, 242, 269),
    *(129, 130, 117, 270, 271, 434, 438),
    *(220, 221, 281, 435),
    *(40, 39, 97, 268, 41, 51, 142, 105, 273, 104, 294, 428, 429, 430, 442),
    *(217, 218, 219, 241, 265, 279, 280, 282, 425, 426, 427),
    *(45, 46, 33, 34, 35, 36, 37, 38, 276, 52, 53, 54, 55, 437, 452, 5, 6, 7, 14, 15, 16),
)

# Architecture by its audit number, refused calls, and `open`/`openat` with the place of their flags.
_MACHINES: Final = {
    "x86_64": (0xC000003E, _X86_64, ((2, 1), (257, 2))),
    "aarch64": (0xC00000B7, _AARCH64, ((56, 2),)),
}


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def restrict_calls() -> None:
    """Install the filter; no_new_privs must be set. Raises OSError where kernel or machine lack it."""
    machine = platform.machine()
    if machine not in _MACHINES:
        raise OSError(errno.ENOSYS, "no filter for this machine")
    code = _filter(*_MACHINES[machine])
    program = _Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def _filter(architecture: int, refused: tuple[int, ...], opens: tuple[tuple[int, int], ...]) -> bytes:
    """The program: another architecture ends the process, refused calls fail with EPERM, all others pass."""
    code = _step(_LOAD, _ARCHITECTURE_AT)
    code += _step(_JUMP_EQUAL, architecture, 1, 0) + _step(_RETURN, _KILL_PROCESS)
    code += _step(_LOAD, _CALL_NUMBER_AT)
    code += _step(_JUMP_AT_LEAST, _X32_BIT, 0, 1) + _step(_RETURN, _REFUSE)
    for number in sorted(set(refused)):
        code += _step(_JUMP_EQUAL, number, 0, 1) + _step(_RETURN, _REFUSE)
    for number, flags in opens:
        code += _step(_JUMP_EQUAL, number, 0, 4)
        code += _step(_LOAD, _ARGUMENTS_AT + 8 * flags) + _step(_JUMP_ANY_BIT, _WRITE_FLAGS, 0, 1)
        code += _step(_RETURN, _REFUSE) + _step(_RETURN, _ALLOW)
    return code + _step(_RETURN, _ALLOW)


def _step(operation: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """struct sock_filter."""
    return struct.pack("<HBBI", operation, if_true, if_false, value)
