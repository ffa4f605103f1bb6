"""What is told about the keys of the settings, for forms. As `values`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class KeyView:
    """One key: as `config.describe.KeyDescription`, with its words.

    `text` says in a line what it is for; `risk` in a sentence what may go wrong when it changes, "" for nothing: then
    a change is on trial for `trial_seconds` first. `is_required` is meant where its table is there.
    """

    key: str
    kind: Literal["text", "integer", "number", "switch", "choice", "texts"]
    text: str
    default: str
    is_required: bool
    choices: tuple[str, ...] = ()
    has_pair: bool = False
    least: float | None = None
    most: float | None = None
    is_above: bool = False
    unit: str = ""
    risk: str = ""
    trial_seconds: int = 0
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class Keys:
    """Every key, in the order of the schema."""

    items: tuple[KeyView, ...]
