"""Single keys changed in a file that people wrote."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.edit import Edit, EditError, edited

FILE = """# Our office.
hostname = "mx.office.example" # the name in the DNS

[policy.standard]
# stricter since the wave of invoices
mark_at = 6.0   # points

[domain."office.example"]
backend = "exchange"
"""


def test_a_value_is_changed_and_every_comment_stays() -> None:
    assert edited(FILE, [Edit("policy.standard.mark_at", "5.5")]) == FILE.replace("6.0", "5.5")


def test_a_key_is_added_where_its_table_is() -> None:
    new = edited(FILE, [Edit('domain."office.example".acceptance', '"queue"')])
    assert new == FILE + 'acceptance = "queue"\n'


def test_a_table_is_made_when_there_is_none() -> None:
    new = edited(FILE, [Edit("history.keep_days", "10"), Edit("policy.strict.mark_at", "4.0")])
    assert tomllib.loads(new)["history"] == {"keep_days": 10}
    assert tomllib.loads(new)["policy"]["strict"] == {"mark_at": 4.0}
    assert new.startswith(FILE.split("[policy")[0])


def test_a_key_is_taken_out_and_one_that_is_not_there_is_no_error() -> None:
    new = edited(FILE, [Edit("policy.standard.mark_at", ""), Edit("arc.trusted_sealers", "")])
    assert tomllib.loads(new)["policy"]["standard"] == {}
    assert "arc" not in new


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("a b", "1", "is no key"),
        ("x", "queue", "text stands in quotes"),
        ("x", "1\ny = 2", "more than one value"),
        ("hostname.x", "1", "hostname is no table"),
        ("x = 1\ny", "2", "is no single key"),
    ],
)
def test_what_is_no_edit_says_why(key: str, value: str, words: str) -> None:
    with pytest.raises(EditError, match=words):
        edited(FILE, [Edit(key, value)])


def test_a_file_that_is_no_toml_can_not_be_edited() -> None:
    with pytest.raises(EditError, match="no valid TOML"):
        edited("x = ", [Edit("x", "1")])


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=10), st.integers())
def test_what_was_set_is_what_is_read(name: str, number: int) -> None:
    quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert (
        tomllib.loads(edited(FILE, [Edit(f"policy.{quoted}.mark_at", str(number))]))["policy"][name]
        == {"mark_at": number}
        or name == "standard"
    )
