"""The wire: what goes in comes out, what is wrong is named, what is foreign is harmless."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import unicodedata
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.control import protocol
from gateway.control.handlers import HANDLERS
from gateway.control.params import Asked, MessageQuery, OneMessage
from gateway.control.protocol import ProtocolError
from gateway.control.values import Deleted, Gap, HeldChanged, Learned, Page
from tests.support.control import HOSTILE, STATUS

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def test_a_request_is_read_as_it_was_written() -> None:
    query = MessageQuery(limit=7, text="naïve", since=datetime(2026, 11, 24, tzinfo=UTC), language="fr")
    line = protocol.encode_request(3, protocol.MESSAGES_LIST, query)
    request = protocol.decode_request(line)
    assert line.count(b"\n") == 1
    assert (request.id, request.method) == (3, "messages.list")
    assert protocol.decode_params(protocol.MESSAGES_LIST, request.params) == query


def test_a_result_is_read_as_it_was_written() -> None:
    incoming = protocol.decode_incoming(protocol.encode_result(1, STATUS))
    assert protocol.decode_result(protocol.STATUS, incoming.result) == STATUS


def test_an_error_is_read_as_it_was_written() -> None:
    failure = protocol.Failure(protocol.NOT_FOUND, "No message.")
    assert protocol.decode_incoming(protocol.encode_failure(None, failure)).error == failure


@pytest.mark.parametrize(("topic", "value"), [("gap", Gap(4)), ("quarantine", HeldChanged("F7K2Q", "held"))])
def test_a_notification_is_read_as_it_was_written(topic: str, value: object) -> None:
    incoming = protocol.decode_incoming(protocol.encode_notification(topic, value))
    assert protocol.decode_notification(incoming) == value


def test_a_notification_of_a_later_release_is_an_error_of_ours_alone() -> None:
    with pytest.raises(ProtocolError):
        protocol.decode_notification(protocol.decode_incoming(b'{"jsonrpc":"2.0","method":"weather"}'))


@given(TEXT)
def test_no_text_breaks_the_line_or_reaches_a_terminal(text: str) -> None:
    line = protocol.encode_result(1, Deleted(text)) + protocol.encode_notification("quarantine", HeldChanged(text, ""))
    assert line.count(b"\n") == 2
    shown = [msgspec.json.decode(one) for one in line.splitlines()]
    for found in (shown[0]["result"]["code"], shown[1]["params"]["code"]):
        assert not {unicodedata.category(character) for character in found} & {"Cc", "Cf", "Co", "Cn", "Zl", "Zp"}


def test_a_surrogate_in_a_text_is_no_fault() -> None:
    assert "\\ud800" not in protocol.encode_result(1, Deleted("a\ud800b")).decode()


def test_text_deep_inside_an_answer_is_made_safe() -> None:
    page = Page((Learned(HOSTILE, "spam", True),))
    assert b"\\u001b" not in protocol.encode_result(1, page)
    assert b"\\u001b" not in protocol.encode_failure(1, protocol.Failure(1, HOSTILE))


def test_an_answer_longer_than_a_line_becomes_an_error() -> None:
    page = Page(tuple(Learned("x" * 999, "spam", True) for _ in range(2_000)))
    incoming = protocol.decode_incoming(protocol.encode_result(5, page))
    assert incoming.id == 5
    assert incoming.error is not None
    assert incoming.error.code == protocol.ANSWER_TOO_LONG


@given(st.binary(max_size=200))
def test_no_octets_do_more_than_raise_a_protocol_error(line: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        request = protocol.decode_request(line)
        protocol.decode_params(protocol.STATUS, request.params)


def test_params_with_a_name_too_many_are_refused_by_name() -> None:
    with pytest.raises(ProtocolError, match="colour"):
        protocol.decode_params(protocol.STATUS, msgspec.Raw(b'{"colour":"red"}'))


def test_params_nested_without_end_are_refused() -> None:
    with pytest.raises(ProtocolError):
        protocol.decode_params(protocol.STATUS, msgspec.Raw(b'{"language":' + b"[" * 50_000 + b"]" * 50_000 + b"}"))


def test_every_method_has_a_handler_but_the_subscription() -> None:
    assert protocol.METHODS.keys() - HANDLERS.keys() == {"events.subscribe"}


def test_the_params_of_a_method_are_its_own() -> None:
    assert protocol.STATUS.params is Asked
    assert protocol.MESSAGES_SHOW.params is OneMessage


def test_the_interface_gets_nothing_but_core_and_msgspec_with_it() -> None:
    code = "import sys, gateway.control.protocol; print(*sorted(m for m in sys.modules if m.startswith('gateway.')))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    ours = (
        "",
        ".formvalues",
        ".healthparams",
        ".healthvalues",
        ".params",
        ".partvalues",
        ".protocol",
        ".recipientsparams",
        ".recipientsvalues",
        ".rulesparams",
        ".rulesvalues",
        ".settingsparams",
        ".settingsvalues",
        ".statsvalues",
        ".values",
        ".workparams",
        ".workvalues",
    )
    allowed = {f"gateway.control{each}" for each in ours}
    assert [name for name in loaded if not name.startswith("gateway.core") and name not in allowed] == []
