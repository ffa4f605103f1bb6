from __future__ import annotations

from gateway.config.schema import Backend
from gateway.core.outcome import Result
from gateway.delivery.base import Delivery
from gateway.delivery.cutthrough import CutThrough
from gateway.delivery.piecemeal import Piecemeal
from tests.support.exchange import PROXY_DOWN_SILENT
from tests.support.hops import consignment, office
from tests.support.nexthop import Profile, running

ALICE, BOB, CAROL = (f"{name}@office.example" for name in ("alice", "bob", "carol"))


async def test_one_full_mailbox_holds_back_nobody_else() -> None:
    profile = Profile(recipients={BOB: "452 4.2.2 Mailbox full", CAROL: "550 5.1.1 gone"})
    async with running(profile) as hop, office(Backend((hop.address,))) as at:
        delivery: Delivery = Piecemeal(CutThrough(at.lanes))
        attempt = await delivery.attempt(consignment(ALICE, BOB, CAROL), at.deadline())
        results = [outcome.result for outcome in await attempt.late()]
        assert results == [Result.DELIVERED, Result.DEFERRED, Result.REFUSED_RECIPIENT]
        assert hop.messages[0].recipients == (ALICE,)


async def test_if_everybody_must_wait_no_content_is_sent() -> None:
    async with running(Profile(recipient="452 4.2.2 full")) as hop, office(Backend((hop.address,))) as at:
        attempt = await Piecemeal(CutThrough(at.lanes)).attempt(consignment(ALICE, BOB), at.deadline())
        assert [outcome.result for outcome in attempt.outcomes] == [Result.DEFERRED] * 2
        assert "DATA" not in hop.commands


async def test_a_hurry_ends_its_waiting_in_doubt() -> None:
    async with running(PROXY_DOWN_SILENT) as hop, office(Backend((hop.address,))) as at:
        cut_through = CutThrough(at.lanes)
        trying = at.tasks.create_task(Piecemeal(cut_through).attempt(consignment(), at.deadline(300)))
        await hop.wait_for(".")
        cut_through.hurry()
        assert [outcome.result for outcome in (await trying).outcomes] == [Result.IN_DOUBT]
