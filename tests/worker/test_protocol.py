import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.finding import AttachmentFinding, AttachmentHit
from gateway.worker.protocol import (
    ProtocolError,
    decode_finding,
    decode_words,
    encode_finding,
    encode_words,
    frame_length,
    length_prefix,
)

HITS = st.lists(st.builds(AttachmentHit, st.text(), st.text(), st.text()), min_size=1).map(tuple)


@given(
    st.builds(
        AttachmentFinding,
        HITS,
        st.sampled_from(["hits", "unscannable"]),
        st.lists(st.text()).map(tuple),
        st.text(),
        st.none() | st.integers(0, 100_000),
    )
)
def test_a_finding_comes_back(finding: AttachmentFinding) -> None:
    assert decode_finding(encode_finding(finding)) == finding


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"result": "clean", "hits": [], "names": [5], "detail": "", "parts": 1}',
        b'{"result": "pass", "hits": [], "names": [], "detail": "", "parts": 1}',
        b'{"result": "clean", "hits": [["a", "b", "c"]], "names": [], "detail": "", "parts": 1}',
        b'{"result": "clean", "hits": [], "names": [], "detail": ""}',
        b'{"result": "clean", "hits": [], "names": [], "detail": "", "parts": -1}',
        b'{"result": "clean", "hits": [], "names": [], "detail": "", "parts": true}',
        b'{"result": "hits", "hits": [["a", "b"]], "names": [], "detail": "", "parts": 1}',
        b'{"result": "hits", "hits": [["a", "b", 5]], "names": [], "detail": "", "parts": 1}',
    ],
)
def test_an_answer_that_is_no_finding_is_refused(octets: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode_finding(octets)


def test_lengths_come_back_and_too_long_ones_are_refused() -> None:
    assert frame_length(length_prefix(5), 5) == 5
    for prefix in (length_prefix(6), b"\xff" * 8, b"", b"\0"):
        with pytest.raises(ProtocolError):
            frame_length(prefix, 5)


def test_words_come_back_and_anything_else_is_refused() -> None:
    assert decode_words(encode_words(("a b", "é"))) == ("a b", "é")
    for octets in (b"5", b"[5]", b"{", b"\xff"):
        with pytest.raises(ProtocolError):
            decode_words(octets)
