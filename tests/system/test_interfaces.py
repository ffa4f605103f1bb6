from __future__ import annotations

import pytest

from gateway.system.interfaces import address_towards, is_local_address


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.10", "::1", "0.0.0.0", "::"])
def test_loopback_and_no_address_at_all_are_here(address: str) -> None:
    assert is_local_address(address)


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1", "no address", ""])
def test_what_nothing_here_can_be_bound_to_is_elsewhere(address: str) -> None:
    assert not is_local_address(address)


def test_our_address_towards_a_server_is_one_of_ours() -> None:
    assert address_towards("127.0.0.1") == "127.0.0.1"
    assert address_towards("exchange.office.lan") == ""
