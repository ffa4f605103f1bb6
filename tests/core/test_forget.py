from __future__ import annotations

import pytest

from gateway.core.forget import FORGOTTEN, forget
from gateway.core.record import Disposition, Evidence
from tests.support.storage import record


def test_the_address_goes_from_every_text_and_what_names_the_person_too() -> None:
    evidence = (Evidence("spf", "pass", (("identity", "smtp.mailfrom=ANN@sender.example;"),)),)
    cleaned = forget(record(evidence=evidence, message_id="<1@sender.example>"), "ann@sender.example")
    assert "ann@sender.example" not in repr(cleaned).lower()
    assert cleaned.reverse_path == FORGOTTEN
    assert (cleaned.subject, cleaned.from_field, cleaned.message_id) == ("", "", "")
    assert cleaned.dispositions == record().dispositions


@pytest.mark.parametrize(
    "other", ["joann@sender.example", "ann@sender.example.org", "x.ann@sender.example", "ann+a@sender.example"]
)
def test_an_address_that_only_contains_it_stays(other: str) -> None:
    kept = record(reverse_path=other, from_field="", dispositions=(Disposition("bob@office.example", "accept", "x"),))
    assert forget(kept, "ann@sender.example") is kept
