"""What is told to be text without the worker: the ordinary, and nothing in which the worker finds something."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.checks.plaintext import MESSAGE_MAXIMUM_OCTETS, PARTS_MAXIMUM, text_parts
from gateway.core.finding import AttachmentFinding
from gateway.core.message import Message
from gateway.worker.inspect import inspect

PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\nhello\r\n"
HTML = (
    b'Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>a=3Db</p>\r\n'
)
HEAD = b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary="=_b"\r\n'


def multipart(*parts: bytes, head: bytes = HEAD, preamble: bytes = b"", end: bytes = b"--=_b--\r\n") -> bytes:
    return head + b"\r\n" + preamble + b"".join(b"--=_b\r\n" + part + b"\r\n" for part in parts) + end


def parts_of(octets: bytes) -> int | None:
    return text_parts(Message.of(octets, is_honest=True))


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        (b"Subject: x\r\n\r\nhello\r\n", 1),
        (PLAIN, 1),
        (b"Content-Transfer-Encoding: base64\r\n" + PLAIN.replace(b"hello", base64.b64encode(b"hello")), 1),
        (HTML, 1),
        (multipart(PLAIN, HTML), 3),
        (multipart(PLAIN), 2),
        (multipart(PLAIN, HTML, preamble=b"This is a multi-part message in MIME format.\r\n", end=b"--=_b--"), 3),
        (multipart(PLAIN.replace(b"hello", b"hello\r\n-- \r\nAda\r\n--- said:"), HTML), 3),
    ],
)
def test_the_ordinary_is_told_at_once_and_the_worker_says_the_same(message: bytes, parts: int) -> None:
    assert parts_of(message) == parts
    assert inspect(message) == AttachmentFinding((), "clean", parts=parts)


UUENCODED = b"hello\r\nbegin 644 a.exe\r\n"


@pytest.mark.parametrize(
    "message",
    [
        multipart(PLAIN, b"Content-Type: application/pdf\r\n\r\nx"),
        multipart(PLAIN, b'Content-Type: text/html; name="a.exe"\r\n\r\nx'),
        multipart(PLAIN, b'Content-Type: text/html; charset="name=a.exe"\r\n\r\nx'),
        multipart(PLAIN, b"Content-Type: text/html; charset=a\r\n name=a.exe\r\n\r\nx"),
        multipart(PLAIN, b"Content-Type: text/html (a)\r\n\r\nx"),
        multipart(PLAIN, b"Content-Type: text/calendar\r\n\r\nx"),
        multipart(PLAIN, b"Content-Type: text/html\r\nContent-Disposition: inline\r\n\r\nx"),
        multipart(PLAIN, b"Content-Type: text/html\r\nContent-Type: text/html\r\n\r\nx"),
        multipart(PLAIN, b"Content-Type : text/html\r\n\r\nx"),
        multipart(PLAIN, b"Content-Type: text/html\r\n \r\nContent-Location: x\r\n\r\nx"),
        multipart(PLAIN, b"Content-Type: text/html\r\nContent-Description: a.exe\r\n\r\nx"),
        multipart(PLAIN, b"Content-Type: text/html\r\nno field\r\n\r\nx"),
        multipart(PLAIN, b"Content-Type: text/html\r\n"),
        multipart(PLAIN, b"\r\nno header"),
        multipart(PLAIN, b"Content-Type: text/html\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nx"),
        multipart(PLAIN, b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n=aaaa\r\n"),
        multipart(PLAIN, b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\naa-a\r\n"),
        multipart(PLAIN.replace(b"hello", UUENCODED), HTML),
        multipart(PLAIN, HTML.replace(b"<p>", b"=\r\n<p>=0Abegin 644 a.exe=0A")),
        multipart(PLAIN, HTML, end=b""),
        multipart(PLAIN, HTML, end=b"--=_b--x\r\n"),
        multipart(PLAIN, b"X-Name: a.exe\r\n\r\nx"),
        multipart(PLAIN, HTML, end=b"--=_b--\r\nepilogue\r\n"),
        multipart(PLAIN, HTML, end=b"--=_b--\r\n--=_b\r\n\r\n--=_b--\r\n"),
        multipart(PLAIN, HTML, preamble=b"Content-Type: application/pdf\r\n\r\n"),
        multipart(PLAIN.replace(b"hello", b"hello --=_b"), HTML),
        multipart(PLAIN.replace(b"hello", b"hello\r\n--=_bcd"), HTML),
        multipart(PLAIN, HTML).replace(b"\r\n--=_b\r\n", b"\r\n--=_b \r\n"),
        multipart(*[PLAIN] * (PARTS_MAXIMUM + 1)),
        multipart(PLAIN, head=HEAD.replace(b"=_b", b"=_b ")),
        multipart(PLAIN, head=HEAD + b"Content-Transfer-Encoding: base64\r\n"),
        multipart(PLAIN, head=HEAD + b"Content-Type: text/plain\r\n"),
        multipart(PLAIN, head=HEAD + b"Content-Disposition: attachment\r\n"),
        multipart(PLAIN, head=HEAD.replace(b"\r\n boundary", b"\r\n name=a.exe; boundary")),
        multipart(PLAIN, head=HEAD.replace(b'"=_b"', b'"=_b"; boundary=c')),
        multipart(PLAIN, head=b" \r\n" + HEAD),
        multipart(PLAIN, head=b"Subject: x\r\n \r\n" + HEAD),
        multipart(PLAIN, head=b"From x\r\n" + HEAD),
        multipart(multipart(PLAIN, HTML, head=HEAD.replace(b"=_b", b"=_c"))),
        PLAIN.replace(b"hello", UUENCODED),
        PLAIN + b"x" * MESSAGE_MAXIMUM_OCTETS,
    ],
)
def test_every_doubt_is_left_to_the_worker(message: bytes) -> None:
    assert parts_of(message) is None


def test_what_nobody_vouches_for_is_left_to_the_worker() -> None:
    assert text_parts(Message.of(PLAIN)) is None


LINES: Sequence[bytes] = (
    *(
        b"",
        b" ",
        b"\t",
        b"--=_b",
        b"--=_b--",
        b"--=_bc",
        b"-- ",
        b"begin 644 a.exe",
        b"end",
        b"hello",
        b"YmVnaW4gNjQ0IGE=",
    ),
    *(b"Subject: x", b"no field", b"From x", b"Content-Description: y", b" name=a.exe", b" charset=utf-8", b"\x0b"),
    *(b"Content-Type: text/plain", b"Content-Type: text/html;", b'Content-Type: text/plain; charset="utf-8"'),
    *(b'Content-Type: multipart/alternative; boundary="=_b"', b"Content-Type: multipart/mixed; boundary==_b"),
    *(b"Content-Type: multipart/mixed;", b' boundary="=_b"', b"Content-Type: message/rfc822", b"Content-Type: a/b"),
    *(b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable", b"=0Abegin 644 a.exe"),
    *(b"Content-Disposition: attachment; filename=a.exe", b"content-transfer-encoding: 7BIT", b"Content-Type"),
)
BYTES = st.binary(max_size=12).map(lambda text: text.translate(None, b"\0\r\n"))
LINE = st.sampled_from(LINES) | st.tuples(st.sampled_from(LINES), BYTES).map(b"".join)
# Near the ordinary, with lines put in, or anything at all.
SPOILT = st.tuples(
    st.sampled_from([multipart(PLAIN, HTML), multipart(PLAIN), PLAIN, HTML]),
    st.lists(st.tuples(st.integers(0, 20), LINE, st.booleans()), max_size=3),
)


def spoilt(whole: bytes, changes: Sequence[tuple[int, bytes, bool]]) -> bytes:
    lines = whole.split(b"\r\n")
    for at, line, is_replaced in changes:
        at = min(at, len(lines))
        lines[at : at + is_replaced] = [line]
    return b"\r\n".join(lines)


@given(SPOILT.map(lambda drawn: spoilt(*drawn)) | st.lists(LINE, max_size=14).map(b"\r\n".join))
@example(multipart(PLAIN, HTML))
def test_in_what_passes_the_worker_finds_nothing(octets: bytes) -> None:
    parts = parts_of(octets)
    if parts is not None:
        assert inspect(octets) == AttachmentFinding((), "clean", parts=parts)
