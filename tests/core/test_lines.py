"""Line endings: found by counting, repaired however the stream is cut."""

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.lines import Repairer, has_bare, repaired

octets = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a", b".", b"\x00"])).map(b"".join)


def reference(text: bytes) -> bytes:
    return re.sub(rb"\r\n|\r|\n", b"\r\n", text)


def test_only_whole_pairs_are_clean():
    assert not has_bare(b"")
    assert not has_bare(b"a\r\nb\r\n\r\n")
    for dirty in (b"\r", b"\n", b"\n\r", b"\r\r\n", b"\r\n\n", b"a\nb\r\n", b"\r\n\ra\n"):
        assert has_bare(dirty), dirty


@given(octets)
def test_the_pass_in_c_agrees_with_a_regular_expression(text):
    assert has_bare(text) == bool(re.search(rb"(?<!\r)\n|\r(?!\n)", text))


def test_a_long_text_is_seen_to_its_end_wherever_it_is_cut():
    for size in (262_143, 262_144, 262_145, 600_000):
        clean = b"a" * size + b"\r\n"
        assert not has_bare(clean)
        assert not has_bare(memoryview(clean))
        for dirty in (clean + b"\n", clean + b"\r", b"a" * size + b"\n", b"a" * size + b"\r" + clean):
            assert has_bare(dirty)


@given(octets)
def test_a_repaired_text_is_clean_and_keeps_its_lines(text):
    assert repaired(text) == reference(text)
    assert not has_bare(repaired(text))


@given(octets, st.lists(st.integers(0, 60)))
def test_a_stream_is_repaired_however_it_is_cut(text, cuts):
    repairer = Repairer()
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    found = b"".join(repairer.feed(text[a:b]) for a, b in itertools.pairwise(places)) + repairer.finish()
    whole = reference(text)
    assert found == (whole if not whole or whole.endswith(b"\n") else whole + b"\r\n")


def test_a_repairer_says_whether_there_was_anything_to_repair():
    clean, dirty = Repairer(), Repairer()
    clean.feed(b"a\r\n")
    clean.finish()
    dirty.feed(b"a\r")
    dirty.finish()
    assert not clean.repaired_any
    assert dirty.repaired_any
