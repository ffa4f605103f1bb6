"""SPF as a check: identities, trouble, and the limits that keep it cheap. The rules are in the public suite."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.checks.spf import SpfCheck
from gateway.core.envelope import SMTP_HIDDEN_ORIGIN_DOOR
from gateway.core.finding import SpfFinding
from gateway.net.dns import Answer
from tests.support.mail import transaction
from tests.support.zone import ZoneResolver

ZONE = """
example.com TXT "v=spf1 ip4:192.0.2.1 -all exp=why.example.com"
why.example.com TXT "ask %{d} about %{i}"
mail.helo.example TXT "v=spf1 a -all"
mail.helo.example A 192.0.2.1
soft.example TXT "v=spf1 ~all"
slow.example TIMEOUT
includes.example TXT "v=spf1 include:slow.example -all"
mx.example TXT "v=spf1 mx -all"
mx.example MX 10 a.mx.example.
mx.example MX 20 b.mx.example.
a.mx.example A 192.0.2.7
b.mx.example A 192.0.2.1
loop.example TXT "v=spf1 include:loop.example -all"
void.example TXT "v=spf1 a:v1.example a:v2.example a:v3.example -all"
"""


async def check(zone: str = ZONE, **envelope: object) -> SpfFinding:
    return await SpfCheck(ZoneResolver.of(zone)).check(transaction(**envelope))


async def test_the_reverse_path_is_checked() -> None:
    assert await check() == SpfFinding("pass", "example.com", "mailfrom")


async def test_the_owners_explanation_comes_with_a_failure() -> None:
    assert await check(ip="192.0.2.2") == SpfFinding(
        "fail", "example.com", "mailfrom", "ask example.com about 192.0.2.2"
    )


async def test_helo_is_checked_for_the_null_reverse_path() -> None:
    assert await check(mail_from="", helo="Mail.Helo.Example") == SpfFinding("pass", "mail.helo.example", "helo")


@pytest.mark.parametrize("helo", ["", "localhost", "[192.0.2.1]", "a..b", "\x00", "x" * 300, "%{i}", "ü.example"])
async def test_a_strange_helo_is_no_policy_and_no_exception(helo: str) -> None:
    assert (await check(mail_from="", helo=helo)).result == "none"


async def test_a_hidden_origin_has_no_result_and_asks_nothing() -> None:
    resolver = ZoneResolver.of(ZONE)
    finding = await SpfCheck(resolver).check(transaction(door=SMTP_HIDDEN_ORIGIN_DOOR))
    assert (finding.result, resolver.asked) == ("none", [])


@pytest.mark.parametrize(
    ("domain", "result"),
    [
        ("soft.example", "softfail"),
        ("nothing.example", "none"),
        ("slow.example", "temperror"),
        ("includes.example", "temperror"),
        ("mx.example", "pass"),
        ("loop.example", "permerror"),
        ("void.example", "permerror"),
    ],
)
async def test_results(domain: str, result: str) -> None:
    assert (await check(mail_from=f"a@{domain}")).result == result


async def test_a_quoted_local_part_with_an_at_does_not_move_the_domain() -> None:
    finding = await check(mail_from='"x@soft.example"@example.com', ip="192.0.2.2")
    assert (finding.result, finding.domain) == ("fail", "example.com")


async def test_an_ipv6_client_and_a_mapped_one() -> None:
    zone = 'a.example TXT "v=spf1 ip6:2001:db8::/32 ip4:192.0.2.9 -all"'
    assert (await check(zone, mail_from="x@a.example", ip="2001:db8::1")).result == "pass"
    assert (await check(zone, mail_from="x@a.example", ip="::ffff:192.0.2.9")).result == "pass"
    assert (await check(zone, mail_from="x@a.example", ip="2001:db9::1")).result == "fail"


async def test_evaluations_side_by_side_do_not_see_each_others_answers() -> None:
    resolver = ZoneResolver.of(ZONE)
    spf = SpfCheck(resolver)
    domains = ["example.com", "soft.example", "mx.example", "nothing.example"] * 5
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(spf.check(transaction(mail_from=f"a@{domain}"))) for domain in domains]
    assert [task.result().result for task in tasks] == ["pass", "softfail", "pass", "none"] * 5


async def test_a_silent_dns_ends_in_a_temperror() -> None:
    class Silent:
        async def lookup(self, name: str, kind: str) -> Answer:
            await asyncio.Event().wait()
            return Answer(())

    finding = await SpfCheck(Silent(), timeout_seconds=0.05).check(transaction())
    assert finding.result == "temperror"


async def test_a_name_is_asked_for_once() -> None:
    resolver = ZoneResolver.of(ZONE)
    await SpfCheck(resolver).check(transaction(mail_from="a@mx.example"))
    assert len(resolver.asked) == len(set(resolver.asked))


def _strings(text: str) -> str:
    return " ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200))


@pytest.mark.parametrize(
    "policy",
    [
        "v=spf1 " + "ip4:192.0.2.2 " * 550 + "-all",
        "v=spf1 " + "ip6:2001:db8::1 " * 900 + "-all",
        "v=spf1 " + "%{l1r+-/_=.}" * 1_300,
        "v=spf1 exists:" + "%{d}." * 3_000 + "example",
        "v=spf1 a:" + "x" * 15_000 + ".example -all",
        "v=spf1 " + "a" * 60_000,
        "v=spf1 " + "x=%" * 5_000,
        "v=spf1 include:" + "a." * 7_000 + "b",
    ],
    ids=lambda value: repr(value)[:24],
)
async def test_no_policy_takes_long(policy: str) -> None:
    started = time.monotonic()
    finding = await check(f"big.example TXT {_strings(policy)}", mail_from="a.b-c@big.example")
    assert time.monotonic() - started < 1
    assert finding.result in ("fail", "permerror", "neutral", "none")


async def test_the_most_expensive_policy_allowed_stays_bounded() -> None:
    lines = ['big.example TXT "v=spf1 ' + " ".join(f"mx:m{index}.example" for index in range(12)) + ' -all"']
    for index in range(12):
        lines += [f"m{index}.example MX {host} h{host}.m{index}.example." for host in range(10)]
        lines += [f"h{host}.m{index}.example A 198.51.100.{host}" for host in range(10)]
    started = time.monotonic()
    finding = await check("\n".join(lines), mail_from="a@big.example")
    assert finding.result == "permerror"
    assert time.monotonic() - started < 2


async def test_many_large_policies_together_stay_bounded() -> None:
    heavy = " ".join("?exists:" + "%{d}." * 70 + f"h{index}.example" for index in range(18))
    lines = ["big.example TXT " + _strings("v=spf1 " + " ".join(f"include:i{index}.example" for index in range(10)))]
    lines += [f"i{index}.example TXT " + _strings(f"v=spf1 mx {heavy}") for index in range(10)]
    started = time.monotonic()
    finding = await check("\n".join(lines), mail_from="a@big.example")
    assert finding.result == "permerror"
    assert time.monotonic() - started < 3


async def test_a_long_explanation_is_no_work_either() -> None:
    zone = 'a.example TXT "v=spf1 -all exp=e.example"\ne.example TXT ' + _strings("%{d}." * 9_000)
    started = time.monotonic()
    assert (await check(zone, mail_from="x@a.example")).result == "fail"
    assert time.monotonic() - started < 0.5


async def test_a_large_honest_policy_is_still_read() -> None:
    policy = "v=spf1 " + "ip4:198.51.100.7 " * 400 + "ip4:192.0.2.1 -all"
    assert (await check("a.example TXT " + _strings(policy), mail_from="x@a.example")).result == "pass"


@pytest.mark.parametrize(
    "policy", ["v=spf1 ?exists:" + "%{d}." * 90 + "x ?all", "v=spf1 " + "?ip4:192.0.2.7 " * 600 + "?all"]
)
async def test_a_term_or_record_beyond_the_limit_is_a_permerror_before_pyspf_reads_it(policy: str) -> None:
    finding = await check("a.example TXT " + _strings(policy), mail_from="x@a.example")
    assert finding.result == "permerror"
    assert "too long" in finding.explanation


_TERMS = st.sampled_from(
    [
        "a",
        "mx",
        "ptr",
        "all",
        "-all",
        "include:",
        "exists:",
        "redirect=",
        "exp=",
        "%{",
        "}",
        "%",
        "d",
        "1r-",
        ":",
        "/",
        "32",
        "//128",
        "ip4:",
        "ip6:",
        "192.0.2.1",
        "::1",
        "example.com",
        ".",
        "=",
        "+",
        "?",
        " ",
        "\u00e9",
        "\\",
    ]
)


@given(st.lists(_TERMS, max_size=20).map("".join))
async def test_no_policy_raises(policy: str) -> None:
    zone = ZoneResolver.of("example.com A 192.0.2.1")
    zone.zone.put("a.example", "TXT", '"v=spf1 ' + policy.replace("\\", "\\\\").replace("é", "\\233") + '"')
    finding = await SpfCheck(zone).check(transaction(mail_from="x@a.example"))
    assert finding.result in ("none", "neutral", "pass", "fail", "softfail", "temperror", "permerror")
