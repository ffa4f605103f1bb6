"""Room on the disk."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.space import RESERVE_OCTETS, Space, needed

MIB = 1_048_576


def test_a_large_disk_keeps_64_mib_in_reserve_and_a_small_one_an_eighth() -> None:
    assert Space(10_000 * MIB, 32_000 * MIB).usable_octets == 10_000 * MIB - RESERVE_OCTETS
    assert Space(10 * MIB, 24 * MIB).usable_octets == 7 * MIB
    assert Space(1 * MIB, 24 * MIB).usable_octets == -2 * MIB


def test_one_and_a_half_times_the_messages_begun_but_no_more_than_memory_holds() -> None:
    assert needed(2 * 36_700_160, 128 * MIB) == 3 * 36_700_160
    assert needed(100 * 36_700_160, 128 * MIB) == 192 * MIB


@given(st.integers(0, 1 << 45), st.integers(0, 1 << 45), st.integers(1, 1 << 32))
def test_more_messages_never_need_less(begun: int, more: int, memory: int) -> None:
    assert needed(begun, memory) <= needed(begun + more, memory)
