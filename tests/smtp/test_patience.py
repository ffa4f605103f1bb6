"""Deadlines."""

import pytest

from gateway.config.schema import Limits, Timeouts
from gateway.smtp.limits import Gate
from gateway.smtp.patience import Patience
from gateway.smtp.wire import Late
from tests.support.clock import HandClock

TIMEOUTS = Timeouts(command_seconds=300, data_block_seconds=180, transaction_seconds=900, tls_handshake_seconds=30)
GATE = Gate(Limits())


def test_each_wait_has_its_own_time():
    patience = Patience(TIMEOUTS, HandClock(), GATE)
    assert (patience.for_command(), patience.for_block(), patience.for_handshake()) == (300, 180, 30)


def test_no_wait_goes_beyond_the_transaction():
    clock = HandClock()
    patience = Patience(TIMEOUTS, clock, GATE)
    clock.advance(800)
    assert patience.for_command() == patience.for_block() == 100
    clock.advance(100)
    with pytest.raises(Late):
        patience.for_command()
    with pytest.raises(Late):
        patience.for_block()
    patience.renew()
    assert patience.for_command() == 300


def test_it_knows_the_time():
    assert Patience(TIMEOUTS, HandClock(monotonic=5.0), GATE).now() == 5.0


def test_a_full_house_waits_less_and_for_a_shorter_transaction():
    clock, gate = HandClock(), Gate(Limits(connections=2))
    patience = Patience(Timeouts(), clock, gate)
    assert (patience.for_command(), patience.for_block()) == (300, 180)
    gate.enter("a")
    gate.enter("b")
    assert (patience.for_command(), patience.for_block()) == (60, 60)
    clock.advance(280)
    assert patience.for_command() == 20
    clock.advance(20)
    with pytest.raises(Late):
        patience.for_command()
    gate.leave("a")
    assert patience.for_command() == 300
