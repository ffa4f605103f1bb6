from __future__ import annotations

import pytest

from gateway.core.verdict import Action
from gateway.pipeline.parcels import is_postmaster
from tests.support.pipeline import Log, judgement, means
from tests.support.values import recipient


async def test_one_parcel_for_each_lane_and_verdict_in_the_order_of_the_envelope() -> None:
    verdicts = {
        "a@office.example": Action.ACCEPT,
        "b@shop.example": Action.ACCEPT,
        "c@office.example": Action.ACCEPT,
        "d@office.example": Action.MARK,
    }
    parcels = await means(Log()).parcels.of(judgement(verdicts), lambda verdict: True)
    assert [(each.consignment.lane, each.positions) for each in parcels] == [
        ("backend:exchange", (0, 2)),
        ("backend:dovecot", (1,)),
        ("backend:exchange", (3,)),
    ]


async def test_only_wanted_verdicts_are_packed() -> None:
    verdicts = {"a@office.example": Action.ACCEPT, "b@office.example": Action.REJECT}
    parcels = await means(Log()).parcels.of(judgement(verdicts), lambda verdict: verdict.action is Action.REJECT)
    assert [each.positions for each in parcels] == [(1,)]


async def test_an_accepted_recipient_without_a_route_is_a_fault_not_a_loss() -> None:
    with pytest.raises(LookupError):
        await means(Log()).parcels.of(judgement({"a@other.example": Action.ACCEPT}), lambda verdict: True)


def test_postmaster_is_known_in_any_case_and_domain() -> None:
    assert is_postmaster(recipient("PostMaster@shop.example"))
    assert is_postmaster(recipient("postmaster"))
    assert not is_postmaster(recipient("postmaster2@shop.example"))
