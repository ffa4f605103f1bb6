import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.worker.mime import Leaf, TooDeep, _hyphens, every_reading, leaves
from gateway.worker.report import Budget, Refused


def walk(text: str | bytes) -> list[Leaf]:
    octets = text.encode() if isinstance(text, str) else text
    return list(leaves(octets, Budget()))


def every(text: str | bytes) -> tuple[list[Leaf], set[str]]:
    octets = text.encode() if isinstance(text, str) else text
    notes: set[str] = set()
    return list(every_reading(octets, Budget(), 0, notes)), notes


def bodies(text: str) -> list[str]:
    return [text.encode()[leaf.start : leaf.end].decode() for leaf in walk(text)]


TWO = (
    'From: a@b.c\r\nContent-Type: multipart/mixed; boundary="x y"\r\n\r\npreamble\r\n'
    "--x y\r\n\r\nhello\r\n"
    '--x y\r\nContent-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: BASE64\r\n\r\nQUJD\r\n'
    "--x y--\r\nepilogue\r\n"
)


def test_a_message_of_two_parts_has_two_leaves() -> None:
    first, second = walk(TWO)
    assert bodies(TWO) == ["hello\r", "QUJD\r"]
    assert (first.names, first.types, first.encodings, first.depth) == ((), (), (), 1)
    assert (second.names, second.types, second.encodings) == (("a.pdf",), ("application/pdf",), ("base64",))


def test_a_message_without_parts_is_one_leaf() -> None:
    assert bodies("Subject: x\r\n\r\nbody\r\n") == ["body\r\n"]
    assert bodies("\r\nbody") == ["body"]
    assert bodies("Subject: x") == [""]
    assert bodies("") == [""]


def test_bare_line_feeds_of_a_decoded_message_are_lines_too() -> None:
    assert bodies(TWO.replace("\r\n", "\n")) == ["hello", "QUJD"]


def test_a_multipart_that_is_never_closed_ends_where_the_outer_one_goes_on() -> None:
    text = (
        "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\none\n"
        "--o\n\ntwo"
    )
    assert bodies(text) == ["one", "two"]
    assert [leaf.depth for leaf in walk(text)] == [2, 1]


def test_a_boundary_used_twice_is_the_inner_one() -> None:
    again = "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
    text = again + again + "\none\n--b\n\ntwo\n--b--"
    assert bodies(text) == ["", "one", "two"]
    assert [leaf.depth for leaf in walk(text)] == [1, 2, 2]


def test_a_part_behind_the_closing_delimiter_is_still_found() -> None:
    assert bodies("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n") == ["one", "two\n"]


def test_a_part_without_an_empty_line_ends_at_the_next_delimiter() -> None:
    text = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: x/y; name=a.exe\n--b\n\ntwo\n--b--"
    first, second = walk(text)
    assert first.names == ("a.exe",)
    assert text[second.start : second.end] == "two"


def test_a_delimiter_with_more_behind_it_is_none() -> None:
    assert bodies("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--bc\n--b \t\n\ntwo") == [
        "one\n--bc",
        "two",
    ]


def test_a_nested_message_is_walked_and_one_in_base64_is_a_leaf() -> None:
    text = "Content-Type: message/rfc822\n\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQUJD"
    (leaf,) = walk(text)
    assert leaf.is_nested_message
    assert (leaf.depth, text[leaf.start :]) == (1, "QUJD")


def test_duplicated_fields_are_read_in_all_readings() -> None:
    text = (
        "Content-Type: multipart/mixed; boundary=a\nContent-Type: multipart/mixed; boundary=b; boundary=c\n\n"
        "--a\n\none\n--b\n\ntwo\n--c\nContent-Disposition: attachment; filename=x\n"
        "Content-Disposition: inline; filename=y\n"
        "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\nthree"
    )
    assert bodies(text) == ["one", "two", "three"]
    assert walk(text)[2].names == ("x", "y")
    assert walk(text)[2].encodings == ("7bit", "base64")


def test_comments_folding_and_spaces_do_not_hide_a_field() -> None:
    text = "content-TYPE :\t(a (b)) application/zip (c);\r\n\tname=\r\n  a.zip\r\n\r\nx"
    (leaf,) = walk(text)
    assert leaf.types == ("application/zip",)
    assert "a.zip" in leaf.names


def test_a_multipart_without_a_boundary_is_a_leaf_and_what_its_first_hyphens_make_of_it() -> None:
    text = "Content-Type: multipart/mixed\n\n--x\n\none"
    assert bodies(text) == ["one"]
    assert {text[leaf.start : leaf.end] for leaf in every(text)[0]} == {"one", "--x\n\none"}


def test_five_thousand_levels_are_told_and_what_came_before_is_seen() -> None:
    nest = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(5_000))
    walker = leaves(("Content-Type: multipart/mixed; boundary=a\n\n--a\n\nfirst\n--a\n" + nest).encode(), Budget())
    assert next(walker).depth == 1
    with pytest.raises(TooDeep):
        next(walker)
    with pytest.raises(TooDeep):
        walk("Content-Type: message/rfc822\n\n" * 5_000)


def test_depth_counts_from_where_the_message_was_found() -> None:
    with pytest.raises(TooDeep):
        list(leaves(TWO.encode(), Budget(), 100))


def test_more_parts_than_any_honest_message_has_are_refused() -> None:
    with pytest.raises(Refused, match="MIME parts"):
        walk("Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\n" * 10_001)


def test_a_parameter_flood_of_369_kb_takes_no_time() -> None:
    flood = "".join(f" filename*{number}*=%41;\r\n" for number in range(9_000))
    started = time.perf_counter()
    (leaf,) = walk("Content-Type: application/x;\r\n" + flood + "\r\nbody")
    assert time.perf_counter() - started < 3
    assert leaf.names[0].startswith("AAAA")


@pytest.mark.parametrize(
    "text",
    [
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nX: y\n" * 9_000 + b"x" * 5_000_000,
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"\n--" * 1_700_000,
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"\n" * 5_000_000,
        b"Content-Type: " + b"(" * 900_000 + b"\n\nx",
        b"Content-Type: x/y; " + b"a=b;" * 200_000 + b"\n\nx",
        b'Content-Type: x/y; name="' + b'\\"' * 400_000 + b"\n\nx",
        b"Content-Type: x/y; name=" + b"=?a?q?" * 150_000 + b"\n\nx",
        b"Content-Type: x/y\n " * 50_000 + b"\n\nx",
        b"Content-Type: multipart/mixed; boundary=b\n\n--b" + b" " * 5_000_000 + b"x\n--b\n\nx",
    ],
    ids=range(9),
)
def test_hostile_structures_take_linear_time(text: bytes) -> None:
    started = time.perf_counter()
    with suppress(Refused):
        every(text)
    assert time.perf_counter() - started < 5


TOKENS = st.sampled_from(
    [
        "--a",
        "--b",
        "--a--",
        "--b--",
        "\n",
        "\r\n",
        " ",
        "Content-Type: multipart/mixed; boundary=a",
        "x",
        "Content-Type: multipart/x; boundary=b",
        "Content-Type: message/rfc822",
        "name=(y",
        '"',
        ";",
        ": ",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(TOKENS, max_size=60))
def test_every_text_is_walked_to_its_end_and_leaves_lie_inside_in_order(tokens: list[str]) -> None:
    text = "".join(tokens).encode()
    at = 0
    with suppress(Refused):
        for leaf in leaves(text, Budget()):
            assert leaf.start <= leaf.end <= len(text)
            # A multipart is a leaf beside its parts where some see none in it.
            if not any(kind.startswith("multipart") for kind in leaf.types):
                assert at <= leaf.start
                at = leaf.end


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([b"\n--", b"\n-", b"--", b"a", b"b" * 1_021, b"c" * 2_047]), max_size=8), st.integers(0, 9)
)
def test_lines_that_begin_with_hyphens_are_found_across_all_blocks(pieces: list[bytes], at: int) -> None:
    text = b"".join(pieces)
    for limit in (len(text), max(len(text) - 2, 0), len(text) + 3):
        assert _hyphens(text, at, limit) == text.find(b"\n--", at, limit)
