"""The door's probes in small: `python -m tests.probes.smuggle`, `openrelay` and `protocol` ask everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.probes import openrelay, protocol, smuggle
from tests.probes.doors import Door, gateway
from tests.probes.protocolcases import MUST, SAFE, WANT, Check
from tests.probes.sink import Taken

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("door")]


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder: Path = tmp_path_factory.mktemp("door")
    with gateway(folder) as opened:
        yield opened


def test_no_second_message_hides_in_the_first(door: Door) -> None:
    tally = smuggle.smuggle(door, every=5)
    assert smuggle.is_well(tally), tally
    assert tally["safe"] > 20
    assert tally["refused"] > 20


def test_there_are_enough_ways_to_hide_one() -> None:
    assert len(list(smuggle.attempts())) >= 56
    assert len({smuggle.Attempt(0, each).content for each in smuggle.SEQUENCES}) == len(smuggle.SEQUENCES) >= 50


@pytest.mark.parametrize(
    ("verdict", "mails", "between"),
    [
        ("safe", ["ann@"], b"\r\n..\r\n"),
        ("leaked", ["ann@"], b"\n.\r\n"),
        ("leaked", ["ann@"], b"\r\n\0.\r\n"),
        ("split", ["ann@", "evil@"], b"\r\n"),
        ("split", ["evil@"], b"\r\n"),
        ("cut", ["ann@"], None),
        ("refused", [], None),
    ],
)
def test_the_probe_sees_each_failure(verdict: str, mails: list[str], between: bytes | None) -> None:
    attempt = smuggle.Attempt(1, b"")
    wire = attempt.head if between is None else attempt.head + between + attempt.tail
    arrived = [Taken(f"MAIL FROM:<{mail}shop.example>", (), wire, False) for mail in mails]
    assert smuggle.judge(attempt, arrived, has_head=True) == verdict


def test_no_form_of_address_opens_the_relay(door: Door) -> None:
    outcome = openrelay.openrelay(door, every=7)
    assert (outcome.taken, outcome.relayed) == ([], [])
    assert outcome.refused > 100
    assert len(set(openrelay.FORMS)) == len(openrelay.FORMS) >= 58


def test_what_the_standards_ask_is_done(door: Door) -> None:
    score = protocol.protocol(door)
    assert score.failed == []
    assert score.asked[MUST] >= 70
    assert score.asked[SAFE] >= 14
    assert score.asked[WANT] >= 18


@pytest.mark.parametrize(
    "steps",
    [
        ("=> 221",),
        ("=> 220", "SILENCE", "EHLO a.example => 5"),
        ("=> 220", "NOOP", "SILENCE"),
        ("=> 220", "QUIT", "=> 250"),
    ],
)
def test_the_probe_sees_what_is_not_met(door: Door, steps: tuple[str, ...]) -> None:
    assert protocol.play(door, Check(MUST, "5321", "the contrary", steps), 1)


def test_a_liar_before_the_handshake_of_the_next_hop_is_not_believed(tmp_path: Path) -> None:
    score = protocol.Score()
    what = "consent behind 220 is no delivery"
    protocol.lied_to(tmp_path, gateway, {what: protocol.LIES[what]}, score)
    assert (score.failed, score.met[SAFE]) == ([], 1)
