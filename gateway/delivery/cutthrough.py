"""Cut-through (D1): the sender's answer is the next hop's own, and nothing touches the disk.

Knows lanes by name. Without a spool, whoever is told IN_DOUBT answers 451 and takes the risk of
RFC 1047 (the sender comes back, the hop may have the message twice); with one it awaits `Attempt.late`.
"""

from __future__ import annotations

from gateway.core.consignment import Consignment
from gateway.core.outcome import Outcome, Result, Stage
from gateway.delivery.attempt import Attempt
from gateway.delivery.lanes import Lanes

STOPPING = "the gateway was stopped before the hop answered"


class CutThrough:
    """Implements `delivery.base.Delivery` for the lanes to backends."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._open: dict[Attempt, Consignment] = {}
        self._is_hurried = False

    def hurry(self) -> None:
        """The process ends soon: who waits for an answer is told of the doubt now, and nothing new is begun.

        What is spooled in doubt stays so on disk; where our final dot is not out yet, that only waits longer than
        it had to.
        """
        self._is_hurried = True
        for attempt, consignment in self._open.items():
            attempt.know(_same(consignment, Result.IN_DOUBT, Stage.DOT, STOPPING))

    async def attempt(self, consignment: Consignment, deadline: float, *, whole: bool = True) -> Attempt:
        """One outcome for each recipient by the deadline, and the handle that waits for the end of what is in doubt.

        `whole` as in `Relay.hand_on`. Never raises for what the hop does. Cancelling the caller does not cancel the
        delivery.
        """
        lane = self._lanes.get(consignment.lane)
        if lane is None or self._is_hurried:
            attempt = Attempt()
            detail = f"there is no lane {consignment.lane}" if lane is None else STOPPING
            attempt.end(_same(consignment, Result.HOP_AWAY, Stage.CONNECT, detail))
            return attempt
        attempt = lane.start(consignment, deadline, whole=whole)
        self._open[attempt] = consignment
        try:
            await attempt.known()
        finally:
            del self._open[attempt]
        return attempt


def _same(consignment: Consignment, result: Result, stage: Stage, detail: str) -> tuple[Outcome, ...]:
    return tuple(Outcome(each, result, stage, detail=detail) for each in consignment.recipients)
