from __future__ import annotations

from gateway.core.consignment import Consignment
from gateway.core.message import Edits
from tests.support.values import ORDINARY, transaction


def test_a_consignment_goes_out_with_its_edits_and_names_its_recipients() -> None:
    whole = transaction()
    consignment = Consignment("F7K2Q", "backend:exchange", whole.envelope, whole.message, Edits(prepend=(b"X: 1\r\n",)))
    assert b"".join(consignment.octets()) == b"X: 1\r\n" + ORDINARY
    assert [str(each) for each in consignment.recipients] == ["bob@office.example"]
