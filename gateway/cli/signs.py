"""How a state is printed: a word that is there without colours too."""

from __future__ import annotations

from gateway.cli.output import Output

_SIGNS = {"ok": ("✓", "good"), "bad": ("✗", "bad"), "weak": ("⚠", "bold"), "warn": ("⚠", "bold")}


def sign(out: Output, state: str) -> str:
    """✓, ⚠, ✗, or ○ for what nobody knows."""
    mark, style = _SIGNS.get(state, ("○", "faint"))
    return out.styled(mark, style)
