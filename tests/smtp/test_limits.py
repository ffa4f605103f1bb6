"""Counts and rates."""

from dataclasses import replace
from functools import partial
from ipaddress import ip_address

import pytest

from gateway.config.schema import Limits, Pair, SecondsPair
from gateway.core import replies
from gateway.smtp.limits import (
    ClientsSeen,
    Conduct,
    Gate,
    Pace,
    Tally,
    client_key,
    neighbourhood,
    normal,
    seconds,
)

ANN, BEN = ip_address("192.0.2.1"), ip_address("192.0.2.2")


def test_a_pair_has_a_half_for_each_kind_of_times_and_a_number_is_both():
    assert normal(5) == normal(5, is_busy=True) == normal(Pair(5, 2)) == 5
    assert normal(Pair(5, 2), is_busy=True) == 2
    assert seconds(5.0) == seconds(5.0, is_busy=True) == seconds(SecondsPair(5.0, 2.0)) == 5.0
    assert seconds(SecondsPair(5.0, 2.0), is_busy=True) == 2.0


def test_one_ipv6_network_is_one_client():
    assert client_key(ip_address("2001:db8::1")) == client_key(ip_address("2001:db8::ffff:2"))
    assert client_key(ip_address("2001:db8:0:1::1")) != client_key(ip_address("2001:db8::1"))
    assert client_key(ANN) != client_key(BEN)
    assert neighbourhood(ANN) == neighbourhood(BEN) != neighbourhood(ip_address("192.0.3.1"))
    assert neighbourhood(ip_address("2001:db8::1")) == neighbourhood(ip_address("2001:db8::ffff:2"))
    assert neighbourhood(ip_address("2001:db8::1")) != neighbourhood(ip_address("2001:db8:0:1::1"))
    # No IPv4 address falls together with an IPv6 one.
    assert neighbourhood(ip_address("0.0.1.1")) != neighbourhood(ip_address("0:0:0:1::"))


def test_the_house_and_each_client_have_a_limit():
    gate = Gate(Limits(connections=3, connections_per_client=2))
    for token in ("a", "b"):
        assert gate.enter(token) is None
        assert gate.identify(token, ANN) is None
    assert gate.enter("c") is None
    assert gate.identify("c", ANN) == replies.TOO_MANY_CONNECTIONS
    assert gate.enter("d") == replies.TOO_MANY_CONNECTIONS
    gate.leave("c")
    assert gate.enter("d") is None
    assert gate.identify("d", BEN) is None


def test_a_place_is_given_back_once_however_often_one_leaves():
    gate = Gate(Limits(connections=2, connections_per_client=1))
    gate.enter("a")
    gate.identify("a", ANN)
    for _ in range(3):
        gate.leave("a")
    gate.leave("never entered")
    assert gate.open_connections == 0
    gate.enter("b")
    assert gate.identify("b", ANN) is None
    gate.enter("c")
    assert gate.identify("c", ANN) == replies.TOO_MANY_CONNECTIONS


def test_only_the_latest_clients_are_remembered():
    seen = ClientsSeen(capacity=2)
    seen.add(ANN)
    seen.add(BEN)
    seen.add(ANN)
    seen.add(ip_address("198.51.100.1"))
    assert ANN in seen
    assert BEN not in seen


def busy_gate(limits: Limits | None = None) -> Gate:
    gate = Gate(replace(limits or Limits(), connections=10))
    for token in range(8):
        assert gate.enter(token) is None
    assert gate.is_busy
    return gate


def test_above_seven_tenths_the_house_is_busy_and_below_six_it_is_calm():
    gate = Gate(Limits(connections=10))
    told = []
    gate.watch(lambda: told.append(gate.open_connections))
    for token in range(7):
        gate.enter(token)
    assert not gate.is_busy
    gate.enter(7)
    gate.enter(8)
    assert gate.is_busy
    gate.leave(8)
    gate.leave(7)
    gate.leave(6)
    assert gate.is_busy
    gate.leave(5)
    assert not gate.is_busy
    assert told == [8]


def test_who_watches_no_more_is_not_told():
    gate = Gate(Limits(connections=1))
    told: list[int] = []
    watcher = partial(told.append, 1)
    gate.watch(watcher)
    gate.unwatch(watcher)
    gate.unwatch(watcher)
    gate.enter("a")
    assert told == []


def test_a_full_house_is_known_before_anybody_enters():
    gate = Gate(Limits(connections=1))
    assert not gate.is_full
    gate.enter("a")
    assert gate.is_full
    assert gate.enter("b") == replies.TOO_MANY_CONNECTIONS


def test_one_client_has_fewer_places_in_a_busy_house():
    gate = busy_gate(Limits(connections_per_client=Pair(5, 2)))
    for token in range(2):
        assert gate.identify(token, ANN) is None
    assert gate.identify(2, ANN) == replies.TOO_MANY_CONNECTIONS
    for token in range(3, 8):
        gate.leave(token)
    assert gate.identify(2, ANN) is None


def test_a_tally_counts_each_client_within_one_minute():
    tally = Tally()
    assert [tally.count(ANN, 1_000.0 + step) for step in (0, 1, 59)] == [1, 2, 3]
    assert tally.count(BEN, 1_059.5) == 1
    assert tally.count(ANN, 1_060.0) == 1
    assert [tally.count(ip_address(f"2001:db8::{host}"), 1_061.0) for host in (1, 2)] == [1, 2]


def test_a_tally_holds_no_more_clients_than_it_may():
    tally = Tally()
    for number in range(120_000):
        tally.count(ip_address(number), 1.0)
    assert len(tally._counts) <= 50_000


@pytest.mark.parametrize(("is_busy", "errors", "refused", "idle"), [(False, 10, 20, 100), (True, 2, 5, 10)])
def test_patience_with_bad_commands_and_unknown_recipients_ends(is_busy, errors, refused, idle):
    conduct = Conduct(Limits(), busy_gate() if is_busy else Gate(Limits()))
    assert [conduct.bad_command() for _ in range(errors)] == [None] * errors
    assert conduct.bad_command() == replies.TOO_MANY_ERRORS
    for _ in range(idle):
        assert conduct.idle_command() is None
    assert conduct.idle_command() == replies.TOO_MANY_ERRORS
    conduct.message_taken()
    assert conduct.idle_command() is None
    for count in range(1, refused + 1):
        assert conduct.refused_recipient() is None
        assert conduct.is_guessing is (count > refused // 2)
    assert conduct.refused_recipient() == replies.TOO_MANY_UNKNOWN


def test_the_pace_is_judged_window_by_window():
    pace = Pace(1_000.0)
    assert pace.is_kept(1, 1_059.0)
    assert pace.is_kept(29_999, 1_060.0)
    assert pace.is_kept(1, 1_119.0)
    assert not pace.is_kept(1, 1_120.0)
