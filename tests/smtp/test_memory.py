"""The memory budget: as octets arrive, a quarter a network, all given back."""

from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from gateway.smtp.memory import MemoryBudget

ANN, NEIGHBOUR, FAR = ip_address("192.0.2.1"), ip_address("192.0.2.200"), ip_address("198.51.100.1")


def test_one_network_holds_at_most_a_quarter():
    budget = MemoryBudget(1_000)
    first, second = budget.reservation(ANN), budget.reservation(NEIGHBOUR)
    assert first.grow(200)
    assert second.grow(50)
    assert not second.grow(1)
    assert budget.reservation(FAR).grow(250)


def test_a_single_message_may_be_larger_than_a_quarter():
    budget = MemoryBudget(1_000)
    large = budget.reservation(ANN)
    assert large.grow(200)
    assert large.grow(700)
    assert not budget.reservation(NEIGHBOUR).grow(1)
    assert not large.grow(101)
    assert budget.reservation(FAR).grow(100)


def test_nothing_is_taken_by_a_refusal():
    budget = MemoryBudget(100)
    reservation = budget.reservation(ANN)
    assert not reservation.grow(101)
    assert (budget.used_octets, reservation.held_octets) == (0, 0)


def test_release_gives_back_once():
    budget = MemoryBudget(100)
    with budget.reservation(ANN) as reservation:
        assert reservation.grow(60)
        reservation.release()
        reservation.release()
    assert budget.used_octets == 0
    assert budget.reservation(NEIGHBOUR).grow(100)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 400)), max_size=40))
def test_the_sum_is_always_what_is_held(steps):
    budget = MemoryBudget(1_000)
    held = [budget.reservation(ip_address(f"192.0.{index // 2}.{index}")) for index in range(4)]
    for index, octets in steps:
        if octets < 50:
            held[index].release()
        else:
            held[index].grow(octets)
        assert budget.used_octets == sum(each.held_octets for each in held) <= 1_000
    for each in held:
        each.release()
    assert budget.used_octets == 0


def test_above_three_quarters_large_messages_have_another_place(tmp_path):
    budget = MemoryBudget(1_000, tmp_path)
    reservation = budget.reservation(ANN)
    assert reservation.grow(700)
    assert reservation.folder_for(50) is None
    assert reservation.folder_for(51) == tmp_path
    assert MemoryBudget(1_000).reservation(ANN).folder_for(900) is None
