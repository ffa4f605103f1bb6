from __future__ import annotations

import pytest

from gateway.control.recipientsparams import IMPORT_MAXIMUM, AddAddresses, OneAddress, RecipientQuery


@pytest.mark.parametrize("address", ["anna", "@office.example", "anna@", "a" * 300 + "@office.example", "a\n@b"])
def test_what_cant_be_an_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        OneAddress(address)


@pytest.mark.parametrize("number", [0, IMPORT_MAXIMUM + 1])
def test_none_or_too_many_are_no_list(number: int) -> None:
    with pytest.raises(ValueError, match="from 1 to"):
        AddAddresses(("a@b",) * number)


def test_a_page_has_its_limits() -> None:
    for limit in (0, 201):
        with pytest.raises(ValueError, match="limit"):
            RecipientQuery(limit=limit)
    with pytest.raises(ValueError, match="cursor"):
        RecipientQuery(cursor="x" * 600)
    assert RecipientQuery(cursor="anna@office.example").limit == 50
