"""Who may do what at the control socket."""

from __future__ import annotations

import pytest

from gateway.core.access import Access, House, Peer, Right, access_of, may

HOUSE = House(own_uid=990, administrator_gid=800, helper_gid=801)


@pytest.mark.parametrize(
    ("uid", "gids", "access"),
    [
        (990, (), Access.ADMINISTRATOR),
        (0, (), Access.ADMINISTRATOR),
        (1000, (800,), Access.ADMINISTRATOR),
        (1000, (1000, 801), Access.HELPER),
        (1000, (800, 801), Access.ADMINISTRATOR),
        (1000, (1000, 990), None),
        (65534, (65534,), None),
    ],
)
def test_the_uid_and_the_groups_decide(uid: int, gids: tuple[int, ...], access: Access | None) -> None:
    assert access_of(Peer(uid, frozenset(gids), "x"), HOUSE) is access


def test_a_group_that_the_machine_lacks_lets_nobody_in() -> None:
    assert access_of(Peer(1000, frozenset({0, 1000}), "x"), House(own_uid=990)) is None


def test_an_administrator_may_everything() -> None:
    assert all(may(Access.ADMINISTRATOR, right) for right in Right)


def test_a_helper_never_reads_a_body() -> None:
    assert {right for right in Right if may(Access.HELPER, right)} == {Right.READ, Right.QUARANTINE}
