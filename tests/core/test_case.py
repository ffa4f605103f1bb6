from __future__ import annotations

from gateway.core.alignment import DmarcResult
from gateway.core.case import Case, Office, Policy
from tests.support.values import recipient, transaction


def test_the_office_s_own_servers_are_not_outside() -> None:
    def case(relay_client: str | None) -> Case:
        ours = transaction(relay_client=relay_client)
        return Case(ours, recipient(), DmarcResult("none"), Policy(), Office(frozenset()), 0.0)

    assert case(None).is_from_outside
    assert not case("exchange").is_from_outside
