"""What a check is: one question, one Finding. A check never rejects and knows no other check."""

from __future__ import annotations

from typing import Protocol

from gateway.core.envelope import Client, Transaction
from gateway.core.finding import Finding


class ClientCheck(Protocol):
    """Asked once a connection, before the greeting; knows the address only."""

    @property
    def name(self) -> str:
        """The word that names the check in findings and history."""
        ...

    async def check(self, client: Client) -> Finding:
        """The finding; may raise or hang: the runner turns that into a FailureFinding."""
        ...


class MessageCheck(Protocol):
    """Asked once a message. `transaction.findings` holds what earlier moments found."""

    @property
    def name(self) -> str:
        """The word that names the check in findings and history."""
        ...

    async def check(self, transaction: Transaction) -> Finding:
        """The finding; may raise or hang: the runner turns that into a FailureFinding."""
        ...


class Glancing:
    """What a MessageCheck inherits that often knows its finding without waiting."""

    __slots__ = ()

    def glance(self, transaction: Transaction) -> Finding | None:
        """The same finding as `check`, in microseconds; None when there is more to look at."""
        return None
