"""Reasons as sentences a person understands, in English or French.

Knows the catalogue and nothing of how a verdict came about. Every detail is foreign text and
passes `text.safe` here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from gateway.core.ambiguity import in_french
from gateway.core.carriedwords import found_in_french
from gateway.core.sentences import ACTIONS, REASONS, SYMBOLS, UNKNOWN_SYMBOL, WOULD_CHANGE, Sentence
from gateway.core.symbolwords import phrase
from gateway.core.text import safe

LANGUAGES = ("en", "fr")
DETAIL_MAXIMUM_CHARACTERS = 120


class Explainable(Protocol):
    """What has a name and details: `verdict.Reason` and `record.WeighedReason`."""

    @property
    def name(self) -> str:
        """Catalogue key or rspamd symbol."""
        ...

    @property
    def details(self) -> tuple[tuple[str, str], ...]:
        """What fills the sentence."""
        ...


def sentence(reason: Explainable, language: str = "en") -> str:
    """Why it weighed. A name outside the catalogues is a rule of a newer rspamd: its own description serves."""
    known = REASONS.get(reason.name) or SYMBOLS.get(reason.name) or phrase(reason.name)
    details = dict(reason.details)
    if known is not None:
        return _fill(known, details, language)
    if description := safe(details.get("description", ""), DETAIL_MAXIMUM_CHARACTERS).strip():
        return f"{description[0].upper()}{description[1:]}".rstrip(".") + "."
    return _fill(UNKNOWN_SYMBOL, {"name": reason.name}, language)


def would_change(reason: Explainable | None, language: str = "en") -> str:
    """The sentence that says what would have changed the verdict, "" when nothing is known."""
    if reason is None or reason.name not in WOULD_CHANGE:
        return ""
    details = dict(reason.details)
    details["action"] = action_words(details.get("action", "accept"), language)
    return _fill(WOULD_CHANGE[reason.name], details, language)


def action_words(action: str, language: str = "en") -> str:
    """What an action means for the message: "held in quarantine"."""
    return _of(ACTIONS.get(action, (action, action)), language)


def _of(pair: Sentence, language: str) -> str:
    return pair[1] if language == "fr" else pair[0]


def _fill(pair: Sentence, details: Mapping[str, str], language: str) -> str:
    told = {key: in_french(found_in_french(value)) if language == "fr" else value for key, value in details.items()}
    shown = {key: safe(value, DETAIL_MAXIMUM_CHARACTERS) for key, value in told.items()}
    return _of(pair, language).format_map(_Forgiving(shown))


class _Forgiving(dict[str, str]):
    """A missing detail becomes "?" rather than an exception in the middle of an explanation."""

    def __missing__(self, key: str) -> str:
        return "?"
