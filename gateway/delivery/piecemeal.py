"""Delivery of what is spooled: to whom it can be, one busy mailbox holds back nobody.

Knows lanes by name. Nobody waits for an answer here, so nothing can be doubled by a sender who comes again;
cut-through delivers to all or to none.
"""

from __future__ import annotations

from gateway.core.consignment import Consignment
from gateway.core.outcome import Outcome, Result, Stage
from gateway.delivery.attempt import Attempt
from gateway.delivery.lanes import Lanes


class Piecemeal:
    """Implements `delivery.base.Delivery` for the spool, on the lanes to backends."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    async def attempt(self, consignment: Consignment, deadline: float) -> Attempt:
        """Try once, until `deadline` (monotonic). Never raises for what the hop does."""
        lane = self._lanes.get(consignment.lane)
        if lane is None:
            attempt = Attempt()
            detail = f"there is no lane {consignment.lane}"
            attempt.end(
                tuple(Outcome(each, Result.HOP_AWAY, Stage.CONNECT, detail=detail) for each in consignment.recipients)
            )
            return attempt
        attempt = lane.start(consignment, deadline, whole=False)
        await attempt.known()
        return attempt
