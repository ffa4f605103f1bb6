from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.core.envelope import Notify, Transaction
from gateway.core.verdict import Action
from gateway.pipeline.parcels import is_postmaster
from tests.support.pipeline import Log, judgement, means
from tests.support.values import ORDINARY, recipient, transaction


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


@pytest.mark.parametrize(
    ("relay_client", "asked"), [(None, {Notify.FAILURE}), ("exchange", {Notify.SUCCESS, Notify.FAILURE})]
)
async def test_only_who_may_relay_is_told_of_success(relay_client: str | None, asked: set[Notify]) -> None:
    whole = transaction(ORDINARY, recipients=("a@office.example",), relay_client=relay_client)
    named = replace(whole.envelope.recipients[0], notify=frozenset({Notify.SUCCESS, Notify.FAILURE}))
    whole = replace(whole, envelope=replace(whole.envelope, recipients=(named,)))
    (parcel,) = await means(Log()).parcels.of(judgement({"a@office.example": Action.ACCEPT}, whole), lambda _: True)
    assert parcel.consignment.envelope.recipients[0].notify == asked


async def test_only_wanted_verdicts_are_packed() -> None:
    verdicts = {"a@office.example": Action.ACCEPT, "b@office.example": Action.REJECT}
    parcels = await means(Log()).parcels.of(judgement(verdicts), lambda verdict: verdict.action is Action.REJECT)
    assert [each.positions for each in parcels] == [(1,)]


async def test_an_accepted_recipient_without_a_route_is_a_fault_not_a_loss() -> None:
    with pytest.raises(LookupError):
        await means(Log()).parcels.of(
            judgement({"a@other.example": Action.ACCEPT}, transaction(recipients=("a@other.example",))),
            lambda verdict: True,
        )


def test_postmaster_is_known_in_any_case_and_domain() -> None:
    assert is_postmaster(recipient("PostMaster@shop.example"))
    assert is_postmaster(recipient("postmaster"))
    assert not is_postmaster(recipient("postmaster2@shop.example"))


def outgoing(*recipients: str, sender: str = "ann@office.example") -> Transaction:
    octets = b"X-Poterne-Verdict: word spam\r\n" + ORDINARY
    return transaction(octets, recipients=recipients, sender=sender, relay_client="exchange")


async def test_what_leaves_goes_by_the_queue_and_says_nothing_of_how_it_was_judged() -> None:
    verdicts = {"eve@partner.example": Action.MARK, "bob@office.example": Action.ACCEPT}
    parcels = await means(Log()).parcels.of(judgement(verdicts, outgoing(*verdicts)), lambda verdict: True)
    out, inside = parcels
    assert (out.consignment.lane, out.cut_through, inside.cut_through) == ("mx:partner.example", False, True)
    octets = b"".join(out.consignment.octets())
    assert b"X-Poterne" not in octets
    assert b"Authentication-Results" not in octets
    assert octets.startswith(b"Received: ")
    assert b"X-Poterne-Id" in b"".join(inside.consignment.octets())


async def test_each_parcel_knows_who_may_be_told_of_its_fate() -> None:
    verdicts = {"eve@partner.example": Action.ACCEPT, "bob@office.example": Action.ACCEPT}
    whole = outgoing(*verdicts)
    parcels = await means(Log()).parcels.of(judgement(verdicts, whole), lambda verdict: True)
    assert [each.consignment.origin.is_proven for each in parcels] == [True, True]
    forwarded = outgoing("bob@office.example", sender="stranger@sender.example")
    (parcel,) = await means(Log()).parcels.of(
        judgement({"bob@office.example": Action.ACCEPT}, forwarded), lambda _: True
    )
    assert parcel.consignment.origin.relay_client == "exchange"
    assert not parcel.consignment.origin.is_proven
