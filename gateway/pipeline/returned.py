"""What a next hop refused after our 250: held for a person, never thrown away and never bounced blindly.

The sender can't be told in a reply any more, and a notice to a forged sender would be backscatter
(backends.md §8 row 9). Knows the quarantine only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.core.consignment import Consignment
from gateway.core.held import HeldMessage
from gateway.core.outcome import Outcome
from gateway.core.subject import field_text
from gateway.net.clock import Clock
from gateway.pipeline.codes import Codes
from gateway.store.quarantine import Quarantine

REASON = "refused-by-server"


@dataclass(frozen=True, slots=True)
class Returned:
    """Takes over refused recipients of spooled messages of whom the sender is not told."""

    quarantine: Quarantine
    codes: Codes
    clock: Clock

    async def take(self, consignment: Consignment, refused: Sequence[Outcome]) -> None:
        """Durable on return. Raises StoreError: then the entry stays in the queue."""
        recipients = tuple(outcome.recipient for outcome in refused)
        about = HeldMessage(
            code=self.codes.new(),
            held_at=self.clock.now().timestamp(),
            kind="held",
            reverse_path=str(consignment.envelope.reverse_path),
            recipients=tuple(str(each) for each in recipients),
            subject=field_text(consignment.message, "subject"),
            from_field=field_text(consignment.message, "from"),
            reasons=(REASON,),
            score=None,
            size_octets=consignment.message.size_octets,
        )
        envelope = replace(consignment.envelope, recipients=recipients)
        await self.quarantine.hold(about, envelope, consignment.octets())
