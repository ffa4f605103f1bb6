from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gateway.config.normal import a_label, normalised
from gateway.config.schema import Arc, DomainSettings, Lists, RelayClient, Settings


def test_a_domain_becomes_a_labels_in_lower_case_without_its_last_dot() -> None:
    assert a_label("Büro.Example.") == "xn--bro-hoa.example"


def test_what_has_no_a_label_form_stays_as_it_is() -> None:
    assert a_label("a..b") == "a..b"
    assert a_label("ü" * 80) == "ü" * 80


def test_every_place_that_holds_a_domain_is_normalised() -> None:
    settings = Settings(
        "MX.Office.Example",
        "IT@Büro.example",
        domain={"Büro.example": DomainSettings("b")},
        arc=Arc(("Lists.Example",)),
        lists=Lists(("Users.Lists.Example",)),
        relay_client=(RelayClient("r", ("10.0.0.9",), ("Büro.example",)),),
    )
    changed, remarks = normalised(settings)
    assert remarks == []
    assert changed == replace(
        settings,
        hostname="mx.office.example",
        postmaster="IT@xn--bro-hoa.example",
        domain={"xn--bro-hoa.example": DomainSettings("b")},
        arc=Arc(("lists.example",)),
        lists=Lists(("users.lists.example",)),
        relay_client=(RelayClient("r", ("10.0.0.9",), ("xn--bro-hoa.example",)),),
    )


def test_two_spellings_of_one_domain_are_told() -> None:
    settings = Settings("a.b", "a@b.c", domain={"a.example": DomainSettings("b"), "A.example": DomainSettings("b")})
    _, remarks = normalised(settings)
    assert [remark.path for remark in remarks] == [("domain", "A.example")]


@given(st.text())
def test_normalising_twice_changes_nothing_more(name: str) -> None:
    assert a_label(a_label(name)) == a_label(name) or name.endswith("..")
