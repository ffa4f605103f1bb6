"""What most tests of the store begin with."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Threads for the disk, gone at the end of the test."""
    with ThreadPoolExecutor(8) as threads:
        yield threads
