"""A desk's word for what can't be done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """It can't be done; one sentence says why."""

    text: str
