from __future__ import annotations

from gateway.core.case import Policy
from gateway.pipeline.routes import DomainRoute, Routes
from tests.support.values import recipient

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
