from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.describe import describe
from gateway.config.edit import Edit, edited
from gateway.config.load import parse
from gateway.control.formhandlers import _view
from gateway.control.formvalues import KeyView
from tests.support.office import TEXT
from tui.language import words
from tui.state.settings import Form, TypedError, dotted, edits, form, parsed, toml, typeable, written

EN = words("en")
KEYS = tuple(_view(each, "en") for each in describe())


def known() -> Form:
    return form(KEYS, TEXT.encode())


def view(key: str) -> KeyView:
    return next(each for each in KEYS if each.key == key)


def test_every_table_is_a_section_and_those_that_hold_without_a_line_too() -> None:
    keys = [each.key for each in known().sections]
    assert keys[0] == ""
    assert {"backend.exchange", 'domain."office.example"', "dnsbl[1]", "dnsbl[2]", "policy.standard", "limits"} <= set(
        keys
    )
    assert not any("NAME" in each or "[]" in each for each in keys)


def test_a_field_says_what_is_set_and_what_holds() -> None:
    recipients, errors = known().field("limits.recipients"), known().field("limits.errors")
    assert recipients is not None
    assert errors is not None
    assert (recipients.value, recipients.shown) == ("50", "50")
    assert (errors.value, errors.shown) == ("", "{ normal = 10, overload = 2 }")
    assert known().field("dnsbl[2].action").value == '"note"'  # type: ignore[union-attr]  # it is there


def test_what_holds_for_the_life_of_the_process_is_in_no_form() -> None:
    assert known().field("state_directory") is None
    assert known().field("schema") is None


def test_what_is_typed_is_a_change_and_typed_back_is_none() -> None:
    changed = known().typed("limits.recipients", "60")
    assert edits(changed) == (("limits.recipients", "60"),)
    assert edits(changed.typed("limits.recipients", "50")) == ()
    assert edits(known().typed("limits.errors", "{ normal = 10, overload = 2 }")) == ()
    assert edits(known().typed("limits.recipients", "")) == (("limits.recipients", ""),)
    assert edits(known().typed("limits.errors", "")) == ()


def test_the_edits_give_settings_that_say_so() -> None:
    changed = known().typed("dnsbl[1].action", '"note"').typed("hostname", '"mail.office.example"')
    changed = changed.typed('domain."office.example".acceptance', '"queue"').typed("dnsbl[2].action", "")
    text = edited(TEXT, [Edit(key, value) for key, value in edits(changed)])
    settings = parse(text.encode(), "settings")
    assert [(each.zone, each.action) for each in settings.dnsbl] == [
        ("bl.example", "note"),
        ("other.example", "reject"),
    ]
    assert settings.hostname == "mail.office.example"
    assert settings.domain["office.example"].acceptance == "queue"


def test_fields_of_several_sections_can_stand_together() -> None:
    section = known().chosen(("history.keep_days", "nothing", "quarantine.keep_days"), "privacy")
    assert [each.key for each in section.fields] == ["history.keep_days", "quarantine.keep_days"]


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("limits.recipients", "1 000", "1000"),
        ("limits.recipients", "20/10", "{ normal = 20, overload = 10 }"),
        ("dns.timeout_seconds", "2,5", "2.5"),
        ("dns.servers", "127.0.0.1:53, 10.0.0.1:53", '["127.0.0.1:53", "10.0.0.1:53"]'),
        ("known_correspondents.learn", "oui", "true"),
        ("hostname", ' a"b\\ ', '"a\\"b\\\\"'),
        ("clamd.socket", "", '""'),
        ("limits.errors", "", ""),
    ],
)
def test_a_text_becomes_what_the_file_says(key: str, typed: str, value: str) -> None:
    assert parsed(view(key), typed, EN) == value


@pytest.mark.parametrize(
    ("key", "typed", "why"),
    [
        ("limits.recipients", "many", "whole number"),
        ("limits.recipients", "0", "1 or more"),
        ("limits.recipients", "5/0", "1 or more"),
        ("limits.message_size_octets", "10", "65536 or more"),
        ("dns.timeout_seconds", "0", "more than 0"),
        ("dns.timeout_seconds", "nan", "a number"),
        ("dns.timeout_seconds", "x", "a number"),
        ("outbound_route[].smart_host.port", "70000", "65535 or less"),
        ("hostname", " ", "empty"),
    ],
)
def test_what_a_key_does_not_allow_is_refused_in_words(key: str, typed: str, why: str) -> None:
    with pytest.raises(TypedError, match=why):
        parsed(view(key), typed, EN)


@pytest.mark.parametrize("each", [each for each in KEYS if each.default and each.kind not in ("switch", "choice")])
def test_a_default_typed_again_is_the_same(each: KeyView) -> None:
    again = parsed(each, typeable(each, each.default), EN)
    assert tomllib.loads(f"x = {again or each.default}") == tomllib.loads(f"x = {each.default}")


values = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(values)
def test_what_is_written_is_read_as_the_same(value: object) -> None:
    assert tomllib.loads(f"x = {toml(value)}\n")["x"] == value


@given(st.text(min_size=1))
def test_a_key_with_any_name_is_read_as_that_name(name: str) -> None:
    assert tomllib.loads(f"{written(name)} = 1\n") == {name: 1}


def test_places_in_lists_count_from_one() -> None:
    assert dotted(("dnsbl", 0, "zone")) == "dnsbl[1].zone"
    assert dotted(("domain", "a.example", "backend")) == 'domain."a.example".backend'


def test_a_text_that_is_no_toml_is_an_error() -> None:
    with pytest.raises(ValueError, match="Invalid"):
        form(KEYS, b"= 1")
