"""kill -9 at random moments under load: nothing is lost, damaged or doubled (promise 1 of DESIGN)."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.probes.clients import Sent
from tests.probes.crashload import RECORD_SECONDS, Crashload, judge
from tests.probes.letters import Letter
from tests.probes.world import Arrival, World

# All the connections that the gateway may have to the server (`max_connections`), each with up to three recipients.
IN_FLIGHT = 30
KILLS = 100


@pytest.mark.timeout(900)
@pytest.mark.xdist_group("crash")
def test_a_hundred_kills_lose_damage_and_double_nothing(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed = time.time_ns() % 100_000
    with World(tmp_path / "world") as world:
        tally = Crashload(world, seed, print).run(KILLS)
    record_property("figure", f"{tally.line()} (seed {seed})")
    assert (tally.lost, tally.damaged, tally.doubled, tally.refused) == ([], [], [], []), f"seed {seed}"
    assert tally.promised > 10 * KILLS
    assert tally.resent <= 4 * KILLS
    assert tally.unrecorded_at_one_kill <= IN_FLIGHT
    # reliability.md §10 row 3, on a machine that is busy with everything else.
    assert sorted(tally.first_greetings)[len(tally.first_greetings) // 2] < 2.0


# --- the count can fail -----------------------------------------------------------------------------------


def story(*, unanswered: int = 0, acknowledged: bool = True) -> Sent:
    letter = Letter("c0-1", ("user1@office.example",), b"")
    return Sent(letter, unanswered=unanswered, acknowledged_at=10.0 if acknowledged else None)


def arrival(at: float, answered: float | None, *, is_whole: bool = True) -> Arrival:
    return Arrival(at, "c0-1", is_whole, ("user1@office.example",), answered)


@pytest.mark.parametrize(
    ("sent", "arrived", "kills", "expected"),
    [
        (story(), [], [], "lost"),
        (story(acknowledged=False), [], [], ""),
        (story(), [arrival(1, 1)], [], ""),
        (story(), [arrival(1, 1, is_whole=False)], [], "damaged"),
        (story(), [arrival(1, 1), arrival(5, 5)], [], "doubled"),
        (story(), [arrival(1, 1), arrival(5, 5)], [1 + RECORD_SECONDS + 0.1], "doubled"),
        (story(), [arrival(1, 1), arrival(5, 5)], [1.1], "unrecorded"),
        (story(), [arrival(1, None), arrival(5, 5)], [], "unanswered"),
        (story(unanswered=1), [arrival(1, 1), arrival(5, 5)], [], "resent"),
        (story(unanswered=1), [arrival(1, 1), arrival(5, 5), arrival(6, 6)], [], "doubled"),
        (story(acknowledged=False), [arrival(1, 1)], [], "doubled"),
    ],
)
def test_the_count_knows_what_was_lost_damaged_and_doubled_and_what_rfc_1047_excuses(
    sent: Sent, arrived: list[Arrival], kills: list[float], expected: str
) -> None:
    tally = judge([sent], arrived, kills)
    names = ("lost", "damaged", "doubled", "resent", "unrecorded", "unanswered")
    found = [name for name in names if getattr(tally, name)]
    assert [each for each in found if each != "resent" or expected == "resent"] == ([expected] if expected else [])
