"""The way to hand on that holds now: spooled mail outlives the settings it was taken under.

Each attempt begins on the lanes of that moment, and ends on the same, whatever comes after them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gateway.core.consignment import Consignment
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.schedule import is_outside
from gateway.delivery.attempt import Attempt
from gateway.delivery.base import Attempted
from gateway.delivery.cutthrough import CutThrough
from gateway.delivery.piecemeal import Piecemeal
from gateway.pipeline.routes import Routes

ANOTHER_TIME = "its way has changed; it goes by itself, with the next try"


class PresentDelivery:
    """Implements `delivery.base.Delivery` for the spool."""

    def __init__(self) -> None:
        self._now: tuple[Piecemeal, Routes] | None = None

    def adopt(self, delivery: CutThrough, routes: Routes) -> None:
        """From now on by this one, and by these routes."""
        self._now = (Piecemeal(delivery), routes)

    async def attempt(self, consignment: Consignment, deadline: float) -> Attempted:
        """Try once, by the way that leads to the recipients now. Raises RuntimeError before the first `adopt`.

        Where their ways part now, those of the first go, and the others with a later try.
        """
        if self._now is None:
            raise RuntimeError("no gateway is open yet")
        delivery, routes = self._now
        lanes = [_lane_now(consignment, each, routes) for each in range(len(consignment.recipients))]
        first = tuple(each for each, lane in zip(consignment.recipients, lanes, strict=True) if lane == lanes[0])
        envelope = replace(consignment.envelope, recipients=first)
        attempt = await delivery.attempt(replace(consignment, lane=lanes[0], envelope=envelope), deadline)
        if len(first) == len(lanes):
            return attempt
        later = tuple(each for each, lane in zip(consignment.recipients, lanes, strict=True) if lane != lanes[0])
        return _WithOthers(
            attempt, tuple(Outcome(each, Result.DEFERRED, Stage.CONNECT, detail=ANOTHER_TIME) for each in later)
        )


class _WithOthers:
    """An attempt, and the outcomes of those who had to stay behind."""

    def __init__(self, attempt: Attempt, others: tuple[Outcome, ...]) -> None:
        self._attempt = attempt
        self._others = others

    @property
    def outcomes(self) -> Sequence[Outcome]:
        """What is known now."""
        return (*self._attempt.outcomes, *self._others)

    async def late(self) -> Sequence[Outcome]:
        """How it ended."""
        return (*await self._attempt.late(), *self._others)


def _lane_now(consignment: Consignment, position: int, routes: Routes) -> str:
    """The lane of this recipient by the routes of now; what was taken for our own servers never leaves by that."""
    was = consignment.lane
    now = routes.lane_of(consignment.envelope.reverse_path, consignment.recipients[position])
    return was if now is None or was.startswith("internal:") or (is_outside(now) and not is_outside(was)) else now
