from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.core.case import Policy
from gateway.pipeline.routes import DomainRoute, Routes, WayOut
from tests.support.values import recipient, reverse_path

STRICT = Policy(mark_at=1.0)
ROUTES = Routes(
    {"office.example": DomainRoute("backend:exchange", STRICT)}, recipient("it@office.example").forward_path
)


def test_a_recipient_goes_by_its_domain() -> None:
    route = ROUTES.of(recipient("bob@OFFICE.example"))
    assert route is not None
    assert route.lane == "backend:exchange"
    assert ROUTES.of(recipient("bob@other.example")) is None


def test_the_bare_postmaster_goes_to_the_postmaster() -> None:
    assert str(ROUTES.addressed(recipient("postmaster"))) == "it@office.example"
    assert ROUTES.of(recipient("postmaster")) is not None
    assert str(ROUTES.addressed(recipient("bob@office.example"))) == "bob@office.example"


def test_each_domain_has_its_policy_and_a_foreign_one_the_defaults() -> None:
    assert ROUTES.policy_of(recipient()) is STRICT
    assert ROUTES.policy_of(recipient("x@other.example")) == Policy()


WAYS = (
    WayOut(recipient_domains=frozenset({"partner.example"})),
    WayOut(sender_domains=frozenset({"office.example"}), smart_host="provider"),
    WayOut(sender_domains=frozenset({"shop.example"}), smart_host="other"),
)


@pytest.mark.parametrize(
    ("sender", "to", "lane"),
    [
        ("ann@office.example", "eve@partner.example", "mx:partner.example"),
        ("ann@office.example", "eve@else.example", "smart_host:provider"),
        ("ann@shop.example", "eve@else.example", "smart_host:other"),
        ("ann@unknown.example", "eve@else.example", None),
        ("", "eve@partner.example", "mx:partner.example"),
        ("", "eve@else.example", "smart_host:provider"),
        ("ann@office.example", "bob@office.example", "backend:exchange"),
    ],
)
def test_the_first_route_that_matches_wins(sender: str, to: str, lane: str | None) -> None:
    assert replace(ROUTES, ways_out=WAYS).lane_of(reverse_path(sender), recipient(to)) == lane


def test_a_notice_prefers_a_route_for_all_senders() -> None:
    routes = replace(ROUTES, ways_out=(*WAYS[1:], WayOut()))
    assert routes.lane_of(reverse_path(""), recipient("eve@else.example")) == "mx:else.example"


def test_without_routes_there_is_no_way_out() -> None:
    assert (
        replace(ROUTES, ways_out=()).lane_out(reverse_path("ann@office.example"), recipient("e@else.example")) is None
    )
