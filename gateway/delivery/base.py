"""Passing on the responsibility: one consignment to one lane, one outcome for each recipient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from gateway.core.consignment import Consignment
from gateway.core.outcome import Outcome


class Attempted(Protocol):
    """A try as far as it is known: one outcome for each recipient, in their order."""

    @property
    def outcomes(self) -> Sequence[Outcome]:
        """What is known now; IN_DOUBT for those whose answer has not come."""
        ...

    async def late(self) -> Sequence[Outcome]:
        """What became of them all in the end: bounded by the time a next hop may take after our final dot."""
        ...


class Delivery(Protocol):
    """A way to hand on: cut-through to a backend, later an MX, a smart host or a mailbox."""

    async def attempt(self, consignment: Consignment, deadline: float) -> Attempted:
        """Try once, until `deadline` (monotonic clock). Never raises for what a peer does."""
        ...
