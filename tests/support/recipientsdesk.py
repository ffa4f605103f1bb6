"""A `RecipientsDesk` that keeps a few addresses in memory, and notes what was asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gateway.control.recipientsvalues import (
    AddressesAdded,
    DirectoriesRead,
    DirectoryRead,
    KnownRecipient,
    RecipientCheck,
    RecipientRemoved,
    RecipientsUndone,
    SourceView,
)
from gateway.control.refusal import Refusal
from gateway.control.values import Page

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LEARNED = SourceView("delivery", "the office's server took a message for it", NOON, NOON)
ANNA = KnownRecipient("anna@office.example", (LEARNED,))


@dataclass
class FakeRecipients:
    """`added` answers a real change, `would` a rehearsal; `refusal` whatever is refused."""

    rows: Sequence[KnownRecipient] = (ANNA,)
    would: AddressesAdded = field(default_factory=lambda: AddressesAdded(False, True, ("bob@office.example",), 1, 2, 3))
    added: AddressesAdded = field(default_factory=lambda: AddressesAdded(True, False, ("bob@office.example",), 1, 2, 3))
    reply: str = "250 2.1.5 Recipient ok"
    refusal: Refusal | None = None
    undone: RecipientsUndone | None = field(default_factory=lambda: RecipientsUndone("import", "anna", 12))
    read: DirectoriesRead | None = field(
        default_factory=lambda: DirectoriesRead(
            True, (DirectoryRead("office.example", "adopted", 10, 1, 0, "10 addresses: 1 are new, 0 are gone."),)
        )
    )
    asked: list[tuple[object, ...]] = field(default_factory=list)

    def page(self, domain: str, after: str, limit: int, language: str, text: str = "") -> Page[KnownRecipient]:
        rows = [
            row for row in self.rows if row.address > after and row.address.endswith(domain) and text in row.address
        ]
        shown = tuple(rows[:limit])
        return Page(shown, shown[-1].address if len(rows) > limit else None)

    async def check(self, address: str, language: str) -> RecipientCheck | Refusal:
        if self.refusal:
            return self.refusal
        text = "It exists, and its mail is taken." if language != "fr" else "Elle existe."
        return RecipientCheck(address, self.reply, "known", "learned", "learned", text, (LEARNED,))

    async def add(self, addresses: Sequence[str], by: str, *, is_import: bool, is_rehearsal: bool) -> AddressesAdded:
        self.asked.append(("add", tuple(addresses), by, is_import, is_rehearsal))
        return self.would if is_rehearsal else self.added

    async def remove(self, address: str, by: str, language: str) -> RecipientRemoved | Refusal | None:
        self.asked.append(("remove", address, by))
        if self.refusal:
            return self.refusal
        known = any(row.address == address for row in self.rows)
        return RecipientRemoved(address, "is off the list") if known else None

    async def undo(self, by: str) -> RecipientsUndone | None:
        self.asked.append(("undo", by))
        return self.undone

    async def sync(self, domain: str, language: str, *, accepts_loss: bool) -> DirectoriesRead | None:
        self.asked.append(("sync", domain, accepts_loss))
        return self.read
