"""rspamd's answers: shapes that vary between releases, and all that must not pass for a scan."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.finding import RspamdFinding, RspamdSymbol
from gateway.core.rspamdreply import OPTIONS_MAXIMUM, RspamdError, parse_object, parse_scan


def scan(**changes: object) -> bytes:
    return json.dumps({"action": "no action", "score": 1.0, **changes}).encode()


def kind_of(body: bytes) -> str:
    with pytest.raises(RspamdError) as caught:
        parse_scan(body)
    return caught.value.kind


def test_symbols_come_ordered_by_name_with_their_options() -> None:
    symbols = {
        "B": {"name": "B", "score": -1, "options": ["x", "y"], "description": "b"},
        "A": {"score": 0.5, "metric_score": 2.0},
        "C": {},
        "D": {"score": 0, "options": "alone"},
        "E": {"score": 0, "options": [1, None]},
    }
    assert parse_scan(scan(symbols=symbols)).symbols == (
        RspamdSymbol("A", 0.5),
        RspamdSymbol("B", -1.0, ("x", "y"), "b"),
        RspamdSymbol("C", 0.0),
        RspamdSymbol("D", 0.0, ("alone",)),
        RspamdSymbol("E", 0.0, ("1", "None")),
    )


@pytest.mark.parametrize("symbols", [None, [], {}])
def test_no_symbols_have_several_shapes(symbols: object) -> None:
    assert parse_scan(scan(symbols=symbols)).symbols == ()


@pytest.mark.parametrize("messages", [None, [], {}, {"other": "x"}, {"smtp_message": None}])
def test_no_smtp_message_has_several_shapes(messages: object) -> None:
    assert parse_scan(scan(messages=messages)).smtp_message == ""


def test_gtube_is_a_reject_though_the_scan_was_skipped() -> None:
    body = scan(action="reject", score=15.0, is_skipped=True, messages={"smtp_message": "Gtube pattern"})
    assert parse_scan(body) == RspamdFinding("reject", 15.0, (), True, "Gtube pattern")


def test_a_skipped_scan_without_reject_is_no_scan() -> None:
    assert kind_of(scan(is_skipped=True)) == "no-score"


def test_a_scan_that_ran_out_of_time_inside_rspamd_is_no_scan() -> None:
    assert kind_of(scan(action="soft reject", messages={"smtp_message": "timeout processing message"})) == "gave-up"
    assert kind_of(scan(action="soft reject", passthrough_module="task timeout")) == "gave-up"


def test_another_soft_reject_is_a_scan_like_any_other() -> None:
    assert parse_scan(scan(action="soft reject", score=3.0)).score == 3.0


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "garbage"),
        (b"\xff\xfe", "garbage"),
        (b"null", "garbage"),
        (b'"clean"', "garbage"),
        (b"[" * 100_000, "garbage"),
        (b'{"action":"no action","score":NaN}', "garbage"),
        (b'{"action":"no action","score":-Infinity}', "garbage"),
        (b'{"action":"no action","score":1e400}', "garbage"),
        (b'{"action":"no action","score":1' + b"0" * 400 + b"}", "garbage"),
        (b'{"action":"no action","score":1' + b"0" * 10_000 + b"}", "garbage"),
        (b'{"action":"no action","score":true}', "garbage"),
        (b'{"action":"no action","score":"0"}', "garbage"),
        (b'{"action":"no action","score":null}', "no-score"),
        (b'{"action":"no action"}', "no-score"),
        (b'{"score":0}', "no-score"),
        (b'{"action":null,"score":0}', "no-score"),
        (b'{"error":"no","action":"no action","score":0}', "http"),
        (scan(symbols=["A"]), "garbage"),
        (scan(symbols={"A": 1}), "garbage"),
        (scan(symbols={"A": {"score": "1"}}), "garbage"),
        (scan(symbols={str(number): {} for number in range(1_001)}), "garbage"),
        (b'{"action":"x","score":0,"symbols":{"A":{"score":NaN}}}', "garbage"),
    ],
)
def test_whatever_is_no_scan_is_an_error(body: bytes, kind: str) -> None:
    assert kind_of(body) == kind


def test_endless_options_and_texts_are_cut() -> None:
    symbol = parse_scan(scan(symbols={"A" * 9_000: {"options": ["x" * 9_000] * 900}})).symbols[0]
    assert (len(symbol.name), len(symbol.options), len(symbol.options[0])) == (500, OPTIONS_MAXIMUM, 500)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["action", "score", "symbols", "messages", "is_skipped", "error"]), _JSON))
def test_any_json_is_a_finite_finding_or_an_error(value: dict[str, object]) -> None:
    try:
        finding = parse_scan(json.dumps(value).encode())
    except RspamdError:
        return
    assert abs(finding.score) < float("inf")


@given(st.binary(max_size=50))
def test_any_octets_are_an_object_or_garbage(body: bytes) -> None:
    kind = "garbage"
    try:
        assert isinstance(parse_object(body), dict)
    except RspamdError as error:
        kind = error.kind
    assert kind == "garbage"
