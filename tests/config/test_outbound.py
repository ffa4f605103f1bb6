import base64
from dataclasses import replace

import pytest

from gateway.config.load import parse
from gateway.config.outbound import outbound_remarks
from gateway.config.schema import (
    BackendTls,
    OutboundRoute,
    RelayClient,
    Settings,
    SmartHost,
    SmartHostAuth,
    SmartHostTls,
)

GOOD = Settings("mx.office.example", "it@office.example")
HOST = SmartHost("smtp.provider.example", auth=SmartHostAuth("office", "smarthost"))
PIN = base64.b64encode(bytes(32)).decode()
TEXT = b"""
hostname = "mx.office.example"
postmaster = "it@office.example"
[backend.x]
hosts = ["10.0.0.9:25"]
[domain."office.example"]
backend = "x"
[[relay_client]]
name = "copier"
addresses = ["10.0.0.50"]
sender_addresses = ["Scan@B\xc3\xbcro.example"]
max_messages_per_hour = 60
[[outbound_route]]
recipient_domains = ["Partner.example"]
next_hop = "direct"
tls = { mode = "verify" }
[[outbound_route]]
sender_domains = ["office.example"]
next_hop = "smart_host"
[outbound_route.smart_host]
host = "smtp.provider.example"
port = 465
auth = { mechanism = "login", user = "office", secret = "smarthost" }
[[outbound_route]]
next_hop = "direct"
"""


def routes(*each: OutboundRoute) -> Settings:
    return replace(GOOD, outbound_route=each)


def via(host: SmartHost) -> OutboundRoute:
    return OutboundRoute("smart_host", smart_host=host)


def paths(settings: Settings) -> list[tuple[str | int, ...]]:
    return [remark.path for remark in outbound_remarks(settings)]


def test_the_routes_of_the_reference_are_read_whole() -> None:
    partner, provider, rest = parse(TEXT, "f").outbound_route
    assert (partner.recipient_domains, partner.tls.mode) == (("partner.example",), "verify")
    assert provider.smart_host == SmartHost(
        "smtp.provider.example", 465, auth=SmartHostAuth("office", "smarthost", "login")
    )
    assert provider.smart_host.tls == SmartHostTls("verify", (), None)
    assert rest == OutboundRoute()


def test_sender_addresses_are_compared_in_one_form() -> None:
    assert parse(TEXT, "f").relay_client[0].sender_addresses == ("Scan@xn--bro-hoa.example",)


def test_good_routes_have_no_remarks() -> None:
    assert paths(routes(OutboundRoute(recipient_domains=("a.example",)), via(HOST))) == []
    assert paths(routes(via(replace(HOST, tls=SmartHostTls("require", (PIN,)))))) == []
    assert paths(routes(via(SmartHost("10.0.0.1", 25, tls=SmartHostTls("none"))))) == []
    assert paths(routes(OutboundRoute(sender_domains=("a.example",), smart_host=HOST, next_hop="smart_host"))) == []


@pytest.mark.parametrize(
    ("route", "path"),
    [
        (OutboundRoute(recipient_domains=("no domain",)), ("recipient_domains", 0)),
        (OutboundRoute(sender_domains=("192.0.2.1",)), ("sender_domains", 0)),
        (OutboundRoute("smart_host"), ("smart_host",)),
        (OutboundRoute("direct", smart_host=HOST), ("smart_host",)),
        (replace(via(HOST), tls=BackendTls("verify")), ("tls",)),
        (OutboundRoute(tls=BackendTls("opportunistic", (PIN,))), ("tls", "mode")),
        (OutboundRoute(tls=BackendTls("require", ("x",))), ("tls", "pin_sha256", 0)),
        (via(replace(HOST, host="a b")), ("smart_host", "host")),
        (via(replace(HOST, name="a b")), ("smart_host", "name")),
        (via(replace(HOST, tls=SmartHostTls("none"))), ("smart_host", "tls", "mode")),
        (via(replace(HOST, tls=SmartHostTls("opportunistic"))), ("smart_host", "tls", "mode")),
        (via(SmartHost("h.example", tls=SmartHostTls("none", implicit=True))), ("smart_host", "tls", "implicit")),
        (via(replace(HOST, auth=SmartHostAuth("", "s"))), ("smart_host", "auth", "user")),
        (via(replace(HOST, auth=SmartHostAuth("u", "../s"))), ("smart_host", "auth", "secret")),
    ],
)
def test_what_makes_no_sense_is_named_by_its_key(route: OutboundRoute, path: tuple[str | int, ...]) -> None:
    assert paths(routes(route)) == [("outbound_route", 0, *path)]


def test_a_route_behind_one_that_takes_everything_is_never_reached() -> None:
    assert paths(routes(OutboundRoute(), via(HOST))) == [("outbound_route", 1)]


def test_two_smart_hosts_of_one_host_need_names() -> None:
    other = replace(HOST, auth=SmartHostAuth("branch", "branch"))
    first = replace(via(HOST), sender_domains=("a.example",))
    assert paths(routes(first, via(other))) == [("outbound_route", 1, "smart_host", "name")]
    assert paths(routes(first, via(replace(other, name="branch")))) == []


def test_an_address_that_is_none_cannot_send() -> None:
    client = RelayClient("r", ("10.0.0.9",), sender_addresses=("scan@office.example", "scan"))
    assert paths(replace(GOOD, relay_client=(client,))) == [("relay_client", 0, "sender_addresses", 1)]
