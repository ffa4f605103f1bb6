"""What stands on our own side of the door: rspamd, the control socket, settings, files and rows that may be damaged."""

from __future__ import annotations

import json
from contextlib import suppress

import msgspec

from gateway.config.load import parse as parse_settings
from gateway.config.problems import SettingsError
from gateway.control import protocol
from gateway.control.params import HeldQuery, MessageQuery
from gateway.control.preview import preview
from gateway.core.held import HeldMessage
from gateway.core.page import Cursor
from gateway.core.rspamdreply import RspamdError, parse_scan
from gateway.net.http1 import HttpError, _parse_head, request_head
from gateway.store.errors import DamagedMessage
from gateway.store.format import FileHeader, decode, encode_end, encode_head
from gateway.store.history_rows import decode as decode_row
from gateway.store.quarantine_rows import _encode as encode_held
from gateway.store.quarantine_rows import _item as quarantine_item
from tests.fuzz.engine import Target, check, checks, is_safe
from tests.support.values import transaction

METHODS = tuple(value for value in vars(protocol).values() if isinstance(value, protocol.Method))


def scan(octets: bytes) -> None:
    with suppress(RspamdError):
        finding = parse_scan(octets)
        assert abs(finding.score) <= 1_000_000
        finding.smtp_message.encode()
        for symbol in finding.symbols:
            "".join((symbol.name, symbol.description, *symbol.options)).encode()


def http(octets: bytes) -> None:
    with suppress(HttpError):
        status, length = _parse_head(octets)
        assert 100 <= status <= 599
        assert 0 <= length <= 4_194_304
    head = request_head(
        "POST", "/checkv2", [("Helo", octets.decode("latin-1")), ("From", octets.decode("utf-8", "replace"))], 1
    )
    assert head.count(b"\r\n\r\n") == 1
    assert head.count(b"\r\n") <= 7
    assert b"\0" not in head


def control(octets: bytes) -> None:
    with suppress(protocol.ProtocolError):
        request = protocol.decode_request(octets)
        protocol.encode_result(request.id, {"method": request.method})
        for method in METHODS:
            with suppress(protocol.ProtocolError):
                protocol.decode_params(method, request.params)
    with suppress(protocol.ProtocolError):
        incoming = protocol.decode_incoming(octets)
        with suppress(protocol.ProtocolError):
            protocol.decode_notification(incoming)
        for method in METHODS:
            with suppress(protocol.ProtocolError):
                protocol.decode_result(method, incoming.result)
    line = protocol.encode_failure(None, protocol.Failure(1, octets.decode("utf-8", "surrogateescape")))
    assert line.count(b"\n") == 1


def cursor(octets: bytes) -> None:
    text = octets.decode("utf-8", "replace")
    with suppress(ValueError, OverflowError):
        Cursor.parse(text)
    for query in (MessageQuery, HeldQuery):
        with suppress(ValueError):
            query(cursor=text)


def settings(octets: bytes) -> None:
    with suppress(SettingsError):
        parse_settings(octets, "poterne.toml")


def file(octets: bytes) -> None:
    with suppress(DamagedMessage):
        stored = decode(octets)
        assert len(stored.octets) <= len(octets)


def row(octets: bytes) -> None:
    """A row that is damaged is an error of these kinds, which its readers pass over."""
    with suppress(ValueError, msgspec.ValidationError, RecursionError):
        decode_row(octets.decode("utf-8", "replace"))


def held(octets: bytes) -> None:
    """A row that is damaged is listed all the same."""
    columns = {"code": "F7K2Q", "held_at": 1.0, "kind": "held", "size_octets": 9}
    item = quarantine_item(columns | {"about": octets.decode("utf-8", "replace")})  # type: ignore[arg-type]  # as a row
    assert item.code
    assert item.kind in ("held", "rejected-copy")


def shown(octets: bytes) -> None:
    found = preview(octets)
    for text in (*found.text, *(part for pair in found.headers for part in pair)):
        assert is_safe(text)
        assert len(text) <= 300


_SCAN = json.dumps(
    {"score": 1.5, "action": "no action", "symbols": {"A": {"score": 1, "options": ["x"]}}, "messages": {}}
).encode()
_JSON = (
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b'"',
    b"null",
    b"1e400",
    b"NaN",
    b"-1",
    b'"\\ud800"',
    b"1" * 400,
    b"true",
    b"[[[[",
)
_REQUEST = b'{"jsonrpc":"2.0","id":1,"method":"messages.list","params":{"limit":5,"cursor":""}}'
_HEADER = encode_head(FileHeader("F7K2Q", "queue", 1.0, transaction().envelope, lane="office"))


def _whole(head: bytes, octets: bytes) -> bytes:
    import hashlib

    return head + octets + encode_end(len(octets), hashlib.sha256(head + octets).hexdigest())


_TOML = b"""schema = 1
hostname = "mx.office.example"
postmaster = "it@office.example"
[backend.office]
hosts = ["127.0.0.1:25"]
[domain."office.example"]
backend = "office"
recipient_verification = { method = "list", addresses = ["a"] }
[limits]
connections = { normal = 10, overload = 5 }
[[relay_client]]
name = "x"
addresses = ["10.0.0.9"]
"""
_HELD = encode_held(HeldMessage("F7K2Q", 1.0, "held", "a@b.c", ("d@e.f",), "x", "1.2.3.4", ("spam",), 9.5, 40)).encode()
_RECORD = b'{"code":"F7K2Q","time":1.0,"client_ip":"1.2.3.4","dispositions":[]}'
TARGETS = (
    Target(
        "rspamd's reply", scan, (_SCAN,), (*_JSON, b'"score":', b'"action":', b'"symbols":', b'"reject"', b'"options":')
    ),
    Target(
        "HTTP",
        http,
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5", b"HTTP/1.0 500\r\nContent-length:0\r\nX: y"),
        (b"Content-Length:", b"Transfer-Encoding: chunked", b":", b"HTTP/1.1 ", b"\x85"),
    ),
    Target(
        "control socket",
        control,
        (_REQUEST, b'{"id":1,"result":{}}', b'{"method":"gap","params":{"missed":1}}'),
        (*_JSON, b'"params":', b'"cursor":', b'"id":', b'"result":', b'"method":"message"'),
    ),
    Target(
        "cursors",
        cursor,
        (str(Cursor(1.5, "abc")).encode(), b"1764028800.5-abc"),
        (b"-", b".", b"e", b"inf", b"nan", b"1e999"),
    ),
    Target(
        "settings",
        settings,
        (_TOML,),
        (
            b"[",
            b"]",
            b"=",
            b"{",
            b"}",
            b"[[",
            b'"""',
            b"2026-02-30",
            b"0x",
            b"inf",
            b"nan",
            b"[limits]\n",
            b"schema = 2\n",
            b"1979-05-27T07:32:00",
            b'addresses = ["::/0"]\n',
            b"a.b.c = 1\n",
        ),
        share=0.05,
        examples=60,
    ),
    Target(
        "message file",
        file,
        (_whole(_HEADER, b"From: a@b.c\r\n\r\nx\r\n"),),
        (*_JSON, b"poterne-message 1\n", b"\npoterne-end ", b'"envelope":', b'"held":'),
    ),
    Target("history row", row, (_RECORD,), (*_JSON, b'"dispositions":[{}]', b'"reasons":')),
    Target("quarantine row", held, (_HELD,), (*_JSON, b'"kind":"held"', b'"reasons":', b"[" * 3_000)),
    Target(
        "preview of a held message",
        shown,
        (
            b"From: a@b.c\r\nSubject: =?utf-8?q?x?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nhello\r\n",
            b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n'
            b"aGVsbG8=\r\n--b--\r\n",
        ),
        (b"Content-Type: ", b"charset=", b"--b\r\n", b"\x1b[2J", b"\xe2\x80\xae", b"base64", b"=?", b"?="),
        share=0.5,
    ),
)


@checks(TARGETS)
def test_whatever_our_own_side_holds_is_read_or_refused(target: Target) -> None:
    check(target)
