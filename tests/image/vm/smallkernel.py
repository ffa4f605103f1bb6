"""The smallest arm64 kernel: it says that it runs and restarts the machine: what a boot script starts."""

from __future__ import annotations

import gzip
import struct

GREETING = b"small kernel: restart\r\n"
_UART_AND_TEXT = (0xD2A12000, 0x10000121)  # mov x0, 0x9000000 (QEMU's serial port); adr x1, text
_PRINT = (0x38401422, 0x34000062, 0xB9000002, 0x17FFFFFD)  # next octet, end at zero, print, again
_RESTART = (0xD2B08000, 0xF2800120, 0xD4000002, 0x14000000)  # PSCI SYSTEM_RESET by hvc


def image() -> bytes:
    """The kernel in the form that booti starts: 64 octets of header, then code, then text."""
    code = struct.pack("<10I", *_UART_AND_TEXT, *_PRINT, *_RESTART)
    body = code + GREETING + b"\0"
    header = struct.pack("<IIQQQ24x4sI", 0x14000010, 0, 0, 0x10000, 0xA, b"ARMd", 0)
    return header + body


def packed() -> bytes:
    """The same as a slot holds it."""
    return gzip.compress(image(), mtime=0)
