import pytest

from gateway.core import ambiguity
from gateway.worker.mimehabits import Habits
from gateway.worker.mimeheader import LEAF, NESTED, cuts, has_content_field, is_identity, read_header
from gateway.worker.report import Refused


def test_the_content_fields_are_read_with_names_types_and_encodings() -> None:
    notes: set[str] = set()
    header = read_header(
        b'Content-Type: Text/Plain (x); name="a.txt"\r\nContent-Transfer-Encoding : BASE64\r\nX: y\r\n', notes
    )
    assert (header.names, header.types, header.encodings) == (("a.txt",), ("text/plain",), ("base64",))
    assert header.shapes == (LEAF,)
    assert notes == set()


def test_a_part_has_a_shape_for_each_program() -> None:
    notes: set[str] = set()
    header = read_header(
        b"Content-Type: multipart/mixed; boundary=a; boundary=b\nContent-Type: message/rfc822\nContent-Type: x/y\n",
        notes,
    )
    assert header.shapes == (b"a", b"b", NESTED, LEAF)
    assert notes == {ambiguity.TYPES, ambiguity.BOUNDARIES}
    assert header.chosen(Habits()) == (b"a", b"b")
    assert [header.chosen(Habits(shape))[0] for shape in (0, 2, 9, -1)] == [b"a", NESTED, LEAF, LEAF]


@pytest.mark.parametrize(
    ("value", "boundary"),
    [
        (b'"a b "', b"a b"),
        (b"a b", b"a"),
        (b'"a"b', b"ab"),
        (b"a(c)", b"a"),
        (b"x; boundary*=us-ascii''%61%62", b"ab"),
        (b"x; boundary*0=a; boundary*1=b", b"ab"),
    ],
)
def test_a_boundary_is_read_as_every_program_would(value: bytes, boundary: bytes) -> None:
    assert boundary in read_header(b"Content-Type: multipart/mixed; boundary=" + value, set()).shapes


def test_more_shapes_than_anyone_needs_are_refused() -> None:
    many = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n" % number for number in range(7))
    with pytest.raises(Refused, match="boundaries and types"):
        read_header(many, set())


def test_a_nested_message_in_an_encoding_is_a_leaf_and_a_multipart_in_one_is_told() -> None:
    header = read_header(b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n", set())
    assert header.shapes == (LEAF,)
    assert not header.hides
    assert read_header(b"Content-Type: multipart/x; boundary=b\nContent-Transfer-Encoding: base64\n", set()).hides
    assert is_identity("8bit")


def test_a_header_may_end_early_for_some() -> None:
    header = b"A: b\n \nnonsense\nContent-Type: x/y\n"
    found = cuts(header)
    assert {axis: match.start() for axis, match in found.items()} == {"blank-line": 5, "no-field": 7}
    assert has_content_field(header, 5)
    assert not has_content_field(b"A: b\n x\n", 0)
    assert cuts(b"From ann Mon\r\nA: b\r\n c\r\n: d\r\n") == {}
