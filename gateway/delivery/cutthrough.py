"""Cut-through (D1): the sender's answer is the next hop's own, and nothing touches the disk.

Knows lanes by name. Without a spool, whoever is told IN_DOUBT answers 451 and takes the risk of
RFC 1047 (the sender comes back, the hop may have the message twice); with one it awaits `Attempt.late`.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.core.consignment import Consignment
from gateway.core.outcome import Outcome, Result, Stage
from gateway.delivery.attempt import Attempt
from gateway.delivery.lanes import Lanes


class CutThrough:
    """Implements `delivery.base.Delivery` for the lanes to backends."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    async def deliver(self, consignment: Consignment, deadline: float) -> Sequence[Outcome]:
        """One outcome for each recipient, by the deadline. Never raises for what the hop does."""
        return (await self.attempt(consignment, deadline)).outcomes

    async def attempt(self, consignment: Consignment, deadline: float) -> Attempt:
        """The same, with the handle by which the end of what is in doubt can be awaited.

        Cancelling the caller does not cancel the delivery.
        """
        lane = self._lanes.get(consignment.lane)
        if lane is None:
            attempt = Attempt()
            detail = f"there is no lane {consignment.lane}"
            attempt.end(
                tuple(Outcome(each, Result.HOP_AWAY, Stage.CONNECT, detail=detail) for each in consignment.recipients)
            )
            return attempt
        attempt = lane.start(consignment, deadline)
        await attempt.known()
        return attempt
