"""A large message without a name on the disk."""

import mmap
import os

import pytest

from gateway.smtp.filed import Filed


def test_what_is_written_is_read_where_it_lies(tmp_path):
    filed = Filed(tmp_path)
    filed.add(b"one ")
    filed.add(bytearray(b"two ") * 100_000)
    sealed = filed.sealed()
    assert sealed[:8] == b"one two "
    assert len(sealed) == filed.size_octets == 4 + 4 * 100_000
    assert os.listdir(tmp_path) == []


def test_whoever_is_given_it_cannot_write_it(tmp_path):
    filed = Filed(tmp_path)
    filed.add(b"x" * 5_000)
    sealed = filed.sealed()
    with pytest.raises(OSError, match=r".+"):
        os.write(sealed.descriptor, b"y")
    with pytest.raises(PermissionError):
        mmap.mmap(sealed.descriptor, 5_000, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)


def test_nothing_stays_open(tmp_path):
    before = len(os.listdir("/proc/self/fd"))
    filed = Filed(tmp_path)
    filed.add(b"x")
    sealed = filed.sealed()
    filed.close()
    del sealed
    Filed(tmp_path).close()
    with pytest.raises(ValueError, match="empty"):
        Filed(tmp_path).sealed()
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(OSError, match=r".+"):
        Filed(tmp_path / "nowhere")
