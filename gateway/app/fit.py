"""Can the next hop take this address at all? Today's question is SMTPUTF8 (RFC 6531 §3.2, D6)."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.core.envelope import Recipient
from gateway.core.reply import Reply
from gateway.delivery.lanes import Lanes
from gateway.pipeline.routes import Routes

NO_SMTPUTF8 = Reply.of(553, "5.6.7", "The recipient's mail server takes no internationalized addresses")


@dataclass(frozen=True, slots=True)
class Fit:
    """Asks what the recipient's lane last announced; an unknown next hop gets the benefit of the doubt."""

    routes: Routes
    lanes: Lanes

    def __call__(self, recipient: Recipient) -> Reply | None:
        """The refusal, None when the address fits."""
        if recipient.forward_path.mailbox.is_ascii:
            return None
        route = self.routes.of(recipient)
        lane = self.lanes.get(route.lane) if route else None
        if lane is None or lane.capabilities is None or lane.has_smtputf8:
            return None
        return NO_SMTPUTF8
