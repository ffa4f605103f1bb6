from __future__ import annotations

import pytest

from gateway.core.reply import Reply
from gateway.delivery.mx import NAMES_MAXIMUM, NO_ADDRESS, NO_DOMAIN, NULL_MX, TARGETS_MAXIMUM, MxHosts, Reach
from gateway.delivery.opener import LOOP
from gateway.delivery.way import NoLink, Target
from tests.support.zone import ZoneResolver

OURS = "203.0.113.5"


def backwards(names: list[str]) -> None:
    names.reverse()


REACH = Reach(lambda address: address == OURS, backwards)


async def find(zone: str, domain: str = "partner.example") -> tuple[Target, ...] | NoLink:
    return await MxHosts(domain, "mx.office.example", ZoneResolver.of(zone), REACH).find()


async def wheres(zone: str) -> list[str]:
    found = await find(zone)
    assert not isinstance(found, NoLink), found
    return [target.where for target in found]


async def refusal(zone: str) -> Reply | None:
    found = await find(zone)
    assert isinstance(found, NoLink), found
    assert found.ending.is_ours
    return found.ending.reply


async def test_servers_come_by_preference_and_ipv4_before_ipv6() -> None:
    zone = """
    partner.example MX 20 b.partner.example
    partner.example MX 10 a.partner.example
    a.partner.example A 192.0.2.1
    a.partner.example AAAA 2001:db8::1
    b.partner.example A 192.0.2.2
    """
    found = await find(zone)
    assert not isinstance(found, NoLink)
    assert [each.where for each in found] == ["192.0.2.1:25", "[2001:db8::1]:25", "192.0.2.2:25"]
    assert found[1] == Target("[2001:db8::1]:25", "a.partner.example", "a.partner.example[2001:db8::1]:25")


async def test_servers_of_one_preference_are_mixed_and_never_across_preferences() -> None:
    zone = "".join(
        f"partner.example MX {preference} {name}.partner.example\n{name}.partner.example A 192.0.2.{number}\n"
        for number, (preference, name) in enumerate([(10, "a"), (10, "b"), (20, "c"), (20, "d")])
    )
    assert await wheres(zone) == ["192.0.2.1:25", "192.0.2.0:25", "192.0.2.3:25", "192.0.2.2:25"]


async def test_without_mx_the_domain_itself_is_its_server() -> None:
    assert await wheres("partner.example A 192.0.2.1") == ["192.0.2.1:25"]


@pytest.mark.parametrize(
    ("zone", "reply"),
    [
        ("partner.example MX 0 .", NULL_MX),
        ("other.example A 192.0.2.1", NO_DOMAIN),
        ('partner.example TXT "v=spf1 -all"', NO_DOMAIN),
        ("partner.example MX 10 gone.partner.example", NO_ADDRESS),
        ("partner.example MX 10 a.partner.example\na.partner.example A 0.0.0.0", NO_ADDRESS),
    ],
)
async def test_what_dns_says_for_good_is_a_refusal(zone: str, reply: Reply) -> None:
    assert await refusal(zone) == reply


async def test_a_null_mx_beside_others_says_nothing() -> None:
    """RFC 7505 §3: it stands alone or not at all."""
    zone = "partner.example MX 0 .\npartner.example MX 10 a.partner.example\na.partner.example A 192.0.2.1"
    assert await wheres(zone) == ["192.0.2.1:25"]


@pytest.mark.parametrize(
    "zone",
    [
        "partner.example SERVFAIL",
        "partner.example TIMEOUT MX",
        "partner.example MX 10 a.partner.example\na.partner.example SERVFAIL",
        'partner.example TXT "x"\npartner.example SERVFAIL A AAAA',
    ],
)
async def test_dns_that_fails_is_a_reason_to_wait(zone: str) -> None:
    found = await find(zone)
    assert isinstance(found, NoLink)
    assert (found.ending.is_ours, found.ending.reply) == (False, None)
    assert "DNS does not answer for partner.example" in found.ending.failure


async def test_one_server_that_can_not_be_looked_up_leaves_the_others() -> None:
    zone = """
    partner.example MX 10 a.partner.example
    partner.example MX 20 b.partner.example
    a.partner.example SERVFAIL
    b.partner.example A 192.0.2.2
    b.partner.example SERVFAIL AAAA
    """
    assert await wheres(zone) == ["192.0.2.2:25"]


@pytest.mark.parametrize(
    "zone",
    [
        "partner.example MX 10 mx.office.example\nmx.office.example A 198.51.100.1",
        f"partner.example MX 10 a.partner.example\na.partner.example A {OURS}",
        f"partner.example A {OURS}",
        f"partner.example MX 5 a.partner.example\npartner.example MX 10 b.partner.example\n"
        f"a.partner.example A {OURS}\nb.partner.example A 192.0.2.2",
    ],
)
async def test_a_domain_whose_best_server_is_ourselves_is_a_loop(zone: str) -> None:
    assert await refusal(zone) == LOOP


async def test_where_we_are_listed_only_better_servers_may_be_tried() -> None:
    zone = f"""
    partner.example MX 5 a.partner.example
    partner.example MX 10 b.partner.example
    partner.example MX 10 mx.office.example
    partner.example MX 20 c.partner.example
    a.partner.example A 192.0.2.1
    b.partner.example A 192.0.2.2
    mx.office.example A {OURS}
    c.partner.example A 192.0.2.3
    """
    assert await wheres(zone) == ["192.0.2.1:25"]


async def test_a_domain_of_a_thousand_servers_costs_a_few_look_ups() -> None:
    names = [f"h{number}.partner.example" for number in range(1000)]
    zone = "".join(f"partner.example MX {number} {name}\n" for number, name in enumerate(names))
    resolver = ZoneResolver.of(zone)
    await MxHosts("partner.example", "mx.office.example", resolver, REACH).find()
    assert len(resolver.asked) <= 1 + 2 * NAMES_MAXIMUM
    crowded = zone + "".join(f"h0.partner.example A 192.0.2.{number}\n" for number in range(100))
    assert len(await wheres(crowded)) == TARGETS_MAXIMUM
