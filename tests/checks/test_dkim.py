"""DKIM as a whole: signed messages of dkimpy, changed in every way that must not pass."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.checks.dkim import DkimCheck
from gateway.core.finding import DkimFinding, DkimSignature
from tests.support import keys
from tests.support.clock import HandClock
from tests.support.mail import transaction
from tests.support.zone import ZoneResolver

ZONE = f"""
s1._domainkey.example.com {keys.record()}
ed._domainkey.example.com {keys.record(keys.ED25519_PUBLIC, "ed25519")}
short._domainkey.example.com {keys.record(keys.RSA_512_PUBLIC)}
testing._domainkey.example.com {keys.record(extra="t=y; ")}
exact._domainkey.example.com {keys.record(extra="t=s; ")}
sha1._domainkey.example.com {keys.record(extra="h=sha1; ")}
web._domainkey.example.com {keys.record(extra="s=web; ")}
gone._domainkey.example.com {keys.record("")}
slow._domainkey.example.com TIMEOUT
broken._domainkey.example.com TXT "v=DKIM1; p=AAAA"
two._domainkey.example.com TXT "v=spf1 -all"
two._domainkey.example.com {keys.record()}
"""


async def check(octets: bytes, clock: HandClock | None = None, zone: str = ZONE) -> DkimFinding:
    return await DkimCheck(ZoneResolver.of(zone), clock or HandClock(now=_now())).check(transaction(octets))


def _now() -> datetime:
    # dkimpy signs with the machine's clock.
    return datetime.fromtimestamp(time.time(), UTC)


async def only(octets: bytes, clock: HandClock | None = None) -> DkimSignature:
    finding = await check(octets, clock)
    assert len(finding.signatures) == 1
    assert finding.result == finding.signatures[0].result
    return finding.signatures[0]


async def test_an_unsigned_message_has_no_signatures() -> None:
    assert await check(keys.MESSAGE) == DkimFinding((), "none")


@pytest.mark.parametrize("header", ["simple", "relaxed"])
@pytest.mark.parametrize("body", ["simple", "relaxed"])
async def test_a_good_signature_passes_in_every_canonicalization(header: str, body: str) -> None:
    found = await only(keys.sign(canonicalize=(header, body)))
    assert (found.result, found.domain, found.selector) == ("pass", "example.com", "s1")
    assert (found.algorithm, found.key_bits, found.covers_body, found.testing) == ("rsa-sha256", 2048, True, False)
    assert found.signed_fields == ("from", "to", "subject", "from")


async def test_ed25519_passes() -> None:
    found = await only(keys.sign_ed25519())
    assert (found.result, found.key_bits) == ("pass", 256)


async def test_relaxed_forgives_white_space_and_simple_does_not() -> None:
    for canonicalization, result in (("relaxed", "pass"), ("simple", "fail")):
        signed = keys.sign(canonicalize=(canonicalization, canonicalization))
        changed = signed.replace(b"Subject: Hello", b"Subject:  Hello").replace(b"Hello  there", b"Hello there")
        assert (await only(changed)).result == result


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Hello  there", b"Hello  Dear"),
        (b"Subject: Hello", b"Subject: Hullo"),
        (b"From: Ada <ada@example.com>", b"From: Eve <eve@example.com>"),
        (b"\r\nFrom: Ada", b"\r\nFrom: eve@example.com\r\nFrom: Ada"),
        (b"Subject: Hello\r\n", b"Subject: Hello\r\nFrom: eve@example.com\r\n"),
        (b"there", b"there\r\nmore"),
    ],
)
async def test_any_change_of_what_is_signed_fails(before: bytes, after: bytes) -> None:
    signed = keys.sign()
    assert before in signed
    assert (await only(signed.replace(before, after))).result == "fail"


async def test_a_second_from_breaks_a_signature_that_did_not_oversign_it() -> None:
    signed = keys.sign(include_headers=[b"from", b"subject"])
    assert (await only(signed.replace(b"Subject:", b"From: eve@example.com\r\nSubject:"))).result == "fail"
    assert (await only(b"From: eve@example.com\r\n" + signed)).result == "fail"


@pytest.mark.parametrize(
    ("selector", "result"),
    [
        ("testing", "pass"),
        ("sha1", "permerror"),
        ("web", "permerror"),
        ("gone", "permerror"),
        ("slow", "temperror"),
        ("broken", "permerror"),
        ("missing", "permerror"),
        ("two", "pass"),
        ("exact", "pass"),
    ],
)
async def test_the_key_record_decides(selector: str, result: str) -> None:
    found = await only(keys.sign(selector=selector))
    assert (found.result, found.testing) == (result, selector == "testing")


async def test_an_identity_below_d_needs_a_key_that_allows_it() -> None:
    assert (await only(keys.sign(selector="exact", identity=b"@a.example.com"))).result == "permerror"
    found = await only(keys.sign(identity=b"x@a.example.com"))
    assert (found.result, found.identity) == ("pass", "x@a.example.com")


async def test_a_short_key_and_sha1_are_refused_by_policy() -> None:
    assert (await only(keys.sign(selector="short", key=keys.RSA_512))).result == "policy"
    assert (await only(keys.sign(algorithm="rsa-sha1"))).result == "policy"


async def test_octets_behind_l_are_seen_as_unsigned() -> None:
    signed = keys.sign(length=True)
    assert (await only(signed)).covers_body
    found = await only(signed + b"Buy now\r\n")
    assert (found.result, found.covers_body) == ("pass", False)


async def test_l_beyond_the_body_is_a_permerror() -> None:
    found = await only(keys.sign(length=True).replace(b"Hello  there", b"Hello"))
    assert found.result == "permerror"


async def test_expired_and_future_signatures_fail_only_by_a_set_clock() -> None:
    signed = keys.sign()
    early = HandClock(now=_now() - timedelta(days=2))
    assert (await only(signed, early)).result == "fail"
    early.synchronised = False
    assert (await only(signed, early)).result == "pass"
    expired = _with_tag(signed, b"x=1; t=0;")
    assert (await only(expired)).reason == "the signature has expired"
    unset = HandClock(now=_now())
    unset.synchronised = False
    assert (await only(expired, unset)).reason == "the signed fields were changed"


def _with_tag(signed: bytes, tags: bytes) -> bytes:
    return re.sub(rb" t=\d+;", b" " + tags, signed, count=1)


@pytest.mark.parametrize(
    "field",
    [
        b"DKIM-Signature: \r\n",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s1; h=to; bh=AAAA; b=AAAA\r\n",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s1; h=from; bh=AAAA; b=AAAA; i=ex.com\r\n",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=legitimate.com'a.attack.com; s=s1; h=from; bh=AAAA; b=AAAA\r\n",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=legitimate.com(.attack.com; s=s1; h=from; bh=AAAA; b=AAAA\r\n",
        b"DKIM-Signature: v=1; v=1; d=example.com; s=s1\r\n",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s1; h=from; bh=AAAA; b=AAAA; l=-1\r\n",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s1; h=from; bh=AAAA; b=AAAA; t=5; x=4\r\n",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=" + b"a." * 200 + b"com; s=s1; h=from; bh=AAAA; b=AAAA\r\n",
        b"DKIM-Signature: \xff\xfe\r\n",
        b"DKIM-Signature: v=1;" + b" " * 9_000 + b"a=rsa-sha256\r\n",
    ],
    ids=lambda value: repr(value)[:24],
)
async def test_a_bad_field_is_a_permerror_and_never_an_exception(field: bytes) -> None:
    assert (await only(field + keys.MESSAGE)).result == "permerror"


async def test_a_domain_that_is_none_is_never_named() -> None:
    found = await only(
        b"DKIM-Signature: v=1; a=rsa-sha256; d=legitimate.com(.attack.com; s=x; h=from; bh=AAAA; b=AAAA\r\n"
        + keys.MESSAGE
    )
    assert found.domain == ""


async def test_only_five_signatures_are_looked_at_and_their_keys_once() -> None:
    signed = keys.sign()
    field = signed[: signed.index(b"From: Ada")]
    resolver = ZoneResolver.of(ZONE)
    finding = await DkimCheck(resolver, HandClock(now=_now())).check(transaction(field * 7 + keys.MESSAGE))
    assert [each.result for each in finding.signatures] == ["pass"] * 5
    assert resolver.asked == [("s1._domainkey.example.com", "TXT")]


async def test_one_pass_among_failures_is_the_result() -> None:
    bad = b"DKIM-Signature: v=1\r\n"
    assert (await check(bad + keys.sign())).result == "pass"


async def test_a_message_that_begins_with_a_folded_line_is_no_exception() -> None:
    assert (await check(b" folded\r\n" + keys.sign())).result in ("fail", "pass")


@pytest.mark.parametrize(
    "header",
    [
        b"".join(b"X-%d: y\r\n" % index for index in range(1_900)),
        b"To: " + b"x" * 900_000 + b"\r\n",
        b"To: " + b" " * 900_000 + b"x\r\n",
        b"To: " + b"x\r\n " * 200_000 + b"x\r\n",
        b"To: " + b"\t " * 400_000 + b"\r\n",
    ],
    ids=lambda value: repr(value)[:24],
)
async def test_a_large_header_does_not_hold_up_the_loop(header: bytes) -> None:
    signed = keys.sign()
    field = signed[: signed.index(b"From: Ada")]
    octets = field * 5 + header + keys.MESSAGE
    longest = await _longest_stall(check(octets))
    assert longest < 1.0


@pytest.mark.parametrize(
    "filling",
    [b" " * 5_000_000, b"\r\n" * 2_500_000, (b" " * 990 + b"\r\n") * 5_000],
    ids=["spaces", "lines", "both"],
)
async def test_a_body_of_white_space_takes_linear_time(filling: bytes) -> None:
    signed = keys.sign()
    head = signed[: signed.index(b"\r\n\r\n") + 4]
    started = time.monotonic()
    await check(head + filling + b"x\r\n")
    assert time.monotonic() - started < 2


async def _longest_stall(work) -> float:
    longest = 0.0
    task = asyncio.get_running_loop().create_task(work)
    last = time.monotonic()
    while not task.done():
        await asyncio.sleep(0)
        longest = max(longest, time.monotonic() - last)
        last = time.monotonic()
    await task
    return longest


_TAGS = st.sampled_from(
    [
        "v=1;",
        "a=rsa-sha256;",
        "d=example.com;",
        "s=s1;",
        "h=from:to;",
        "bh=AAAA;",
        "b=AAAA;",
        "l=9;",
        "i=@example.com;",
        "c=relaxed;",
        "t=1;",
        "x=9;",
        "q=dns/txt;",
        "d=",
        "b=",
        ";",
        " ",
        "=",
        "\r\n ",
        "\u00e9",
        "(",
        "@",
        "h=:;",
        "s=ed;",
        "a=ed25519-sha256;",
    ]
)


@given(st.lists(_TAGS, max_size=25).map("".join))
async def test_no_signature_field_raises_and_none_of_them_passes(value: str) -> None:
    octets = b"DKIM-Signature: " + value.encode() + b"\r\n" + keys.MESSAGE
    assert (await check(octets)).result not in ("pass", "none")


def test_a_glance_knows_that_nothing_is_signed_and_nothing_else() -> None:
    check = DkimCheck(ZoneResolver.of(ZONE), HandClock())
    assert check.glance(transaction(keys.MESSAGE)) == DkimFinding((), "none")
    assert check.glance(transaction(b"dkim-signature: x\r\n" + keys.MESSAGE)) is None
