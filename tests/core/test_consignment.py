from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.core.consignment import Consignment
from gateway.core.message import Edits, Message
from tests.support.values import ORDINARY, transaction


def test_a_consignment_goes_out_with_its_edits_and_names_its_recipients() -> None:
    whole = transaction()
    consignment = Consignment("F7K2Q", "backend:exchange", whole.envelope, whole.message, Edits(prepend=(b"X: 1\r\n",)))
    assert b"".join(consignment.octets()) == b"X: 1\r\n" + ORDINARY
    assert [str(each) for each in consignment.recipients] == ["bob@office.example"]


@pytest.mark.parametrize("top", [b"X: 1\n", b"X: 1\r", b"X: \0\r\n"])
def test_what_goes_out_is_honest_only_when_the_message_and_our_own_fields_are(top: bytes) -> None:
    whole = transaction()
    message = Message.of(ORDINARY, is_honest=True)
    consignment = Consignment("F7K2Q", "backend:exchange", whole.envelope, message, Edits(prepend=(b"X: 1\r\n",)))
    assert consignment.is_honest
    assert not replace(consignment, edits=Edits(prepend=(b"X: 1\r\n", top))).is_honest
    assert not replace(consignment, message=Message.of(ORDINARY)).is_honest
