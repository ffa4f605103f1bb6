"""Slow clients in a small number: the probe's own verdicts (`python -m tests.probes.slow` runs thousands)."""

import pytest

from tests.probes.slow import idle, mixed, one_address

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("slow")]


def test_honest_mail_goes_through_beside_slow_clients_and_each_of_these_is_ended(tmp_path):
    outcome = mixed(tmp_path, 300, 0.5)
    assert outcome.honest.seconds
    assert not outcome.honest.failures
    assert outcome.still_open == 0
    assert sum(len(each) for each in outcome.lives.values()) == 300 - outcome.refused


def test_one_address_has_its_places_and_no_more(tmp_path):
    outcome = one_address(tmp_path, 100, 0.3)
    assert (outcome.held, outcome.refused) == (20, 80)
    assert not outcome.honest.failures


@pytest.mark.parametrize("is_busy", [False, True])
def test_silent_and_stalled_clients_are_ended_and_sooner_in_a_full_house(tmp_path, is_busy):
    outcome = idle(tmp_path, 400.0, is_busy=is_busy)
    assert outcome.still_open == 0
    assert sum(len(each) for each in outcome.lives.values()) == 12
