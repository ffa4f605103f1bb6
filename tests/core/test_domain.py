"""Domain names: valid or not, and their one form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.domain import is_domain, to_ascii


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        ("localhost", "localhost"),
        ("a_b.example", "a_b.example"),
        ("_dmarc.example", "_dmarc.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("x" * 63 + ".example", "x" * 63 + ".example"),
    ],
)
def test_a_valid_name_has_one_form(name: str, form: str) -> None:
    assert to_ascii(name) == form


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "a..b",
        ".a",
        "a.b..",
        "-a.example",
        "a-.example",
        "a b",
        "a\x00b.example",
        "legitimate.com'a.attack.com",
        "legitimate.com(.attack.com",
        "a\r\n.example",
        "x" * 64 + ".example",
        "ü" * 60 + ".example",
        ".".join(["abc"] * 80),
        "[192.0.2.1]",
        "one\u3002example",
        "\uff45xample.com",
        "a\u200db.example",
        "\u00ad.example",
    ],
    ids=lambda value: repr(value)[:24],
)
def test_anything_else_is_none(name: str) -> None:
    assert to_ascii(name) is None


def test_sharp_s_is_not_mapped_to_the_registrable_ss() -> None:
    assert to_ascii("faß.example") != to_ascii("fass.example")


@given(st.text(max_size=80))
def test_the_form_is_valid_and_stays_as_it_is(name: str) -> None:
    form = to_ascii(name)
    assert form is None or (is_domain(form) and to_ascii(form) == form)
