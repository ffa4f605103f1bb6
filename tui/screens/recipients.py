"""The recipients that are known of one domain: search, add, remove, and what mail for an address gets."""

from __future__ import annotations

from typing import Any

from gateway.control import protocol
from gateway.control.params import Asked
from gateway.control.protocol import Method
from gateway.control.recipientsparams import AddAddresses, OneAddress, RecipientQuery, SyncDirectory
from gateway.control.recipientsvalues import (
    AddressesAdded,
    DirectoriesRead,
    KnownRecipient,
    RecipientCheck,
    RecipientRemoved,
    RecipientsUndone,
)
from gateway.control.values import Page
from tui.format import Line, Piece, line, paragraph
from tui.keys import SCREENS
from tui.messages import Answered, Said
from tui.rows import PAGE_ROWS
from tui.screens.frame import bound
from tui.screens.listing import ListScreen
from tui.screens.value import TypeScreen, Wanted
from tui.state import recipients
from tui.state.settings import TypedError


class RecipientsScreen(ListScreen[KnownRecipient]):
    """Over Domains; alphabetical. The panel says what mail for the chosen address gets now."""

    KEYS = "recipients"
    tab = "domains"
    COLUMNS = recipients.COLUMNS
    BINDINGS = bound(SCREENS["recipients"])

    def __init__(self, domain: str) -> None:
        super().__init__()
        self._domain = domain

    def key_of(self, item: KnownRecipient) -> str:
        """The address."""
        return item.address

    def draw(self, item: KnownRecipient) -> Line:
        """One row."""
        return recipients.recipient_row(item, self.base.now(), self.words)

    def page_request(self, cursor: str) -> tuple[Method[Any, Page[KnownRecipient]], Any]:
        """A page of this domain, those that hold what is searched."""
        return protocol.RECIPIENTS_LIST, RecipientQuery(self._domain, PAGE_ROWS, cursor, self.words.language, self.text)

    def explain(self, item: KnownRecipient) -> None:
        """What mail for it gets."""
        self.ask("check", protocol.RECIPIENTS_CHECK, OneAddress(item.address, self.words.language), item.address)

    def answered(self, event: Answered) -> None:
        """What mail gets, or what was changed."""
        words = self.words
        match event.value:
            case RecipientCheck() as told:
                self.panel.display = True
                self.panel.show(
                    lambda cells: recipients.check_panel(told, self.base.now(), cells, words), from_top=True
                )
                return
            case AddressesAdded() as told_added:
                self.post_message(Said(*recipients.added(told_added, words)))
            case RecipientRemoved(address):
                text = words("{address} is off the list: its mail is refused. u takes it back.", address=address)
                self.post_message(Said(text, "ok"))
            case RecipientsUndone() as told_undone:
                self.post_message(Said(recipients.undone(told_undone, words), "ok"))
            case DirectoriesRead() as told_read:
                self.post_message(Said(*recipients.read(told_read)))
        self.base.refresh_status()
        self.table.choose(None)
        self.reload()

    def state_of(self) -> Line:
        """Whose they are."""
        status = self.base.frame.status
        known = next((each for each in status.recipients if each.domain == self._domain), None) if status else None
        return line(Piece(f"{recipients.state_line(self._domain, known, self.words)}   ", "strong"))

    def empty(self, cells: int) -> list[Line]:
        """Nobody is known."""
        return recipients.empty(self.text, self._domain, cells, self.words)

    def take_back(self) -> bool:
        """The last change of a person, also one of before."""
        self.ask("undo", protocol.RECIPIENTS_UNDO, Asked(self.words.language))
        return True

    def action_back(self) -> None:
        """First the answer about an address that is in no row, then as every list."""
        if self.panel.display and self.table.cursor is None:
            self.panel.display = False
        else:
            super().action_back()

    def action_new(self) -> None:
        """Ask for an address, and put it on the list."""
        about = self.words("The gateway takes mail for it from now on, whatever it has learned.")
        wanted = self._wanted(self.words("New address"), about)
        self.app.push_screen(TypeScreen(wanted), self._add)

    def action_verify(self) -> None:
        """Ask for any address: what would the gateway answer, and why."""
        about = self.words("What does a stranger who writes to it hear, and why? Nothing is sent.")
        chosen = self.table.chosen
        wanted = self._wanted(self.words("Verify an address"), about, chosen.address if chosen else "")
        self.app.push_screen(TypeScreen(wanted), self._check)

    def action_drop(self) -> None:
        """Take the chosen one off; u takes that back."""
        chosen = self.table.chosen
        if chosen is None:
            self.post_message(Said(self.words("Choose an address first, with the arrow keys."), "warn"))
        else:
            self.ask("remove", protocol.RECIPIENTS_REMOVE, OneAddress(chosen.address, self.words.language))

    def action_sync(self) -> None:
        """Read the directory now."""
        self.post_message(Said(self.words("The directory is being read …"), "info"))
        self.ask("sync", protocol.RECIPIENTS_SYNC, SyncDirectory(self._domain, language=self.words.language))

    def _wanted(self, title: str, about: str, start: str = "") -> Wanted:
        def judged(typed: str) -> str:
            text = typed.strip()
            try:
                if text.split() != [text]:
                    raise ValueError("no address has white space that people type")
                return OneAddress(text if "@" in text else f"{text}@{self._domain}").address
            except ValueError:
                said = self.words("An address is needed, such as anna@{domain}.", domain=self._domain)
                raise TypedError(said) from None

        return Wanted(title, lambda cells: paragraph(about, cells, "muted"), judged, start)

    def _add(self, address: str | None) -> None:
        if address is not None:
            self.ask("add", protocol.RECIPIENTS_ADD, AddAddresses((address,), language=self.words.language))

    def _check(self, address: str | None) -> None:
        if address is not None:
            self.ask("check", protocol.RECIPIENTS_CHECK, OneAddress(address, self.words.language), address)
