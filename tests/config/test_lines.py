import tomllib

import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config.lines import key_lines, line_of

TEXT = '''# a comment with [brackets] = "and quotes
schema = 1
a.b."c d" = """
[not.a.table]
x = 1 \\""" still
"""  # after
list = [  # one
  "x]",
  { y = [1,
         2], z = 'it''s' },
]
[domain."office.example"]
backend = "exchange"
tls = { mode = "verify", pin = [
  "a" ] }
[[relay_client]]
name = "one"
[[relay_client]]
name = "two"
[relay_client.tls]
mode = "x"
'''.replace("it''s", "its")


def test_every_kind_of_key_is_found_on_its_line() -> None:
    tomllib.loads(TEXT)
    lines = key_lines(TEXT)
    assert lines[("schema",)] == 2
    assert lines[("a", "b", "c d")] == 3
    assert lines[("list", 0)] == 8
    assert lines[("list", 1, "y", 1)] == 10
    assert lines[("list", 1, "z")] == 10
    assert lines[("domain", "office.example", "backend")] == 13
    assert lines[("domain", "office.example", "tls", "pin", 0)] == 15
    assert lines[("relay_client", 0, "name")] == 17
    assert lines[("relay_client", 1)] == 18
    assert lines[("relay_client", 1, "tls", "mode")] == 21
    assert ("not", "a", "table") not in lines


def test_what_is_not_in_the_file_has_the_line_of_what_surrounds_it() -> None:
    lines = key_lines(TEXT)
    assert line_of(lines, ("domain", "office.example", "policy")) == 12
    assert line_of(lines, ("hostname",)) == 0


def test_strings_that_end_in_quotes_of_their_own_do_not_lead_astray() -> None:
    text = "a = \"\"\"x\"\"\"\"\"\nb = '''y'''''\nc = 1\n"
    tomllib.loads(text)
    assert key_lines(text)[("c",)] == 3


def test_a_text_that_is_no_toml_ends_the_search_quietly() -> None:
    assert key_lines("a = 1\n= = =\n") == {("a",): 1}
    assert key_lines('a = "') == {("a",): 1}


VALUES = st.recursive(
    st.integers() | st.text() | st.booleans() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1), inner, max_size=3),
    max_leaves=12,
)


def paths_of(data: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    found = {path} if path else set()
    for step, value in inner:
        found |= paths_of(value, (*path, step))
    return found


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(min_size=1), VALUES, max_size=4))
def test_every_path_of_a_written_document_is_found(data: dict[str, object]) -> None:
    text = tomlkit.dumps(data)
    assert paths_of(tomllib.loads(text)) <= set(key_lines(text))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab=.[]{},\"'#\n \\1"))
def test_no_text_makes_the_scanner_fail(text: str) -> None:
    key_lines(text)
