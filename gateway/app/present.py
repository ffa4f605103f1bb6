"""The way to hand on that holds now: spooled mail outlives the settings it was taken under.

Each attempt begins on the lanes of that moment, and ends on the same, whatever comes after them.
"""

from __future__ import annotations

from gateway.core.consignment import Consignment
from gateway.delivery.attempt import Attempt
from gateway.delivery.cutthrough import CutThrough
from gateway.delivery.piecemeal import Piecemeal


class PresentDelivery:
    """Implements `delivery.base.Delivery` for the spool."""

    def __init__(self) -> None:
        self._now: Piecemeal | None = None

    def adopt(self, delivery: CutThrough) -> None:
        """From now on by this one."""
        self._now = Piecemeal(delivery)

    async def attempt(self, consignment: Consignment, deadline: float) -> Attempt:
        """Try once. Raises RuntimeError before the first `adopt`."""
        if self._now is None:
            raise RuntimeError("no gateway is open yet")
        return await self._now.attempt(consignment, deadline)
