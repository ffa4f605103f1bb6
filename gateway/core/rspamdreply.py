"""rspamd's answer to a scan, from JSON to a finding; every other shape is an error with its kind.

Knows the text only, not the connection. Silence is never clean: without a believable score and a known action
there is no finding.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Literal, NoReturn

from gateway.core.finding import RspamdFinding, RspamdSymbol

ErrorKind = Literal["connect", "timeout", "busy", "reply", "http", "garbage", "no-score", "gave-up", "empty-message"]

# What one message may cost us in memory and on the screen; real replies have some 40 symbols.
SYMBOLS_MAXIMUM = 1_000
OPTIONS_MAXIMUM = 50
TEXT_MAXIMUM_CHARACTERS = 500
# A metric's score is tens, GTUBE's too; what is a million either way was computed wrong, and would decide alone.
SCORE_MAXIMUM = 1_000_000.0
# All that rspamd says unless somebody made actions of their own; ours has none (image/rspamd).
ACTIONS = frozenset(
    ("no action", "greylist", "add header", "rewrite subject", "soft reject", "reject", "quarantine", "discard")
)

# What rspamd says with soft_reject_on_timeout when task_timeout is over: some rules ran, some did not.
_TIME_OUT_TEXT = "timeout processing message"
_TIME_OUT_MODULE = "task timeout"


class RspamdError(Exception):
    """No usable answer. `kind` says at which step; `detail` is for the admin and never leaves the box."""

    def __init__(self, kind: ErrorKind, detail: str) -> None:
        super().__init__(f"rspamd: {kind}: {detail}")
        self.kind: ErrorKind = kind
        self.detail = detail


def parse_object(body: bytes) -> dict[str, object]:
    """The JSON object of a reply. Raises RspamdError "garbage" for anything else, NaN and Infinity included."""
    try:
        value = _DECODER.decode(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise RspamdError("garbage", f"the reply is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise RspamdError("garbage", "the reply is no JSON object")
    return value


def text_of(value: object) -> str:
    """Any JSON value of a reply as text that can be written down, cut. Raises RspamdError.

    JSON may spell a lone surrogate, which no UTF-8 can hold; it becomes "?".
    """
    if isinstance(value, str) and value.isascii():
        return value[:TEXT_MAXIMUM_CHARACTERS]
    try:
        text = value if isinstance(value, str) else str(value)
    except RecursionError as error:
        raise RspamdError("garbage", "a text of the reply is nested too deeply") from error
    return text[:TEXT_MAXIMUM_CHARACTERS].encode("utf-8", "replace").decode()


def parse_scan(body: bytes) -> RspamdFinding:
    """The finding in a reply to /checkv2. Raises RspamdError."""
    reply = parse_object(body)
    if "error" in reply:
        raise RspamdError("http", text_of(reply["error"]))
    score, action = reply.get("score"), reply.get("action")
    if score is None or not isinstance(action, str):
        raise RspamdError("no-score", "the reply has no score or no action")
    message = _smtp_message(reply.get("messages"))
    if action == "soft reject" and (
        message.startswith(_TIME_OUT_TEXT) or reply.get("passthrough_module") == _TIME_OUT_MODULE
    ):
        raise RspamdError("gave-up", "rspamd's own time for this message was over")
    if action not in ACTIONS:
        raise RspamdError("garbage", f"the action {text_of(action)} is unknown")
    is_skipped = reply.get("is_skipped") is True
    if is_skipped and action != "reject":
        raise RspamdError("no-score", f"rspamd skipped the message ({action})")
    return RspamdFinding(
        action=action,
        score=_number(score, "the score"),
        symbols=_symbols(reply.get("symbols")),
        is_skipped=is_skipped,
        smtp_message=message,
    )


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _number(value: object, what: str) -> float:
    # A float within is nearly every score; NaN is never within.
    if type(value) is float and -SCORE_MAXIMUM <= value <= SCORE_MAXIMUM:
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RspamdError("garbage", f"{what} is no number")
    # Compared before it is converted: an integer may be too large for a float.
    if not -SCORE_MAXIMUM <= value <= SCORE_MAXIMUM:
        raise RspamdError("garbage", f"{what} is beyond belief")
    return float(value)


def _smtp_message(messages: object) -> str:
    """`messages` is an object, absent, or an empty list when a Lua table was empty."""
    if not isinstance(messages, dict):
        return ""
    message = messages.get("smtp_message")
    return text_of(message) if message is not None else ""


def _symbols(symbols: object) -> tuple[RspamdSymbol, ...]:
    """By name. Absent, null and an empty list are no symbols."""
    if symbols is None or symbols == []:
        return ()
    if not isinstance(symbols, dict) or len(symbols) > SYMBOLS_MAXIMUM:
        raise RspamdError("garbage", "the symbols are no object, or too many")
    return tuple(_symbol(name, symbols[name]) for name in sorted(symbols))


def _symbol(name: str, value: object) -> RspamdSymbol:
    if not isinstance(value, dict):
        raise RspamdError("garbage", f"symbol {text_of(name)} is no object")
    score = _number(value.get("score", 0.0), "the score of a symbol")
    options, description = value.get("options"), value.get("description")
    text = description if isinstance(description, str) else ""
    found = options if isinstance(options, list) else [options] if isinstance(options, str) else []
    if not found:
        return _bare_symbol(name, score, text)
    return RspamdSymbol(text_of(name), score, tuple(text_of(each) for each in found[:OPTIONS_MAXIMUM]), text_of(text))


@lru_cache(maxsize=SYMBOLS_MAXIMUM)
def _bare_symbol(name: str, score: float, description: str) -> RspamdSymbol:
    """The same few symbols without options come with nearly every message."""
    return RspamdSymbol(text_of(name), score, (), text_of(description))
