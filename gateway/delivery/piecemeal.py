"""Delivery of what is spooled: to whom it can be, one busy mailbox holds back nobody.

Nobody waits for an answer here, so nothing can be doubled by a sender who comes again;
cut-through delivers to all or to none.
"""

from __future__ import annotations

from gateway.core.consignment import Consignment
from gateway.delivery.attempt import Attempt
from gateway.delivery.cutthrough import CutThrough


class Piecemeal:
    """Implements `delivery.base.Delivery` for the spool; a hurry of `cut_through` is one of its attempts too."""

    def __init__(self, cut_through: CutThrough) -> None:
        self._cut_through = cut_through

    async def attempt(self, consignment: Consignment, deadline: float) -> Attempt:
        """Try once, until `deadline` (monotonic). Never raises for what the hop does."""
        return await self._cut_through.attempt(consignment, deadline, whole=False)
