"""The example Internet is consistent: names and addresses prove one another, and the shop's signature holds."""

from __future__ import annotations

import dkim
import pytest

from tests.office.letters import letters
from tests.office.world import SENDERS, Sender, SigningKey, zone_text
from tests.support.zone import ZoneResolver

KEY = SigningKey.make()
RESOLVER = ZoneResolver.of(zone_text(KEY))


@pytest.mark.parametrize("sender", SENDERS, ids=lambda sender: sender.name)
async def test_each_sender_has_a_name_that_leads_back_to_its_address(sender: Sender) -> None:
    reverse = ".".join(reversed(sender.address.split("."))) + ".in-addr.arpa"
    assert (await RESOLVER.lookup(reverse, "PTR")).values == (sender.name,)
    assert (await RESOLVER.lookup(sender.name, "A")).values == (sender.address,)


async def test_the_signed_letter_verifies_with_the_key_in_dns() -> None:
    record = (await RESOLVER.lookup("office2026._domainkey.shop.example", "TXT")).values[0]
    signed = letters(KEY)[0]
    assert dkim.verify(signed.octets, dnsfunc=lambda name, timeout=5: record.encode())
    assert not dkim.verify(signed.octets.replace(b"today", b"later"), dnsfunc=lambda name, timeout=5: record.encode())


def test_the_letters_are_six_and_the_french_one_has_eight_bits() -> None:
    assert len(letters(KEY)) == 6
    assert any(octet > 127 for octet in letters(KEY)[5].octets)
    assert all(line.endswith(b"\r\n") for letter in letters(KEY) for line in letter.octets.splitlines(keepends=True))
