"""Who is at the other end, by the kernel's word."""

from __future__ import annotations

import grp
import os
import socket

import pytest

from gateway.control import peer
from gateway.core.access import Access, access_of


def test_a_peer_is_its_process() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        found = peer.peer_of(ours)
    assert found.uid == os.geteuid()
    assert found.gids == {os.getegid(), *os.getgroups()}
    assert found.name


def test_our_own_user_is_at_home() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert access_of(peer.peer_of(ours), peer.this_house()) is Access.ADMINISTRATOR


def test_more_groups_than_the_kernel_tells_are_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "_SO_PEERGROUPS", 9_999)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert os.getegid() in peer.peer_of(ours).gids


def test_groups_that_the_machine_has_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    group = grp.getgrgid(os.getegid())
    monkeypatch.setattr(peer, "ADMINISTRATOR_GROUP", group.gr_name)
    monkeypatch.setattr(peer, "HELPER_GROUP", "no-such-group")
    house = peer.this_house()
    assert (house.administrator_gid, house.helper_gid) == (group.gr_gid, None)


def test_a_user_without_a_name_is_named_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    assert peer._name(4_123_456_789) == "uid 4123456789"
