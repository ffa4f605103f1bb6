"""`recipient_verification = none`: every address of the domain is taken. Loud elsewhere, silent here."""

from __future__ import annotations

from gateway.core.envelope import Recipient
from gateway.recipients.base import Existence, Verification

TAKEN = Verification(Existence.KNOWN, "none")


class TakesAll:
    """Asks nobody."""

    def state(self) -> str:
        """Always "unverified": the admin must see it."""
        return "unverified"

    async def verify(self, recipient: Recipient) -> Verification:
        """Known, whoever it is."""
        return TAKEN
