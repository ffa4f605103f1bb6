"""ARC as a check: the states that the public suite does not reach."""

from __future__ import annotations

import pytest

from gateway.checks.arc import ArcCheck
from gateway.core.finding import ArcFinding
from tests.support import keys
from tests.support.mail import transaction
from tests.support.zone import ZoneResolver

ZONE = f"s1._domainkey.example.com {keys.record()}\nslow._domainkey.example.com TIMEOUT"


async def check(octets: bytes, zone: str = ZONE) -> ArcFinding:
    return await ArcCheck(ZoneResolver.of(zone)).check(transaction(octets))


async def test_a_message_without_arc_has_no_chain() -> None:
    assert await check(keys.MESSAGE) == ArcFinding("none")


@pytest.mark.parametrize("count", [1, 2, 3])
async def test_a_chain_passes_and_says_who_sealed_what(count: int) -> None:
    octets = keys.MESSAGE
    for _ in range(count):
        octets = keys.seal(octets)
    finding = await check(octets)
    assert finding.result == "pass", finding.reason
    assert [(each.instance, each.sealer) for each in finding.sets] == [
        (index + 1, "example.com") for index in range(count)
    ]
    assert "dmarc=pass" in finding.sets[0].authentication_results


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Hello  there", b"Hello you"),
        (b"Subject: Hello", b"Subject: Hi"),
        (b"i=1; mx.example.com", b"i=1; mx.evil.example"),
    ],
)
async def test_a_change_after_the_seal_breaks_the_chain(before: bytes, after: bytes) -> None:
    octets = keys.seal(keys.seal())
    assert before in octets
    assert (await check(octets.replace(before, after))).result == "fail"


async def test_a_key_that_cannot_be_looked_up_now_is_temperror() -> None:
    finding = await check(keys.seal(selector="slow"))
    assert (finding.result, len(finding.sets)) == ("temperror", 1)


async def test_a_missing_key_breaks_the_chain() -> None:
    assert (await check(keys.seal(), "")).result == "fail"


async def test_fields_that_form_no_sets_fail_without_sets() -> None:
    finding = await check(b"ARC-Seal: i=1; cv=none\r\n" + keys.MESSAGE)
    assert (finding.result, finding.sets) == ("fail", ())


async def test_no_key_is_looked_up_for_a_chain_that_is_none() -> None:
    resolver = ZoneResolver.of(ZONE)
    await ArcCheck(resolver).check(transaction(b"ARC-Seal: i=1; cv=none\r\n" * 200 + keys.MESSAGE))
    assert resolver.asked == []


def test_a_glance_knows_that_there_is_no_chain_and_nothing_else() -> None:
    check = ArcCheck(ZoneResolver.of(ZONE))
    assert check.glance(transaction(keys.MESSAGE)) == ArcFinding("none")
    for name in (b"ARC-Seal", b"arc-message-signature", b"ARC-Authentication-Results"):
        assert check.glance(transaction(name + b": x\r\n" + keys.MESSAGE)) is None
