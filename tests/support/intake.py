"""A scripted pipeline for tests of the doors: knows one domain, a few users, and says what the test tells it to."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from gateway.core.address import ReversePath
from gateway.core.envelope import Client, Recipient, Transaction
from gateway.core.finding import Finding
from gateway.core.reply import Reply
from gateway.pipeline.base import Admission

ACCEPTED = Reply.of(250, "2.0.0", "Accepted")


@dataclass
class ScriptedIntake:
    """Recipients of `domain` exist unless their local part begins with "no"; strangers relay nowhere.

    `relay_clients` maps addresses to names. `hold`: when set, `receive` waits for it. `failure`: raised where
    `fails_at` says ("admit", "recipient", "receive").
    """

    domain: str = "office.example"
    reply: Reply = ACCEPTED
    refusal: Reply | None = None
    findings: tuple[Finding, ...] = ()
    relay_clients: dict[str, str] = field(default_factory=dict)
    hold: asyncio.Event | None = None
    fails_at: str = ""
    failure: Exception = field(default_factory=lambda: RuntimeError("secret path /etc/key.pem"))
    received: list[Transaction] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    codes: int = 0

    async def admit_client(self, client: Client) -> Admission:
        self._fail("admit")
        self.clients.append(client)
        name = self.relay_clients.get(str(client.ip))
        return Admission(replace(client, relay_client=name), self.findings, refusal=self.refusal)

    async def admit_recipient(self, client: Client, reverse_path: ReversePath, recipient: Recipient) -> Reply:
        self._fail("recipient")
        self.asked.append(str(recipient))
        mailbox = recipient.forward_path.mailbox
        if mailbox.ascii_domain not in (self.domain, "") and client.relay_client is None:
            return Reply.of(550, "5.7.1", "Relaying denied")
        if mailbox.local_part.startswith("no"):
            return Reply.of(550, "5.1.1", "No such user")
        if mailbox.local_part.startswith("later"):
            return Reply.of(451, "4.4.1", "Cannot ask now")
        return Reply.of(250, "2.1.5", "Recipient ok")

    async def receive(self, transaction: Transaction) -> Reply:
        self.begun.set()
        try:
            self._fail("receive")
            if self.hold is not None:
                await self.hold.wait()
            self.received.append(transaction)
            return self.reply
        finally:
            self.finished.set()

    def new_code(self) -> str:
        self.codes += 1
        return f"C{self.codes:04}"

    def _fail(self, where: str) -> None:
        if self.fails_at == where:
            raise self.failure
