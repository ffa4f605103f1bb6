"""The lanes that end in the gateway itself (D21: `internal:HANDLER`), in front of those that lead out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from gateway.core.consignment import Consignment
from gateway.core.outcome import Outcome, Result, Stage
from gateway.delivery.attempt import Attempt
from gateway.delivery.base import Attempted, Delivery

PREFIX = "internal:"
Handler = Callable[[Consignment], Awaitable[Sequence[Outcome]]]


class WithInternal:
    """Implements `delivery.base.Delivery`: what is for us stays here, all else goes by `outer`."""

    def __init__(self, outer: Delivery, handlers: Mapping[str, Handler]) -> None:
        self._outer = outer
        self._handlers = dict(handlers)

    async def attempt(self, consignment: Consignment, deadline: float) -> Attempted:
        """Try once. A handler answers for each recipient and never raises."""
        if not consignment.lane.startswith(PREFIX):
            return await self._outer.attempt(consignment, deadline)
        attempt = Attempt()
        handler = self._handlers.get(consignment.lane.removeprefix(PREFIX))
        attempt.end(_nobody(consignment) if handler is None else tuple(await handler(consignment)))
        return attempt


def _nobody(consignment: Consignment) -> tuple[Outcome, ...]:
    detail = f"there is no lane {consignment.lane}"
    return tuple(Outcome(each, Result.HOP_AWAY, Stage.CONNECT, detail=detail) for each in consignment.recipients)
