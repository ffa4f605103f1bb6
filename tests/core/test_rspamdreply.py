"""rspamd's answers: shapes that vary between releases, and all that must not pass for a scan."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.finding import RspamdFinding, RspamdSymbol
from gateway.core.rspamdreply import ACTIONS, OPTIONS_MAXIMUM, SCORE_MAXIMUM, RspamdError, parse_object, parse_scan


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
        (b'{"action":"no action","score":0,"symbols":{"A":{"score":NaN}}}', "garbage"),
        (scan(score=1_000_001), "garbage"),
        (scan(score=-1_000_000.5), "garbage"),
        (scan(score=-(10**400)), "garbage"),
        (scan(symbols={"A": {"score": 1e7}}), "garbage"),
        (scan(symbols={"A": {"score": -1_000_001}}), "garbage"),
        (scan(symbols={"A": {"score": 10**400}}), "garbage"),
        (scan(action="x"), "garbage"),
        (scan(action=""), "garbage"),
        (scan(action="No action"), "garbage"),
        (scan(action="unknown action"), "garbage"),
        (scan(action="invalid max action"), "garbage"),
    ],
)
def test_whatever_is_no_scan_is_an_error(body: bytes, kind: str) -> None:
    assert kind_of(body) == kind


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_each_word_of_rspamd_is_a_scan(action: str) -> None:
    assert parse_scan(scan(action=action)).action == action


@pytest.mark.parametrize("score", [1_000_000, -1_000_000, 1_000_000.0, 0, -0.5])
def test_scores_up_to_the_limit_are_believed(score: float) -> None:
    finding = parse_scan(scan(score=score, symbols={"A": {"score": score}}))
    assert (finding.score, finding.symbols[0].score) == (score, score)


def test_a_lone_surrogate_is_no_text_that_could_be_written_down() -> None:
    body = b"""{"action":"no action","score":1,"messages":{"smtp_message":"\\ud800"},"symbols":{"A\\udfff":
        {"options":["\\ud800x"],"description":"\\udfff"}}}"""
    finding = parse_scan(body)
    assert finding.smtp_message == "?"
    assert finding.symbols == (RspamdSymbol("A?", 0.0, ("?x",), "?"),)


def test_what_is_nested_to_the_brink_is_an_error_at_any_depth() -> None:
    for depth in range(700, 1_100):
        kind = kind_of(b'{"error":' + b"[" * depth + b"]" * depth + b"}")
        assert kind in ("http", "garbage")


def test_endless_options_and_texts_are_cut() -> None:
    symbol = parse_scan(scan(symbols={"A" * 9_000: {"options": ["x" * 9_000] * 900}})).symbols[0]
    assert (len(symbol.name), len(symbol.options), len(symbol.options[0])) == (500, OPTIONS_MAXIMUM, 500)


_NUMBERS = st.floats() | st.integers() | st.sampled_from([10**400, -(10**400), 1e6, 1_000_001, -1e300])
_JSON = st.recursive(
    st.none() | st.booleans() | _NUMBERS | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
_SYMBOL = st.fixed_dictionaries({}, optional={"score": _NUMBERS | _JSON, "options": _JSON, "description": _JSON})
_MESSAGES = st.fixed_dictionaries({}, optional={"smtp_message": _JSON})
_REPLY = st.fixed_dictionaries(
    {"action": st.sampled_from(sorted(ACTIONS)) | _JSON, "score": _NUMBERS | _JSON},
    optional={
        "symbols": st.dictionaries(st.text(max_size=5), _SYMBOL | _JSON, max_size=3) | _JSON,
        "messages": _MESSAGES | _JSON,
        "is_skipped": st.booleans() | _JSON,
        "passthrough_module": st.just("task timeout") | _JSON,
    },
)
_KEYS = ["action", "score", "symbols", "messages", "is_skipped", "error", "passthrough_module"]


@given(_REPLY | st.dictionaries(st.sampled_from(_KEYS), _JSON) | _JSON)
def test_any_json_is_a_sane_finding_or_an_error(value: object) -> None:
    try:
        finding = parse_scan(json.dumps(value).encode())
    except RspamdError:
        return
    assert finding.action in ACTIONS
    scores = [finding.score, *(symbol.score for symbol in finding.symbols)]
    assert all(isinstance(score, float) and abs(score) <= SCORE_MAXIMUM for score in scores)
    texts = [finding.smtp_message]
    for symbol in finding.symbols:
        texts += [symbol.name, symbol.description, *symbol.options]
    assert all(text.encode() is not None for text in texts)


@given(st.binary(max_size=50))
def test_any_octets_are_an_object_or_garbage(body: bytes) -> None:
    kind = "garbage"
    try:
        assert isinstance(parse_object(body), dict)
    except RspamdError as error:
        kind = error.kind
    assert kind == "garbage"
