"""Memory that grows, and then never changes again."""

import gc
import mmap
import os

import pytest

from gateway.worker.sealed import Growing, Sealed


def sealed(*pieces: bytes) -> Sealed:
    growing = Growing()
    for piece in pieces:
        growing.add(piece)
    return growing.sealed()


def descriptors() -> int:
    gc.collect()
    return len(os.listdir("/proc/self/fd"))


def test_what_was_added_stands_there() -> None:
    growing = Growing()
    growing.add(b"one ")
    growing.add(memoryview(bytearray(b"two")))
    assert growing.size_octets == 7
    made = growing.sealed()
    assert made[:] == b"one two"
    assert os.pread(made.descriptor, 9, 0) == b"one two"


def test_nobody_can_change_it_any_more() -> None:
    made = sealed(b"the message")
    with pytest.raises(PermissionError):
        os.pwrite(made.descriptor, b"x", 0)
    for size in (0, 99):
        with pytest.raises(PermissionError):
            os.ftruncate(made.descriptor, size)
    with pytest.raises(PermissionError):
        mmap.mmap(made.descriptor, 11)
    with pytest.raises(TypeError):
        made[0] = 1
    assert made[:] == b"the message"


def test_it_stays_while_anybody_looks_at_it_and_is_given_back_then() -> None:
    before = descriptors()
    view = memoryview(sealed(b"x" * 100_000))[10:]
    assert descriptors() > before
    assert bytes(view[:3]) == b"xxx"
    view.release()
    assert descriptors() == before


def test_what_is_never_sealed_is_given_back_too() -> None:
    before = descriptors()
    growing = Growing()
    growing.add(b"x")
    growing.close()
    growing.close()
    assert descriptors() == before
    forgotten = Growing()
    del forgotten
    assert descriptors() == before
