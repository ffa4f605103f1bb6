from __future__ import annotations

import pytest

from gateway.recipients.base import Existence
from gateway.recipients.listed import Listed
from tests.support.values import recipient

LIST = Listed("office.example", ("Bob", "alice@Office.example", "info+de"), "+")


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("bob@office.example", True),
        ("BOB@office.example", True),
        ('"bob"@office.example', True),
        ("alice@office.example", True),
        ("bob+shop@office.example", True),
        ("info+de@office.example", True),
        ("info@office.example", False),
        ("info+fr@office.example", False),
        ("bob@other.example", False),
        ("b@office.example", False),
    ],
)
async def test_who_is_listed_is_known_in_any_case_and_with_any_detail(address: str, known: bool) -> None:
    verification = await LIST.verify(recipient(address))
    assert verification.existence is (Existence.KNOWN if known else Existence.UNKNOWN)
    assert verification.source == "list"


async def test_without_a_delimiter_a_detail_is_part_of_the_name() -> None:
    verification = await Listed("office.example", ("bob",), "").verify(recipient("bob+shop@office.example"))
    assert verification.existence is Existence.UNKNOWN


def test_a_list_always_verifies() -> None:
    assert LIST.state() == "verifying"
