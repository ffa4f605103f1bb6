from __future__ import annotations

import email
import email.policy

import pytest

from gateway.app.testmail import octets
from tests.support.values import NOON, recipient

TO = recipient("it@office.example")


@pytest.mark.parametrize("variant", ["", "eicar", "gtube"])
def test_every_message_is_whole_and_known_by_its_word(variant: str) -> None:
    made = octets("t0k3n", NOON, TO, variant)
    assert b"\n" not in made.replace(b"\r\n", b"")
    message = email.message_from_bytes(made, policy=email.policy.default)
    assert message["message-id"] == "<t0k3n@test.poterne.invalid>"
    assert message["to"] == "it@office.example"
    assert not message.defects
    files = [each.get_filename() for each in message.iter_attachments()]
    assert files == (["eicar.com"] if variant == "eicar" else [])
    # The two strings are the published ones: 68 octets each.
    assert made.count(b"STANDARD") == (1 if variant else 0)
    if variant:
        (line,) = [each for each in made.split(b"\r\n") if b"STANDARD" in each]
        assert len(line) == 68


def test_what_leaves_the_office_comes_from_its_postmaster() -> None:
    made = octets("t0k3n", NOON, recipient("eve@partner.example"), sender=TO)
    message = email.message_from_bytes(made, policy=email.policy.default)
    assert message["from"] == "Poterne <it@office.example>"
    assert message["message-id"] == "<t0k3n@office.example>"
