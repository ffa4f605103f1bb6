"""Our streaming body hash against dkimpy's canonicalization, block by block."""

from __future__ import annotations

import hashlib
import time

import pytest
from dkim.canonicalization import Relaxed, Simple
from hypothesis import given
from hypothesis import strategies as st

from gateway.checks import dkim_body
from gateway.checks.dkim_body import BodyHash, BodyHashRequest, hash_body, hash_body_aside

PIECES = st.lists(st.sampled_from([b" ", b"\t", b"\r\n", b"a", b"bc", b"\r\n\r\n", b" \r\n"]), max_size=20)
THEIRS = {"simple": Simple, "relaxed": Relaxed}


@given(PIECES, st.integers(1, 9), st.sampled_from(["simple", "relaxed"]), st.none() | st.integers(0, 12))
def test_it_equals_dkimpys_for_any_lines_in_any_blocks(pieces, block_octets, canonicalization, length) -> None:
    body = b"".join([*pieces, b"\r\n"]) if pieces else b""
    wanted = THEIRS[canonicalization].canonicalize_body(body)
    request = BodyHashRequest(canonicalization, length)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dkim_body, "BLOCK_OCTETS", block_octets)
        found = hash_body(memoryview(body), [request])[request]
    assert found == BodyHash(hashlib.sha256(wanted[:length]).digest(), len(wanted))


def sha256(octets: bytes) -> bytes:
    return hashlib.sha256(octets).digest()


@pytest.mark.parametrize(
    ("body", "simple", "relaxed"),
    [
        (b"", b"\r\n", b""),
        (b"\r\n\r\n", b"\r\n", b""),
        (b" \r\n", b" \r\n", b""),
        (b" C \r\nD \t E\r\n\r\n\r\n", b" C \r\nD \t E\r\n", b" C\r\nD E\r\n"),
        (b"no end", b"no end\r\n", b"no end\r\n"),
        (b"no end  ", b"no end  \r\n", b"no end\r\n"),
        (b"a\rb\r\n", b"a\rb\r\n", b"a\rb\r\n"),
        (b"a\r", b"a\r\r\n", b"a\r\r\n"),
        (b"a\n\r\n", b"a\n\r\n", b"a\n\r\n"),
    ],
)
def test_the_examples_of_rfc_6376_and_its_edges(body: bytes, simple: bytes, relaxed: bytes) -> None:
    requests = [BodyHashRequest("simple"), BodyHashRequest("relaxed")]
    found = hash_body(memoryview(body), requests)
    assert [found[request].digest for request in requests] == [sha256(simple), sha256(relaxed)]


def test_all_requests_are_answered_in_one_pass() -> None:
    requests = {BodyHashRequest(kind, length) for kind in ("simple", "relaxed") for length in (None, 0, 2, 99)}
    found = hash_body(memoryview(b"ab  c\r\n"), requests)
    assert set(found) == requests
    assert found[BodyHashRequest("relaxed", 2)] == BodyHash(sha256(b"ab"), 6)
    assert found[BodyHashRequest("simple", 0)] == BodyHash(sha256(b""), 7)


async def test_a_large_body_is_hashed_in_a_thread_with_the_same_result() -> None:
    body = memoryview(b"line \r\n" * 100_000)
    request = BodyHashRequest("relaxed")
    assert (await hash_body_aside(body, [request]))[request] == hash_body(body, [request])[request]


@pytest.mark.parametrize(
    "body",
    [b" " * 8_000_000, b"\r\n" * 4_000_000 + b"x", (b" " * 990 + b"\r\n") * 8_000, b"a\r\n" * 2_500_000],
    ids=["spaces", "lines", "both", "short"],
)
def test_no_body_is_slow(body: bytes) -> None:
    started = time.monotonic()
    hash_body(memoryview(body), [BodyHashRequest("relaxed"), BodyHashRequest("simple")])
    assert time.monotonic() - started < 1.5
