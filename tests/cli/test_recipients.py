"""Who exists, from the command line."""

from __future__ import annotations

import io
from pathlib import Path

from gateway.control.recipientsvalues import (
    AddressesAdded,
    DirectoriesRead,
    DirectoryRead,
    ForeignDomain,
    KnownRecipient,
)
from gateway.control.refusal import Refusal
from tests.support.command import Printed, Terminal, poterne
from tests.support.control import FakeGateway
from tests.support.recipientsdesk import LEARNED, FakeRecipients


def called(gateway: FakeGateway, *words: str, stdin: io.StringIO | None = None) -> Printed:
    return poterne("recipients", *words, "--socket", str(gateway.path), stdin=stdin)


def desk(gateway: FakeGateway) -> FakeRecipients:
    return gateway.desk.recipients


def test_the_list_says_how_each_is_known(gateway: FakeGateway) -> None:
    printed = called(gateway, "list")
    assert printed.code == 0
    assert printed.lines[0].split() == ["ADDRESS", "KNOWN", "SINCE", "SEEN"]
    assert "anna@office.example" in printed.lines[1]
    assert "took a message" in printed.lines[1]


def test_the_list_goes_on_page_by_page(gateway: FakeGateway) -> None:
    desk(gateway).rows = tuple(KnownRecipient(f"u{n:03}@office.example", (LEARNED,)) for n in range(300))
    first = called(gateway, "list", "--json", "--limit", "250").json
    assert (len(first["items"]), first["next"]) == (250, "u249@office.example")
    assert len(called(gateway, "list", "--json", "--all").json["items"]) == 300
    rest = called(gateway, "list", "--json", "--cursor", first["next"])
    assert len(rest.json["items"]) == 50
    desk(gateway).rows = ()
    assert "poterne recipients import" in called(gateway, "list").out


def test_a_check_says_the_reply_and_why(gateway: FakeGateway) -> None:
    printed = called(gateway, "check", "anna@office.example")
    assert printed.code == 0
    assert printed.lines[0] == "anna@office.example: 250 2.1.5 Recipient ok"
    assert "since 2026-11-24 12:00 UTC" in printed.out
    assert printed.lines[-1].endswith("method = learned")
    desk(gateway).reply = "550 5.1.1 No such recipient here"
    assert called(gateway, "check", "eve@office.example", "--json").code == 1
    assert called(gateway, "check", "eve").code == 2
    desk(gateway).refusal = Refusal("That is no mail address.")
    assert called(gateway, "check", "a@b").code == 1


def test_an_import_says_what_it_changes_and_how_to_take_it_back(gateway: FakeGateway, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes('﻿"Name","EmailAddresses"\r\n"Bob","SMTP:bob@office.example X400:c=fr"\r\n'.encode("utf-16"))
    printed = called(gateway, "import", str(file))
    assert printed.code == 0
    assert printed.lines[0] == "+ bob@office.example"
    assert "poterne recipients undo" in printed.lines[-1]
    by_address = [asked[1:2] + asked[3:] for asked in desk(gateway).asked]
    assert by_address == [(("bob@office.example",), True, True), (("bob@office.example",), True, False)]


def test_a_dry_run_only_says_it(gateway: FakeGateway, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("bob@office.example\n")
    desk(gateway).would = AddressesAdded(
        False, True, ("bob@office.example",), 1, foreign=(ForeignDomain("office.lan", 1),), idle=("shop.example",)
    )
    printed = called(gateway, "import", str(file), "--dry-run")
    assert printed.code == 0
    assert "1 would be new" in printed.out
    assert "1 address of office.lan" in printed.out
    assert "shop.example does not look at this list" in printed.out
    assert [asked[4] for asked in desk(gateway).asked] == [True]


def test_every_bad_line_is_named_and_nothing_is_done(gateway: FakeGateway, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("bob@office.example\nnobody\nx@\n")
    printed = called(gateway, "import", str(file))
    assert printed.code == 2
    assert f"{file}:2: is no mail address (nobody)" in printed.err
    assert "2 lines can't be read, 1 address can. Nothing was changed." in printed.err
    as_json = called(gateway, "import", str(file), "--json")
    assert [each["line"] for each in as_json.json["unread"]] == [2, 3]
    assert desk(gateway).asked == []


def test_the_end_of_learning_is_asked_about(gateway: FakeGateway, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("bob@office.example\n")
    desk(gateway).would = AddressesAdded(False, True, ("bob@office.example",), 1, learning_ended=("office.example",))
    assert called(gateway, "import", str(file)).code == 2
    refused = called(gateway, "import", str(file), stdin=Terminal("n\n"))
    assert (refused.code, [asked[4] for asked in desk(gateway).asked]) == (1, [True, True])
    assert "unknown recipients of office.example are refused" in refused.err
    assert called(gateway, "import", str(file), stdin=Terminal("y\n")).code == 0
    assert called(gateway, "import", str(file), "--yes", "--json").json["done"] is True


def test_a_file_that_is_missing_or_empty_is_said_to_be_so(gateway: FakeGateway, tmp_path: Path) -> None:
    assert "can't be read" in called(gateway, "import", str(tmp_path / "none")).err
    (tmp_path / "empty").write_text("# nobody\n")
    assert "no mail address" in called(gateway, "import", str(tmp_path / "empty")).err
    assert called(gateway, "import", "-", stdin=io.StringIO("bob@office.example\n")).code == 0


def test_adding_bad_addresses_does_nothing(gateway: FakeGateway) -> None:
    assert called(gateway, "add", "bob@office.example").code == 0
    desk(gateway).added = AddressesAdded(False, False, bad=("a b",), bad_count=1)
    printed = called(gateway, "add", "a b")
    assert (printed.code, printed.err) == (2, "a b is no mail address\nNothing was changed.\n")


def test_removing_and_taking_back(gateway: FakeGateway) -> None:
    assert called(gateway, "remove", "anna@office.example").out == "anna@office.example is off the list\n"
    assert called(gateway, "remove", "x@office.example").code == 1
    assert called(gateway, "remove", "anna@office.example", "--json").json["address"] == "anna@office.example"
    assert called(gateway, "undo").out == "Taken back: import of 12 addresses by anna.\n"
    assert called(gateway, "undo", "--json").json["addresses"] == 12
    desk(gateway).undone = None
    assert called(gateway, "undo").code == 1


def test_reading_a_directory(gateway: FakeGateway) -> None:
    assert called(gateway, "sync").out.startswith("office.example: 10 addresses")
    held = DirectoryRead("office.example", "held", 10, 0, 3, "Held: 3 of 10 addresses are missing.")
    desk(gateway).read = DirectoriesRead(False, (held,))
    assert called(gateway, "sync", "--domain", "office.example").code == 1
    assert called(gateway, "sync", "--accept-loss", "--json").json["items"][0]["outcome"] == "held"
    assert [asked[1:] for asked in desk(gateway).asked][1:] == [("office.example", False), ("", True)]
    desk(gateway).read = None
    assert called(gateway, "sync").code == 1
