"""Each method about who exists, over a fake desk."""

from __future__ import annotations

import pytest

from gateway.control import protocol, recipientshandlers
from gateway.control.params import Asked
from gateway.control.protocol import Failure
from gateway.control.recipientsparams import AddAddresses, OneAddress, RecipientQuery, SyncDirectory
from gateway.control.recipientsvalues import KnownRecipient
from gateway.control.refusal import Refusal
from gateway.control.room import Room
from gateway.core.access import Access, Right, may
from tests.support.control import FakeDesk
from tests.support.recipientsdesk import LEARNED, FakeRecipients


def room(desk: FakeRecipients, language: str = "en") -> Room:
    return Room(FakeDesk(recipients=desk), language, 30, Access.ADMINISTRATOR, "anna")


async def test_pages_follow_one_another() -> None:
    rows = tuple(KnownRecipient(f"u{n}@office.example", (LEARNED,)) for n in range(3))
    first = await recipientshandlers.list_known(room(FakeRecipients(rows)), RecipientQuery(limit=2))
    rest = await recipientshandlers.list_known(
        room(FakeRecipients(rows)), RecipientQuery(domain="Office.Example", limit=2, cursor=first.next or "")
    )
    assert [each.address for each in (*first.items, *rest.items)] == [each.address for each in rows]
    assert rest.next is None


async def test_a_check_speaks_the_language_that_was_asked_for() -> None:
    found = await recipientshandlers.check(room(FakeRecipients(), "fr"), OneAddress("anna@office.example"))
    asked = await recipientshandlers.check(room(FakeRecipients(), "fr"), OneAddress("anna@office.example", "en"))
    assert not isinstance(found, Failure)
    assert not isinstance(asked, Failure)
    assert (found.text, asked.text) == ("Elle existe.", "It exists, and its mail is taken.")
    refused = await recipientshandlers.check(room(FakeRecipients(refusal=Refusal("no"))), OneAddress("a@b"))
    assert refused == Failure(protocol.REFUSED, "no")


async def test_what_is_added_says_who_did_it() -> None:
    desk = FakeRecipients()
    await recipientshandlers.add(room(desk), AddAddresses(("bob@office.example",), True, True))
    assert desk.asked == [("add", ("bob@office.example",), "anna", True, True)]


async def test_removing_somebody_unknown_is_not_found() -> None:
    done = await recipientshandlers.remove(room(FakeRecipients()), OneAddress("anna@office.example"))
    assert not isinstance(done, Failure)
    gone = await recipientshandlers.remove(room(FakeRecipients()), OneAddress("x@office.example"))
    assert isinstance(gone, Failure)
    assert gone.code == protocol.NOT_FOUND
    refused = await recipientshandlers.remove(
        room(FakeRecipients(refusal=Refusal("in the directory"))), OneAddress("anna@office.example")
    )
    assert refused == Failure(protocol.REFUSED, "in the directory")


async def test_there_may_be_nothing_to_take_back_and_no_directory() -> None:
    assert not isinstance(await recipientshandlers.undo(room(FakeRecipients()), Asked()), Failure)
    assert isinstance(await recipientshandlers.undo(room(FakeRecipients(undone=None)), Asked()), Failure)
    desk = FakeRecipients()
    assert not isinstance(await recipientshandlers.sync(room(desk), SyncDirectory("Office.Example", True)), Failure)
    assert desk.asked == [("sync", "office.example", True)]
    for domain, word in (("", "No domain"), ("shop.example", "shop.example has")):
        none = await recipientshandlers.sync(room(FakeRecipients(read=None)), SyncDirectory(domain))
        assert isinstance(none, Failure)
        assert none.message.startswith(word)


@pytest.mark.parametrize("name", sorted(recipientshandlers.HANDLERS))
def test_helpers_may_look_and_not_change(name: str) -> None:
    looks = name in ("recipients.list", "recipients.check")
    assert may(Access.HELPER, protocol.METHODS[name].right) is looks
    assert protocol.METHODS[name].right is (Right.READ if looks else Right.OPERATE)
