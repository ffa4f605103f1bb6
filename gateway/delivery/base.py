"""Passing on the responsibility: one consignment to one lane, one outcome for each recipient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from gateway.core.consignment import Consignment
from gateway.core.outcome import Outcome


class Delivery(Protocol):
    """A way to hand on: cut-through to a backend, later a spool, an MX or a mailbox."""

    async def deliver(self, consignment: Consignment, deadline: float) -> Sequence[Outcome]:
        """Try once, until `deadline` (monotonic clock) for all that comes before our final dot.

        One outcome for each recipient, in their order. Never raises for what a peer does.
        """
        ...
