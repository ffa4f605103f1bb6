"""The reverse name counts only when it leads back to the address (RFC 8601 §3)."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from gateway.checks.reverse import NAMES_MAXIMUM, ReverseNameCheck
from gateway.core.envelope import IPAddress
from gateway.core.finding import ReverseNameFinding
from tests.support.tableresolver import TableResolver
from tests.support.values import client

IP = ip_address("192.0.2.7")
POINTER = ("7.2.0.192.in-addr.arpa", "PTR")


async def found(resolver: TableResolver, ip: IPAddress = IP) -> ReverseNameFinding:
    return await ReverseNameCheck(resolver).check(client(ip=ip))


async def test_a_name_that_leads_back_is_proven() -> None:
    resolver = TableResolver(
        {POINTER: ("Mail.Sender.Example.",), ("mail.sender.example", "A"): ("198.51.100.1", "192.0.2.7")}
    )
    assert await found(resolver) == ReverseNameFinding("pass", "mail.sender.example")


async def test_a_name_that_leads_elsewhere_is_not_passed_on() -> None:
    resolver = TableResolver({POINTER: ("mail.bank.example",), ("mail.bank.example", "A"): ("198.51.100.1",)})
    assert await found(resolver) == ReverseNameFinding("fail", None)


async def test_a_name_that_does_not_exist_fails() -> None:
    assert await found(TableResolver({POINTER: ("nowhere.example",)})) == ReverseNameFinding("fail", None)


async def test_no_name_is_a_permerror() -> None:
    assert await found(TableResolver({})) == ReverseNameFinding("permerror", None)


async def test_dns_failures_are_temperrors_never_a_pass_or_a_fail() -> None:
    assert await found(TableResolver({}, failing=(POINTER[0],))) == ReverseNameFinding("temperror", None)
    resolver = TableResolver({POINTER: ("mail.sender.example",)}, failing=("mail.sender.example",))
    assert await found(resolver) == ReverseNameFinding("temperror", None)


async def test_one_failing_name_does_not_hide_a_proven_one() -> None:
    table = {POINTER: ("broken.example", "mail.sender.example"), ("mail.sender.example", "A"): ("192.0.2.7",)}
    assert (await found(TableResolver(table, failing=("broken.example",)))).hostname == "mail.sender.example"


async def test_ipv6_is_compared_as_an_address_not_as_text() -> None:
    ip = ip_address("2001:db8::7")
    table = {(ip.reverse_pointer, "PTR"): ("six.example",), ("six.example", "AAAA"): ("2001:0db8:0:0::0007",)}
    assert await found(TableResolver(table), ip) == ReverseNameFinding("pass", "six.example")


async def test_a_mapped_address_is_the_ipv4_address() -> None:
    resolver = TableResolver({POINTER: ("mail.sender.example",), ("mail.sender.example", "A"): ("192.0.2.7",)})
    assert (await found(resolver, ip_address("::ffff:192.0.2.7"))).result == "pass"


async def test_not_more_than_ten_names_are_asked() -> None:
    names = tuple(f"n{number}.example" for number in range(50))
    resolver = TableResolver({POINTER: names, ("n49.example", "A"): ("192.0.2.7",)})
    assert (await found(resolver)).result == "fail"
    assert len(resolver.asked) == 1 + NAMES_MAXIMUM


@pytest.mark.parametrize(
    "name",
    [
        "a\r\nX: y.example",
        "a b.example",
        "[red].example",
        "a..example",
        "x" * 64 + ".example",
        "é.example",
        "",
        "a." * 130 + "b",
    ],
)
async def test_a_name_that_is_no_host_name_is_never_asked_nor_shown(name: str) -> None:
    resolver = TableResolver({POINTER: (name,), (name, "A"): ("192.0.2.7",)})
    assert await found(resolver) == ReverseNameFinding("fail", None)
    assert len(resolver.asked) == 1
