"""What the control socket needs of the gateway about who exists. As `desk`; `language` is that of the sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from gateway.control.recipientsvalues import (
    AddressesAdded,
    DirectoriesRead,
    KnownRecipient,
    RecipientCheck,
    RecipientRemoved,
    RecipientsUndone,
)
from gateway.control.refusal import Refusal
from gateway.control.values import Page


class RecipientsDesk(Protocol):
    """The addresses that the gateway knows itself, and the directories it reads."""

    def page(self, domain: str, after: str, limit: int, language: str, text: str = "") -> Page[KnownRecipient]:
        """Alphabetical, from behind `after`; with `text` those that hold it, accents and case aside."""
        ...

    async def check(self, address: str, language: str) -> RecipientCheck | Refusal:
        """What a stranger's RCPT gets now. Refused: that is no address."""
        ...

    async def add(self, addresses: Sequence[str], by: str, *, is_import: bool, is_rehearsal: bool) -> AddressesAdded:
        """Put them on the list, all or none."""
        ...

    async def remove(self, address: str, by: str, language: str) -> RecipientRemoved | Refusal | None:
        """Take one off. None: nobody knows it; refused: only the directory does."""
        ...

    async def undo(self, by: str) -> RecipientsUndone | None:
        """Take back what a person did last. None: there is nothing left."""
        ...

    async def sync(self, domain: str, language: str, *, accepts_loss: bool) -> DirectoriesRead | None:
        """Read directories now. None: there is none for this domain, or none at all."""
        ...
