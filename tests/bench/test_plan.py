"""What is measured, and in which order."""

from __future__ import annotations

import pytest

from tests.bench.plan import EVERYBODY, FILTERED, GATEWAY, order, parser, plan_of


def _plan(*arguments: str):
    return plan_of(parser().parse_args(arguments))


def test_each_peer_begins_once_in_as_many_rounds_as_there_are_peers() -> None:
    orders = [order(EVERYBODY, number) for number in range(len(EVERYBODY))]
    assert {each[0] for each in orders} == set(EVERYBODY)
    assert all(sorted(each) == sorted(EVERYBODY) for each in orders)


def test_without_words_all_kinds_and_connections_are_measured() -> None:
    plan = _plan()
    loads = {(load.kind, load.connections) for load in plan.loads}
    assert {("small", 1), ("small", 10), ("small", 50), ("mixed", 50), ("large", 8)} <= loads
    assert plan.peers == EVERYBODY


def test_words_choose() -> None:
    plan = _plan("--kinds", "mixed", "--connections", "7", "--peers", "gateway,filtered", "--rounds", "2")
    assert [(load.kind, load.connections, load.rounds) for load in plan.loads] == [("mixed", 7, 2)]
    assert plan.peers == (GATEWAY, FILTERED)


def test_the_full_form_is_longer() -> None:
    assert _plan("--full").loads[0].messages > _plan().loads[0].messages


@pytest.mark.parametrize("words", [("--kinds", "huge"), ("--peers", "exim")])
def test_unknown_words_are_named(words: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match=words[1]):
        _plan(*words)
