"""What most tests of the command's verbs begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.control import FakeDesk, FakeGateway, gateway_in_thread


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[FakeGateway]:
    """A gateway that is none, before an empty desk."""
    with gateway_in_thread(tmp_path, FakeDesk()) as running:
        yield running
