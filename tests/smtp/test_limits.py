"""Counts and rates."""

from ipaddress import ip_address, ip_network

from gateway.config.schema import Limits, Pair
from gateway.core import replies
from gateway.smtp.limits import (
    BAD_COMMANDS_MAXIMUM,
    IDLE_COMMANDS_MAXIMUM,
    REFUSED_RECIPIENTS_MAXIMUM,
    ClientsSeen,
    Conduct,
    Gate,
    Pace,
    client_key,
    neighbourhood,
    normal,
)

ANN, BEN = ip_address("192.0.2.1"), ip_address("192.0.2.2")


def test_a_pair_counts_as_its_normal_half():
    assert normal(5) == normal(Pair(5, 2)) == 5


def test_one_ipv6_network_is_one_client():
    assert client_key(ip_address("2001:db8::1")) == client_key(ip_address("2001:db8::ffff:2"))
    assert client_key(ip_address("2001:db8:0:1::1")) != client_key(ip_address("2001:db8::1"))
    assert client_key(ANN) != client_key(BEN)
    assert neighbourhood(ANN) == neighbourhood(BEN) == ip_network("192.0.2.0/24")
    assert neighbourhood(ip_address("2001:db8::1")) == ip_network("2001:db8::/64")


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


def test_patience_with_bad_commands_and_unknown_recipients_ends():
    conduct = Conduct()
    assert [conduct.bad_command() for _ in range(BAD_COMMANDS_MAXIMUM)] == [None] * BAD_COMMANDS_MAXIMUM
    assert conduct.bad_command() == replies.TOO_MANY_ERRORS
    for _ in range(IDLE_COMMANDS_MAXIMUM):
        assert conduct.idle_command() is None
    assert conduct.idle_command() == replies.TOO_MANY_ERRORS
    for _ in range(REFUSED_RECIPIENTS_MAXIMUM):
        assert conduct.refused_recipient() is None
    assert conduct.refused_recipient() == replies.TOO_MANY_UNKNOWN


def test_the_pace_is_judged_window_by_window():
    pace = Pace(1_000.0)
    assert pace.is_kept(1, 1_059.0)
    assert pace.is_kept(29_999, 1_060.0)
    assert pace.is_kept(1, 1_119.0)
    assert not pace.is_kept(1, 1_120.0)
