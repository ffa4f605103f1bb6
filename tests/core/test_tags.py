"""Tag lists, strict where RFC 6376 is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.tags import TagError, parse_tags, without_white_space


def test_white_space_around_names_and_values_means_nothing() -> None:
    assert parse_tags(" v = 1 ;\r\n\ta= rsa-sha256;") == {"v": "1", "a": "rsa-sha256"}


def test_a_value_may_be_empty_or_hold_an_equals_sign() -> None:
    assert parse_tags("p=; b=ab==") == {"p": "", "b": "ab=="}


def test_names_are_case_sensitive() -> None:
    assert parse_tags("V=1; v=2") == {"V": "1", "v": "2"}


@pytest.mark.parametrize("text", ["a=1; a=2", "a", "a=1;;b=2", "=1", "1a=2", "a b=1", "a=1; b", "a\x00=1"])
def test_anything_else_spoils_the_whole_list(text: str) -> None:
    with pytest.raises(TagError):
        parse_tags(text)


def test_an_empty_list_has_no_tags() -> None:
    assert parse_tags("") == {}


def test_white_space_inside_base64_goes() -> None:
    assert without_white_space("ab c\r\n d") == "abcd"


@given(
    st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True), st.text("abc=/+ 1", max_size=9), min_size=1)
)
def test_what_is_written_is_read(tags: dict[str, str]) -> None:
    assert parse_tags("; ".join(f"{name}={value}" for name, value in tags.items())) == {
        name: value.strip() for name, value in tags.items()
    }
