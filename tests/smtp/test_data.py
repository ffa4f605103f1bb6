"""The end-of-data decoder against a slow reference, cut anywhere; chunks likewise."""

import itertools
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core import replies
from gateway.core.reply import Reply
from gateway.smtp.data import LARGE_OCTETS, ChunkDecoder, Content, DataDecoder, Newlines
from gateway.worker.sealed import Growing, Sealed

LIMIT = 10_000_000
pieces = st.sampled_from(
    [b"\r", b"\n", b"\r\n", b".", b"..", b"a", b"\r\n.\r\n", b"\r\n.", b"\x00", b"\n.\n", b"\r.\r"]
)
streams = st.lists(pieces, max_size=25).map(b"".join)


def reference(stream: bytes, newlines: Newlines) -> tuple[bytes | None, object, bytes] | None:
    """(content or None, refusal, rest), or None while the end has not come; by the book and slowly."""
    at, lines = 0, []
    while True:
        end = stream.find(b"\r\n", at)
        if end < 0:
            return None
        line = stream[at:end]
        at = end + 2
        if line == b".":
            break
        lines.append(line[1:] if line.startswith(b".") else line)
    content = b"".join(line + b"\r\n" for line in lines)
    bare = re.search(rb"(?<!\r)\n|\r(?!\n)", content)
    if b"\x00" in content or (bare and newlines is Newlines.REFUSE):
        return None, replies.BAD_NEWLINES, stream[at:]
    return re.sub(rb"\r\n|\r|\n", b"\r\n", content), None, stream[at:]


def decode(stream: bytes, newlines: Newlines, cuts: list[int]) -> DataDecoder:
    decoder = DataDecoder(newlines, LIMIT)
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    for begin, end in itertools.pairwise(places):
        if decoder.is_complete:
            decoder.rest += stream[begin:end]
        else:
            decoder.feed(stream[begin:end])
    return decoder


@settings(max_examples=1_500)
@given(streams, st.sampled_from(Newlines), st.lists(st.integers(0, 80), max_size=12))
def test_it_decodes_as_the_reference_does_however_the_input_is_cut(stream, newlines, cuts):
    expected = reference(stream, newlines)
    decoder = decode(stream, newlines, cuts)
    assert decoder.is_complete == (expected is not None)
    if expected is None:
        return
    content, refusal, rest = expected
    assert decoder.content.refusal == refusal
    assert bytes(decoder.content.kept) == (content or b"")
    assert decoder.rest == rest


@given(streams)
def test_octet_by_octet_is_the_same_as_at_once(stream):
    at_once = decode(stream, Newlines.REPAIR, [])
    dripped = decode(stream, Newlines.REPAIR, list(range(len(stream))))
    assert (at_once.is_complete, at_once.rest) == (dripped.is_complete, dripped.rest)
    if at_once.is_complete:
        assert at_once.content.kept == dripped.content.kept


@pytest.mark.parametrize("filler", [b"\r\n", b".\r", b"\r\n..", b"\n", b"\r\n.\r", b"\r", b"a\r\n"])
def test_five_megabytes_of_tiny_lines_take_no_time(filler):
    block = filler * (65_536 // len(filler))
    decoder = DataDecoder(Newlines.REPAIR, 50_000_000)
    begun = time.process_time()
    for _ in range(5_000_000 // len(block)):
        decoder.feed(block)
    decoder.feed(b"x\r\n.\r\n")
    assert decoder.is_complete
    assert time.process_time() - begun < 2.0


def test_content_over_the_limit_is_dropped_but_read_to_its_end():
    decoder = DataDecoder(Newlines.REFUSE, 10)
    decoder.feed(b"12345678\r\n")
    assert decoder.content.refusal is None
    decoder.feed(b"1\r\n")
    assert not decoder.content.kept
    decoder.feed(b".\r\nQUIT\r\n")
    assert decoder.content.refusal == replies.TOO_LARGE
    assert decoder.rest == b"QUIT\r\n"
    assert decoder.content.size_octets == 13


def test_exactly_the_limit_is_allowed():
    decoder = DataDecoder(Newlines.REFUSE, 10)
    decoder.feed(b"..2345678\r\n.\r\n")
    assert decoder.content.refusal is None
    assert decoder.content.kept == b".2345678\r\n"


def test_the_first_reason_stays_the_answer():
    decoder = DataDecoder(Newlines.REFUSE, 5)
    decoder.feed(b"a\nb\r\n")
    decoder.feed(b"long enough to be too large\r\n.\r\n")
    assert decoder.content.refusal == replies.BAD_NEWLINES


@given(streams, st.lists(st.integers(0, 80), max_size=12))
def test_chunks_are_repaired_however_they_are_cut(stream, cuts):
    decoder = ChunkDecoder(LIMIT)
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    for begin, end in itertools.pairwise(places):
        decoder.feed(stream[begin:end])
    decoder.finish()
    if b"\x00" in stream:
        assert decoder.content.refusal == replies.BAD_NEWLINES
        return
    expected = re.sub(rb"\r\n|\r|\n", b"\r\n", stream)
    assert decoder.content.kept == (expected if not expected or expected.endswith(b"\n") else expected + b"\r\n")


def test_chunks_have_the_same_limit():
    decoder = ChunkDecoder(10)
    decoder.feed(b"x" * 11)
    decoder.finish()
    assert decoder.content.refusal == replies.TOO_LARGE


@pytest.mark.parametrize("octets", [LARGE_OCTETS - 3, LARGE_OCTETS - 2, LARGE_OCTETS + 5, 3_000_000])
def test_a_large_message_lies_in_memory_that_nobody_changes(octets):
    line = b"y" * 998 + b"\r\n"
    body = (line * (octets // 1_000 + 1))[-octets:]
    decoder = DataDecoder(Newlines.REFUSE, LIMIT)
    for at in range(0, octets, 70_000):
        decoder.feed(body[at : at + 70_000])
        assert decoder.content.kept_octets >= at
    decoder.feed(b"\r\n.\r\nQUIT")
    assert decoder.is_complete
    assert decoder.content.kept_octets == octets + 2
    assert decoder.content.kept[:] == body + b"\r\n"
    assert isinstance(decoder.content.kept, Sealed) is (octets + 2 > LARGE_OCTETS)
    assert decoder.content.kept is decoder.content.kept


def test_a_large_message_that_is_refused_takes_no_memory_any_more():
    content = Content(LIMIT)
    content.add(b"x" * (LARGE_OCTETS + 1))
    content.refuse(replies.NO_ROOM)
    assert (content.kept_octets, content.kept) == (0, b"")
    content.add(b"x" * (LARGE_OCTETS + 1))
    assert content.kept_octets == 0


def _no_memory(*_: object) -> None:
    raise OSError("no memory")


@pytest.mark.parametrize("what", ["__init__", "add"])
def test_when_memory_ends_the_message_is_put_off(monkeypatch, what):
    monkeypatch.setattr(Growing, what, _no_memory)
    monkeypatch.setattr(Growing, "__del__", lambda _: None)
    content = Content(LIMIT)
    content.add(b"x" * (LARGE_OCTETS + 1))
    assert content.refusal == replies.NO_ROOM
    assert isinstance(content.refusal, Reply)
    assert content.refusal.is_transient
