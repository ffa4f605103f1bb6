from __future__ import annotations

import pytest

from gateway.recipients.subaddress import without_detail
from tests.support.values import recipient


@pytest.mark.parametrize(
    ("address", "delimiter", "expected"),
    [
        ("alice+shop@office.example", "+", "alice@office.example"),
        ("alice+shop+x@office.example", "+", "alice@office.example"),
        ("Alice-shop@office.example", "-", "Alice@office.example"),
        ("alice@office.example", "+", None),
        ("alice+shop@office.example", "", None),
        ("+shop@office.example", "+", None),
        ('"alice+shop"@office.example', "+", None),
    ],
)
def test_the_detail_is_dropped_where_the_backend_has_a_delimiter(
    address: str, delimiter: str, expected: str | None
) -> None:
    stripped = without_detail(recipient(address), delimiter)
    assert (str(stripped) if stripped else None) == expected
