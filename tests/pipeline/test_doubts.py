from __future__ import annotations

import pytest

from gateway.core.verdict import Action
from gateway.pipeline.doubts import with_doubts
from tests.support.pipeline import FakeDirectory, Log, judgement

DOMAINS = frozenset({"office.example"})


async def actions(verdicts: dict[str, Action], **log: set[str]) -> list[tuple[Action, str]]:
    made = await with_doubts(judgement(verdicts), FakeDirectory(Log(**log)), DOMAINS)  # type: ignore[arg-type]  # fields of the log
    return [(verdict.action, verdict.reasons[0].name) for verdict in made.verdicts]


@pytest.mark.parametrize("action", [Action.ACCEPT, Action.MARK])
async def test_mail_for_nobody_is_held_and_says_why(action: Action) -> None:
    found = await actions({"eve@office.example": action, "bob@office.example": action}, doubted={"eve@office.example"})
    assert found == [(Action.QUARANTINE, "recipient-unknown"), (action, "score-reject")]


@pytest.mark.parametrize("action", [Action.QUARANTINE, Action.REJECT, Action.DEFER])
async def test_what_is_not_delivered_anyway_keeps_its_reason(action: Action) -> None:
    found = await actions({"eve@office.example": action}, doubted={"eve@office.example"})
    assert found == [(action, "score-reject")]


async def test_domains_without_that_setting_are_not_asked_about() -> None:
    whole = judgement({"eve@shop.example": Action.ACCEPT})
    assert await with_doubts(whole, FakeDirectory(Log(doubted={"eve@shop.example"})), DOMAINS) is whole
