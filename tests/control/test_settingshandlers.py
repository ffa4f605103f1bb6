"""Each method about settings and secrets, over a fake desk."""

from __future__ import annotations

import json

import msgspec
import pytest

from gateway.control import formhandlers, protocol, settingshandlers
from gateway.control.params import Asked
from gateway.control.protocol import Failure
from gateway.control.refusal import Refusal
from gateway.control.room import Room
from gateway.control.settingsparams import (
    EditSettings,
    OneSecret,
    OneVersion,
    SetSecret,
    TrySettings,
    UndoSettings,
    VersionQuery,
)
from gateway.control.settingsvalues import VersionDetail
from gateway.core.access import Access, Right, may
from tests.support.control import FakeDesk
from tests.support.settingsdesk import TEXT, FakeSettings, version


def room(settings: FakeSettings) -> Room:
    return Room(FakeDesk(settings=settings), "en", 30, Access.ADMINISTRATOR, "anna")


async def test_the_one_who_asks_is_the_one_who_did_it() -> None:
    fake = FakeSettings()
    await settingshandlers.try_settings(room(fake), TrySettings("x = 1", 60))
    await settingshandlers.edit(room(fake), EditSettings((("hostname", '"b"'),)))
    await settingshandlers.keep(room(fake), Asked())
    await settingshandlers.undo(room(fake), UndoSettings(3))
    assert fake.asked == [
        ("try", "x = 1", "anna", 60), ("edit", (("hostname", '"b"'),), "anna", 0), ("keep", "anna"),
        ("undo", 3, "anna", 0),
    ]  # fmt: skip


async def test_what_can_not_be_done_is_an_error_with_its_sentence() -> None:
    fake = FakeSettings(answers=[Refusal("Nothing is on trial.")], refusal=Refusal("No."))
    assert await settingshandlers.keep(room(fake), Asked()) == Failure(protocol.REFUSED, "Nothing is on trial.")
    assert await settingshandlers.set_secret(room(fake), SetSecret("a", b"x")) == Failure(protocol.REFUSED, "No.")
    assert await settingshandlers.delete_secret(room(fake), OneSecret("a")) == Failure(protocol.REFUSED, "No.")


async def test_what_is_not_there_is_not_found() -> None:
    fake = FakeSettings()
    for answer in (
        await settingshandlers.show(room(fake), OneVersion(9)),
        await settingshandlers.undo(room(fake), UndoSettings(99)),
        await settingshandlers.delete_secret(room(fake), OneSecret("other")),
    ):
        assert isinstance(answer, Failure)
        assert answer.code == protocol.NOT_FOUND


async def test_versions_come_page_by_page() -> None:
    fake = FakeSettings(versions=tuple(version(number) for number in (3, 2, 1)))
    page = await settingshandlers.history(room(fake), VersionQuery(limit=2))
    assert page.next is not None
    rest = await settingshandlers.history(room(fake), VersionQuery(limit=2, cursor=page.next))
    assert [each.number for each in (*page.items, *rest.items)] == [3, 2, 1]


async def test_a_text_travels_octet_for_octet() -> None:
    text = ("# \u202eé\n\tx = '" + "y" * 3_000 + "'\r\n").encode()
    line = protocol.encode_result(1, VersionDetail(version(), text))
    incoming = protocol.decode_incoming(line)
    assert protocol.decode_result(protocol.CONFIG_SHOW, incoming.result).text == text


async def test_a_page_of_the_longest_versions_fits_a_line() -> None:
    rows = tuple(
        version(number, changes=version().changes * 5, ended="\u20ac" * 1_000, by="b" * 200) for number in range(200)
    )
    fake = FakeSettings(versions=rows)
    line = protocol.encode_result(1, await settingshandlers.history(room(fake), VersionQuery(limit=200)))
    assert "result" in json.loads(line)


async def test_names_of_secrets_are_listed() -> None:
    assert [each.name for each in (await settingshandlers.list_secrets(room(FakeSettings()), Asked())).items] == [
        "smart-host"
    ]


def test_a_helper_may_look_and_change_nothing() -> None:
    assert TEXT
    for method in protocol.METHODS.values():
        if method.name.startswith(("config.", "secret.")):
            changes = method.name.split(".")[1] not in ("show", "schema", "history", "list")
            assert (method.right is Right.SETTINGS) == changes
            assert may(Access.HELPER, method.right) != changes


def test_every_method_has_its_handler() -> None:
    ours = {name for name in protocol.METHODS if name.startswith(("config.", "secret."))}
    assert ours == {*settingshandlers.HANDLERS, *formhandlers.HANDLERS}


def test_a_value_that_is_no_base64_is_refused() -> None:
    with pytest.raises(protocol.ProtocolError):
        protocol.decode_params(protocol.SECRET_SET, msgspec.Raw(b'{"name": "a", "value": "no base64!"}'))
