"""The same sender at the door and in the history."""

from __future__ import annotations

from ipaddress import ip_address

from gateway.core.alignment import DmarcResult
from gateway.core.envelope import SMTP_HIDDEN_ORIGIN_DOOR
from gateway.core.finding import DmarcFinding
from gateway.core.sender import Sender, authors_of, recorded_sender, sender_of
from tests.support.storage import record
from tests.support.values import ORDINARY, transaction

FOUND = DmarcFinding(("sender.example",), "", True, (), "ok", author_addresses=("ann@sender.example",))
PROVEN = DmarcResult("pass", domain="sender.example", proven_by="dkim")


def test_a_message_s_sender_is_its_author_its_reverse_path_and_its_client() -> None:
    found = sender_of(transaction(ORDINARY, FOUND, sender="Bounce@Mail.example"), PROVEN)
    assert found == Sender(
        ("sender.example",), ("ann@sender.example",), "bounce@mail.example", ip_address("192.0.2.7"), "dkim"
    )
    assert found.address == "ann@sender.example"


def test_a_hidden_client_and_the_null_reverse_path_are_nobody() -> None:
    found = sender_of(transaction(ORDINARY, sender="", door=SMTP_HIDDEN_ORIGIN_DOOR), DmarcResult("none"))
    assert found == Sender()
    assert found.address == ""


def test_history_gives_the_same_sender_back() -> None:
    found = sender_of(transaction(ORDINARY, FOUND), PROVEN)
    row = record(authors=authors_of(found), proven_by="dkim", client_ip="192.0.2.7", reverse_path="Ann@Sender.example")
    assert recorded_sender(row) == found


def test_several_addresses_of_one_domain_are_one_domain_and_no_single_address() -> None:
    row = record(authors=("a@sender.example", "b@sender.example"), reverse_path="", client_ip="")
    assert recorded_sender(row) == Sender(("sender.example",), ("a@sender.example", "b@sender.example"))
    assert recorded_sender(row).address == ""


def test_domains_of_a_broken_from_field_are_kept_as_domains() -> None:
    broken = Sender(("a.example", "b.example"))
    assert recorded_sender(record(authors=authors_of(broken), reverse_path="", client_ip="x")) == broken
