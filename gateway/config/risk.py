"""Which changes of settings may cut mail or the admin off, and why: pure. They run as a trial first (D11).

A change is harmless unless a rule here names it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from gateway.core.settingsversion import Change

NETWORK_SECONDS: Final = 300
POLICY_SECONDS: Final = 900

Kind = Literal["network", "policy"]


@dataclass(frozen=True, slots=True)
class Risk:
    """A key whose change is tried first: what may go wrong (`reason`, a name that `control` puts in words)."""

    key: str
    reason: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Rule:
    """`applies` looks at old and new value, None where the key is not there."""

    pattern: re.Pattern[str]
    reason: str
    kind: Kind
    applies: Callable[[object, object], bool] = lambda old, new: True


def risks(changes: Sequence[Change]) -> tuple[Risk, ...]:
    """The risky among these changes, one each, in their order."""
    found = ((change, _rule(change)) for change in changes)
    return tuple(Risk(change.key, rule.reason, rule.kind) for change, rule in found if rule is not None)


def possible_risk(key: str) -> Risk | None:
    """What a change of this key may risk, whichever way it goes; None when no change of it is risky."""
    rule = next((rule for rule in _RULES if rule.pattern.fullmatch(key)), None)
    return Risk(key, rule.reason, rule.kind) if rule is not None else None


def trial_seconds(found: Sequence[Risk]) -> int:
    """How long a trial of these lasts: the way mail comes shows at once, what becomes of it takes some mail to show."""
    return POLICY_SECONDS if any(each.kind == "policy" for each in found) else NETWORK_SECONDS


def _rule(change: Change) -> _Rule | None:
    old, new = _value(change.old), _value(change.new)
    return next((rule for rule in _RULES if rule.pattern.fullmatch(change.key) and rule.applies(old, new)), None)


def _value(written: str) -> object:
    return json.loads(written) if written else None


def _is_lower(old: object, new: object) -> bool:
    """Less than before; a limit with two values counts by that of normal times, which has its own key."""
    return isinstance(old, int | float) and isinstance(new, int | float) and new < old


def _becomes(*words: str) -> Callable[[object, object], bool]:
    return lambda old, new: new in words


def _may_cut(old: object, new: object) -> bool:
    """A number that falls, or one that became a pair or back: then nobody knows by the key alone."""
    return _is_lower(old, new) or old is None or new is None


def _make(pattern: str, reason: str, kind: Kind, applies: Callable[[object, object], bool] | None = None) -> _Rule:
    compiled = re.compile(pattern)
    return _Rule(compiled, reason, kind, applies) if applies else _Rule(compiled, reason, kind)


# NAME stands for a key of the admin's choice: bare, or in quotes.
_NAME = r'(?:"(?:[^"\\]|\\.)*"|[^".]+)'

# The first that fits counts.
_RULES: Final = (
    _make(rf"listener\.{_NAME}\.(?!greet_delay_seconds).*", "listener", "network"),
    _make(r"hostname", "hostname", "network"),
    _make(rf"backend\.{_NAME}\.(?:max_connections|subaddress_delimiter)", "backend", "network", _may_cut),
    _make(rf"backend\.{_NAME}\.(?!max_connections|subaddress_delimiter).*", "backend", "network"),
    _make(r"dns\.servers", "dns", "network"),
    _make(r"rspamd\..*_socket", "rspamd", "network"),
    _make(r"clamd\.socket", "clamd", "network", lambda old, new: bool(new)),
    _make(rf"relay_client\.{_NAME}\..*", "relay-client", "network"),
    _make(rf"outbound_route\.{_NAME}\..*", "outbound-route", "network"),
    _make(rf"domain\.{_NAME}\.recipient_verification\..*", "recipient-verification", "policy"),
    _make(rf"domain\.{_NAME}\..*", "domain", "policy"),
    _make(r"limits\..*", "limit", "policy", _may_cut),
    _make(r"timeouts\..*", "timeout", "policy", _may_cut),
    _make(r"dns\.timeout_seconds", "timeout", "policy", _is_lower),
    _make(rf"policy\.{_NAME}\.reject_at", "reject", "policy", _is_lower),
    _make(rf"policy\.{_NAME}\.(?:dmarc_reject|virus)", "reject", "policy", _becomes("reject")),
    _make(rf"dnsbl\.{_NAME}\.(?:zone|codes)", "dnsbl", "policy", lambda old, new: new is not None),
    _make(rf"dnsbl\.{_NAME}\.action", "dnsbl", "policy", _becomes("reject")),
    _make(r"failure\..*", "failure", "policy", _becomes("defer", "defer-then-mark")),
    _make(r"postmaster", "postmaster", "policy"),
)
