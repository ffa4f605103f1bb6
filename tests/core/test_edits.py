from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.edits import edits_for, without_our_fields
from gateway.core.message import Message

HOSTNAME = "mx.office.example"


def kept(header: bytes) -> list[bytes]:
    message = Message.of(header + b"\r\n")
    out = b"".join(message.edited(edits_for(message, HOSTNAME, ())))
    return [each.octets for each in Message.of(out).fields]


@pytest.mark.parametrize(
    "field",
    [
        b"X-MS-Exchange-Organization-SCL: -1\r\n",
        b"x-ms-exchange-forest-foo: 1\r\n",
        b"X-Poterne-Verdict: word spam\r\n",
        b"X-Spam-Status: No\r\n",
        b"Authentication-Results: mx.office.example; spf=pass\r\n",
        b"Authentication-Results: MX.Office.Example 1; spf=pass\r\n",
        b"authentication-results: (comment (nested)) mx.office.example; dkim=pass\r\n",
        b'Authentication-Results: "mx.office.example"; dkim=pass\r\n',
        b"Authentication-Results:\r\n mx.office.example;\r\n dkim=pass\r\n",
        b"Authentication-Results : mx.office.example; dkim=pass\r\n",
        b"Authentication-Results: ; dkim=pass\r\n",
    ],
)
def test_a_field_that_only_we_or_exchange_may_write_goes(field: bytes) -> None:
    assert kept(b"From: a@b.example\r\n" + field + b"To: c\r\n") == [b"From: a@b.example\r\n", b"To: c\r\n"]


@pytest.mark.parametrize(
    "field",
    [
        b"Authentication-Results: mx.other.example; spf=pass\r\n",
        b"Authentication-Results: mx.office.example.evil.example; spf=pass\r\n",
        b"X-MS-Exchange-CrossTenant-Id: 1\r\n",
        b"Received: from a by mx.office.example; now\r\n",
    ],
)
def test_what_others_may_write_stays(field: bytes) -> None:
    assert field in kept(field)


def test_a_foreign_spam_field_that_a_signature_covers_stays() -> None:
    signature = b"DKIM-Signature: v=1; d=x.example;\r\n h=from:x-spam-flag\r\n :subject; b=AAAA\r\n"
    assert b"X-Spam-Flag: YES\r\n" in kept(signature + b"X-Spam-Flag: YES\r\n")
    assert b"X-Spam-Score: 1\r\n" not in kept(signature + b"X-Spam-Score: 1\r\n")


@given(st.lists(st.sampled_from([b"A: 1\r\n", b"X-Poterne-Id: x\r\n", b"B: 2\r\n y\r\n", b"no colon\r\n"]), max_size=8))
def test_every_other_field_stays_in_its_place(fields: list[bytes]) -> None:
    assert kept(b"".join(fields)) == [each for each in fields if not each.startswith(b"X-Poterne")]


def test_our_own_fields_can_be_taken_out_alone() -> None:
    message = Message.of(b"X-Poterne-Id: a\r\nX-Spam-Flag: YES\r\nx-poterne-score: 1\r\nFrom: a@b\r\n\r\n")
    assert b"".join(message.edited(without_our_fields(message))) == b"X-Spam-Flag: YES\r\nFrom: a@b\r\n\r\n"
