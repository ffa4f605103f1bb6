"""In a process of its own: the settings hold for good."""

import subprocess
import sys

import pytest

from gateway.system import allocator

MEASURE = """
import ctypes
from gateway.system.allocator import give_back_large_memory
class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in
                ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keep")]
libc = ctypes.CDLL(None)
libc.mallinfo2.restype = Info
if {called}:
    assert give_back_large_memory()
first = bytearray(10_000_000)
del first
before = libc.mallinfo2().hblkhd
second = bytearray(5_000_000)
print(libc.mallinfo2().hblkhd - before)
"""


def own_pages(*, called: bool) -> int:
    """How much of five megabytes, taken after ten were freed, has pages of its own."""
    text = MEASURE.format(called=called)
    return int(subprocess.run([sys.executable, "-c", text], capture_output=True, check=True, timeout=60).stdout)


def test_large_memory_has_pages_of_its_own_also_after_larger_was_freed() -> None:
    assert own_pages(called=True) >= 5_000_000
    assert own_pages(called=False) == 0


def test_another_c_library_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda name: object())
    assert not allocator.give_back_large_memory()
