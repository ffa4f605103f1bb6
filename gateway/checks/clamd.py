"""The virus check: what clamd makes of the message. Knows no other check, and not what a virus gets.

What an unanswered message gets is decided elsewhere, from the health it reports to.
"""

from __future__ import annotations

from typing import Protocol

from gateway.core.clamdreply import ClamdError
from gateway.core.envelope import Transaction
from gateway.core.finding import FailureFinding, VirusFinding
from gateway.core.message import Message


class VirusScanner(Protocol):
    """What the check needs of the client."""

    async def scan(self, octets: bytes | memoryview, *, is_down: bool) -> VirusFinding:
        """Raises ClamdError."""
        ...


class VirusHealth(Protocol):
    """Who keeps count of scans."""

    @property
    def is_up(self) -> bool:
        """False while clamd is known to be down."""
        ...

    def passed(self, message: Message) -> None:
        """A scan succeeded."""
        ...

    def failed(self, message: Message, error: ClamdError) -> None:
        """A scan failed."""
        ...


class ClamdCheck:
    """Asks for every message, also without attachments: signatures know bad texts and links too."""

    name = "clamd"

    def __init__(self, client: VirusScanner, health: VirusHealth) -> None:
        self._client = client
        self._health = health

    async def check(self, transaction: Transaction) -> VirusFinding | FailureFinding:
        """The answer, or "temperror" with clamd's failure in words."""
        message = transaction.message
        try:
            finding = await self._client.scan(message.octets, is_down=not self._health.is_up)
        except ClamdError as error:
            self._health.failed(message, error)
            return FailureFinding(self.name, str(error))
        self._health.passed(message)
        return finding
