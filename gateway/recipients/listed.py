"""`recipient_verification = list`: the addresses stand in the settings."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.core.envelope import Recipient
from gateway.recipients.base import Existence, Verification
from gateway.recipients.subaddress import without_detail


class Listed:
    """Knows one domain's addresses: whole ones, or local parts of `domain` (A-labels)."""

    def __init__(self, domain: str, addresses: Iterable[str], delimiter: str) -> None:
        self._delimiter = delimiter
        self._keys = frozenset(_key(each, domain) for each in addresses)

    def state(self) -> str:
        """Always "verifying"."""
        return "verifying"

    async def verify(self, recipient: Recipient) -> Verification:
        """Known when it is listed, else when it is without its detail (backends.md §8 row 16)."""
        stripped = without_detail(recipient, self._delimiter)
        is_known = recipient.key in self._keys or (stripped is not None and stripped.key in self._keys)
        return Verification(Existence.KNOWN if is_known else Existence.UNKNOWN, "list")


def _key(address: str, domain: str) -> str:
    """Folded as `Mailbox.key` folds; the settings are checked before, so this needs no grammar."""
    folded = address.strip().casefold()
    return folded if "@" in folded else f"{folded}@{domain}"
