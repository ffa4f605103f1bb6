"""What an entry of the lists may name, and how it is written."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.listentry import ListChange, ListDraft, Subject, SubjectError, parse_recipient, parse_subject
from tests.support.lists import NOW, draft, entry


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Ann@Sender.Example", Subject("address", "ann@sender.example")),
        (" ann@sender.example ", Subject("address", "ann@sender.example")),
        ("Sender.Example", Subject("domain", "sender.example")),
        ("@sender.example", Subject("domain", "sender.example")),
        (".sender.example", Subject("domain", "sender.example", True)),
        ("*.sender.example", Subject("domain", "sender.example", True)),
        ("bücher.example", Subject("domain", "xn--bcher-kva.example")),
        ("192.0.2.7", Subject("network", "192.0.2.7/32")),
        ("192.0.2.7/24", Subject("network", "192.0.2.0/24")),
        ("2001:db8::1", Subject("network", "2001:db8::1/128")),
        ("::ffff:192.0.2.7", Subject("network", "192.0.2.7/32")),
        ("[192.0.2.7]", Subject("network", "192.0.2.7/32")),
    ],
)
def test_a_subject_is_read_as_people_write_it(text: str, subject: Subject) -> None:
    assert parse_subject(text) == subject


@pytest.mark.parametrize(
    "text",
    [
        "",
        "com",
        ".com",
        "a b.example",
        "ann@",
        "@",
        "ann@[192.0.2.7]",
        "ann@x.example>",
        "<a@x.example>",
        "10.0",
        "*",
        "a@b@c.example\n",
    ],
)
def test_what_names_nobody_is_refused(text: str) -> None:
    with pytest.raises(SubjectError):
        parse_subject(text)


def test_only_a_domain_has_something_below_it() -> None:
    assert parse_subject("sender.example", subdomains=True) == Subject("domain", "sender.example", True)
    for text in ("ann@sender.example", "192.0.2.0/24"):
        with pytest.raises(SubjectError, match="below"):
            parse_subject(text, subdomains=True)


@pytest.mark.parametrize(
    ("kind", "text"), [("allow", "192.0.0.0/15"), ("allow", "2001:d00::/31"), ("block", "0.0.0.0/0"), ("block", "::/0")]
)
def test_a_network_that_holds_most_of_the_world_is_no_exception(kind: str, text: str) -> None:
    with pytest.raises(SubjectError, match="too-wide"):
        ListDraft(kind, parse_subject(text))  # type: ignore[arg-type]  # both words are kinds
    assert draft("block", "10.0.0.0/8").subject.value == "10.0.0.0/8"


def test_a_recipient_is_an_address_a_domain_or_everybody() -> None:
    assert parse_recipient(" Anna@Office.Example") == "anna@office.example"
    assert parse_recipient("@Office.Example") == "office.example"
    assert parse_recipient("  ") == ""
    with pytest.raises(SubjectError):
        parse_recipient("192.0.2.7")


@given(st.sampled_from(["ann@sender.example", "sender.example", ".sender.example", "192.0.2.0/24", "2001:db8::/32"]))
def test_a_subject_reads_what_it_wrote(text: str) -> None:
    assert parse_subject(str(parse_subject(text))) == parse_subject(text)


@given(st.text(max_size=60))
def test_any_text_is_a_subject_or_a_sentence(text: str) -> None:
    with suppress(SubjectError):
        found = parse_subject(text)
        assert parse_subject(str(found)) == found


def test_an_entry_holds_until_it_expires() -> None:
    assert entry("allow", "x.example").holds(NOW + 1e9)
    assert entry("allow", "x.example", expires=NOW + 1).holds(NOW)
    assert not entry("allow", "x.example", expires=NOW).holds(NOW)


def test_a_change_is_about_what_it_made_or_took_away() -> None:
    one = entry("allow", "x.example")
    assert ListChange(1, NOW, "anna", None, one).entry == one
    assert ListChange(1, NOW, "anna", one, None).entry == one
    with pytest.raises(ValueError, match="entry"):
        _ = ListChange(1, NOW, "anna", None, None).entry
