"""What a door asks of the pipeline: may this client, may this recipient, what becomes of this message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from gateway.core.address import ReversePath
from gateway.core.envelope import Client, Recipient, Transaction
from gateway.core.finding import Finding
from gateway.core.reply import Reply


@dataclass(frozen=True, slots=True)
class Admission:
    """The answer at connect: the client with its proven hostname, what was found, and a refusal or None."""

    client: Client
    findings: tuple[Finding, ...] = ()
    refusal: Reply | None = None


class Intake(Protocol):
    """The pipeline as a door sees it. No method raises for anything a peer, DNS or a next hop does."""

    async def admit_client(self, client: Client) -> Admission:
        """Connect-time checks. Never takes longer than 5 s."""
        ...

    async def admit_recipient(self, client: Client, reverse_path: ReversePath, recipient: Recipient) -> Reply:
        """Say whether this client may send to this recipient, and whether it exists."""
        ...

    async def receive(self, transaction: Transaction) -> Reply:
        """Judge and hand on: the reply to the final dot. Positive only when somebody has taken the responsibility."""
        ...

    def new_code(self) -> str:
        """A short code for a message or a refusal, not used before."""
        ...
