from __future__ import annotations

import pytest

from gateway.core.envelope import Role
from gateway.core.relaying import RelayRights, Way, asks_to_route_on, way_to
from tests.support.values import client, recipient, reverse_path

OURS = frozenset({"office.example"})
EXCHANGE = RelayRights("exchange", frozenset({"office.example"}))


def way(
    to: str, sender: str = "ann@sender.example", rights: RelayRights | None = None, role: Role = Role.INBOUND
) -> Way:
    return way_to(client(role=role), reverse_path(sender), recipient(to).forward_path, OURS, rights)


def test_a_stranger_reaches_our_domain_in_any_case() -> None:
    assert way("bob@Office.Example") is Way.INSIDE


@pytest.mark.parametrize(
    "to", ["bob@other.example", "bob@sub.office.example", "bob@office.example.evil.example", "bob@[192.0.2.1]"]
)
def test_a_stranger_reaches_nothing_else(to: str) -> None:
    assert way(to) is Way.DENIED
    assert way(to, sender="bob@office.example") is Way.DENIED
    assert way(to, sender="") is Way.DENIED


def test_the_bare_postmaster_is_always_reached() -> None:
    assert way("postmaster") is Way.POSTMASTER


def test_a_relay_client_sends_out_as_its_own_domains_only() -> None:
    assert way("eve@other.example", "bob@office.example", EXCHANGE) is Way.OUTSIDE
    assert way("eve@other.example", "bob@evil.example", EXCHANGE) is Way.DENIED_SENDER
    assert way("eve@other.example", "bob@sub.office.example", EXCHANGE) is Way.DENIED_SENDER


def test_notices_of_a_relay_client_leave_where_allowed() -> None:
    assert way("eve@other.example", "", EXCHANGE) is Way.OUTSIDE
    assert way("eve@other.example", "", RelayRights("copier", frozenset(), False)) is Way.DENIED_SENDER


def test_an_outbound_listener_is_closed_to_strangers() -> None:
    assert way("bob@office.example", role=Role.OUTBOUND) is Way.DENIED
    assert way("bob@office.example", "bob@office.example", EXCHANGE, Role.OUTBOUND) is Way.INSIDE


@pytest.mark.parametrize(
    "to", ["eve%evil.example@office.example", "evil.example!eve@office.example", '"eve@evil.example"@office.example']
)
def test_a_local_part_that_names_another_host_asks_to_route_on(to: str) -> None:
    assert asks_to_route_on(recipient(to).forward_path)


def test_an_ordinary_local_part_does_not() -> None:
    assert not asks_to_route_on(recipient("bob+tag@office.example").forward_path)


def test_a_device_may_send_out_as_its_own_address_in_any_case_and_no_other() -> None:
    copier = RelayRights("copier", frozenset(), sender_addresses=frozenset({"scan@office.example"}))
    assert way("eve@partner.example", "Scan@Office.example", copier) is Way.OUTSIDE
    assert way("eve@partner.example", "boss@office.example", copier) is Way.DENIED_SENDER
