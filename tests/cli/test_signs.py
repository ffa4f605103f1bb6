from __future__ import annotations

import io

import pytest

from gateway.cli.output import Output
from gateway.cli.signs import sign


@pytest.mark.parametrize(
    ("state", "shown"), [("ok", "✓"), ("bad", "✗"), ("weak", "⚠"), ("warn", "⚠"), ("unknown", "○")]
)
def test_every_state_has_a_sign_without_colours(state: str, shown: str) -> None:
    assert sign(Output(io.StringIO(), io.StringIO(), {}), state) == shown
