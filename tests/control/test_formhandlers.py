"""The settings as a form needs them."""

from __future__ import annotations

from gateway.control import protocol
from gateway.control.formhandlers import schema
from gateway.control.params import Asked
from gateway.control.room import Room
from gateway.core.access import Access, Right
from tests.support.control import FakeDesk


async def test_every_key_comes_with_words_of_the_language_asked_for() -> None:
    room = Room(FakeDesk(), "en", 30, Access.HELPER, "anna")
    english, french = await schema(room, Asked()), await schema(room, Asked("fr"))
    assert len(english.items) == len(french.items) > 100
    by_key = {each.key: each for each in french.items}
    assert by_key["policy.NAME.mark_at"].text == "Points à partir desquels marquer"
    assert by_key["dns.servers"].risk
    assert by_key["dns.servers"].risk != {each.key: each for each in english.items}["dns.servers"].risk
    assert by_key["quarantine.keep_days"].risk == ""


async def test_it_fits_a_line_and_needs_no_more_than_to_look() -> None:
    room = Room(FakeDesk(), "fr", 30, Access.HELPER, "anna")
    line = protocol.encode_result(1, await schema(room, Asked()))
    assert len(line) < protocol.LINE_MAXIMUM_OCTETS / 2
    assert protocol.CONFIG_SCHEMA.right is Right.READ
