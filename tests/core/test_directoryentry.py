from __future__ import annotations

import pytest

from gateway.core.directoryentry import listed, mailbox_of, without_kind
from gateway.core.ldap.messages import Entry


def addresses(*entries: Entry, attributes: tuple[str, ...] = ("proxyAddresses", "mail")) -> list[tuple[str, bool]]:
    return [(each.mailbox.key, each.inside_only) for each in listed(entries, attributes)]


def test_of_active_directory_only_mail_addresses_are_taken() -> None:
    values = (
        "SMTP:Anna@Office.Example",
        "smtp:a.martin@office.example",
        "X400:c=fr;a= ",
        "SIP:anna@office.example",
        "X500:/o=x",
    )
    entry = Entry("cn=anna", {"proxyaddresses": values, "mail": ("anna@office.example",)})
    assert addresses(entry) == [
        ("anna@office.example", False),
        ("a.martin@office.example", False),
        ("anna@office.example", False),
    ]


def test_of_openldap_the_attributes_that_are_named() -> None:
    entry = Entry("uid=bob", {"mail": ("bob@office.example",), "mailalternateaddress": ("b@office.example",)})
    assert addresses(entry, attributes=("mail", "mailAlternateAddress"))[1] == ("b@office.example", False)


def test_a_group_that_wants_no_strangers_says_so() -> None:
    entry = Entry("cn=all", {"mail": ("all@office.example",), "msexchrequireauthtosendto": ("TRUE",)})
    assert addresses(entry) == [("all@office.example", True)]


@pytest.mark.parametrize(
    "text", ["", "anna", "@office.example", "anna@", "a b@office.example", "<a@b.example>", "a@b>c"]
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert mailbox_of(text) is None


def test_an_international_domain_is_compared_by_its_a_labels() -> None:
    mailbox = mailbox_of(" Info@Büro.Example ")
    assert mailbox is not None
    assert mailbox.key == "info@xn--bro-hoa.example"


@pytest.mark.parametrize(
    ("text", "address"),
    [("smtp: a@b ", "a@b"), ("SMTP:a@b", "a@b"), ("a@b", "a@b"), ("SIP:a@b", None), ("X400:c=fr", None)],
)
def test_the_kind_stands_in_front(text: str, address: str | None) -> None:
    assert without_kind(text) == address
