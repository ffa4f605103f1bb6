"""The method about the keys of the settings, for forms. As `handlers`."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from gateway.config.describe import KeyDescription, describe
from gateway.control import protocol
from gateway.control.formvalues import Keys, KeyView
from gateway.control.keywords import key_words
from gateway.control.params import Asked
from gateway.control.room import Handler, Room
from gateway.control.settingswords import risk_words


async def schema(room: Room, params: Asked) -> Keys:
    """Every key with its type, default, bounds and words."""
    language = params.language or room.language
    return Keys(tuple(_view(each, language) for each in describe()))


HANDLERS: Final[MappingProxyType[str, Handler]] = MappingProxyType({protocol.CONFIG_SCHEMA.name: schema})


def _view(key: KeyDescription, language: str) -> KeyView:
    return KeyView(
        key=key.key,
        kind=key.kind,
        text=key_words(key.key, language),
        default=key.default,
        is_required=key.is_required,
        choices=key.choices,
        has_pair=key.has_pair,
        least=key.least,
        most=key.most,
        is_above=key.is_above,
        unit=key.unit,
        risk=risk_words(key.risk, language) if key.risk else "",
        trial_seconds=key.trial_seconds,
        is_secret=key.is_secret,
    )
