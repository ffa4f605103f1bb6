"""The lists of a gateway at work: a message that is blocked, allowed, replayed, and a sender that is learned."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.app.rules_desk import GatewayRules
from gateway.config.schema import DomainSettings, PolicySettings, Settings
from gateway.control.client import DeniedError
from gateway.control.params import MessageQuery, OneMessage
from gateway.control.protocol import (
    HISTORY_FORGET,
    MESSAGES_LIST,
    MESSAGES_SHOW,
    RULES_ALLOW,
    RULES_BLOCK,
    RULES_CURES,
    RULES_LIST,
    RULES_UNDO,
)
from gateway.control.rulesdesk import CantList, Trial
from gateway.control.rulesparams import DraftRule, RuleQuery, UndoRule
from gateway.control.workparams import ForgetAddress
from gateway.core.listentry import ListChange
from gateway.core.record import Disposition, WeighedReason
from tests.support.household import Household, household
from tests.support.lists import NOW, draft
from tests.support.storage import Opened, opened, record

SETTINGS = Settings(
    hostname="mx.office.example",
    postmaster="it@office.example",
    domain={"office.example": DomainSettings("x"), "shop.example": DomainSettings("x", "strict")},
    policy={"standard": PolicySettings(), "strict": PolicySettings(3.0, 4.0, 5.0)},
)
TO = "bob@office.example"


def rules(it: Opened) -> GatewayRules:
    return GatewayRules(it.store.lists, it.store.history, lambda: SETTINGS, it.clock)


def fill(it: Opened, number: int, every: int = 1) -> None:
    """Messages of the last days, one a minute; each `every`th is from the one whom the rules are about."""
    for each in range(number):
        address = "ann@sender.example" if each % every == 0 else f"a{each}@other.example"
        held = each % (2 * every) == 0
        reasons = (WeighedReason("score-quarantine", 0.0),) if held else ()
        found = Disposition(TO, "quarantine" if held else "accept", "", reasons=reasons)
        it.store.history.append(
            record(
                f"M{each}", time=NOW - 60.0 * each, dispositions=(found,), score=9.5 if held else 1.0,
                authors=(address,), proven_by="dkim", reverse_path=address,
            )
        )  # fmt: skip


async def test_a_block_is_tried_on_all_that_came(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        fill(it, 450, every=3)
        await it.store.history.flush()
        found = await rules(it).replay(Trial(draft("block", "sender.example")), 14, None, 20)
        assert (found.seen, found.differ) == (450, 150)
        assert sorted(found.counts) == [("accept", "reject", 75), ("quarantine", "reject", 75)]
        assert found.next is not None


async def test_every_message_that_differs_is_on_one_page(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        fill(it, 450, every=3)
        await it.store.history.flush()
        desk, trial, place, codes = rules(it), Trial(draft("block", "sender.example")), None, []
        while True:
            found = await desk.replay(trial, 14, place, 20)
            codes += [each.code for each, _ in found.items]
            if (place := found.next) is None:
                break
        assert codes == [f"M{each}" for each in range(0, 450, 3)]


async def test_only_the_days_that_were_asked_for_are_looked_at(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        it.store.history.append(record("OLD", time=NOW - 2 * 86_400, authors=("ann@sender.example",), score=0.0))
        trial = Trial(draft("block", "sender.example"))
        assert (await rules(it).replay(trial, 1, None, 20)).seen == 0
        assert (await rules(it).replay(trial, 3, None, 20)).differ == 1


async def test_an_entry_is_tried_by_leaving_it_out_and_thresholds_for_their_policy(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        desk = rules(it)
        change = await desk.add(draft("block", "sender.example"), "anna")
        assert isinstance(change, ListChange)
        blocked = Disposition(TO, "reject", "", reasons=(WeighedReason("blocked-from", 0.0),))
        spam = Disposition("eve@shop.example", "accept", "")
        it.store.history.append(record("A", dispositions=(blocked,), authors=("ann@sender.example",), score=1.0))
        other = "ann@other.example"
        it.store.history.append(record("B", dispositions=(spam,), authors=(other,), reverse_path=other, score=2.5))
        without = await desk.replay(Trial(without=change.entry.id), 14, None, 20)
        assert [(each.code, fates[0].would_be.value) for each, fates in without.items] == [("A", "accept")]
        stricter = await desk.replay(Trial(policy="strict", thresholds=(1.0, 2.0, 9.0)), 14, None, 20)
        assert [(each.code, fates[0].would_be.value) for each, fates in stricter.items] == [("B", "quarantine")]
        assert (await desk.replay(Trial(policy="standard", thresholds=(1.0, 2.0, 9.0)), 14, None, 20)).differ == 0


async def test_what_the_lists_refuse_is_told_and_who_changed_them_is_noted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with opened(tmp_path) as it:
        desk = rules(it)
        made = await desk.add(draft("block", "sender.example"), "anna")
        assert isinstance(made, ListChange)
        assert await desk.add(draft("allow", "sender.example"), "bob") == CantList("other-list", made.after)
        assert await desk.remove(99, "bob") is None
        await desk.remove(made.entry.id, "bob")
        await desk.undo(0, "carl")
        assert [each.getMessage() for each in caplog.records if "sender.example" in each.getMessage()] == [
            "anna listed sender.example (block list, entry 1)",
            "bob took out sender.example (block list, entry 1)",
            "carl took back a change of sender.example (block list, entry 1)",
        ]
        assert desk.get(1) is not None
        assert len(desk.list(None, 10, "", None).items) == 1
        assert len((await desk.changes(None, 10)).items) == 3
        assert desk.is_ours("mail.office.example")
        assert not desk.is_ours("myoffice.example")
        assert desk.policy_of("eve@shop.example").reject_at == 5.0
        assert desk.policy_of("eve@else.example").reject_at == 15.0


async def sent(at: Household, address: str = "ann@sender.example") -> str:
    client = await at.client()
    await client.begin(TO)
    reply = await client.send(f"From: {address}\r\nSubject: one\r\n\r\nx\r\n.\r\n".encode())
    await client.close()
    return reply


async def test_a_block_refuses_says_nothing_of_it_and_is_counted(tmp_path: Path) -> None:
    async with household(tmp_path) as at:
        change = await at.ask(RULES_BLOCK, DraftRule("sender.example", reason="secret reason"))
        reply = await sent(at)
        assert reply.startswith("554 5.7.1 ") or reply.startswith("550 5.7.1 ")
        assert "sender.example" not in reply
        assert "list" not in reply
        (message,) = (await at.ask(MESSAGES_LIST, MessageQuery())).items
        assert message.reason == "Its author sender.example is on the block list (sender.example)."
        (rule,) = (await at.ask(RULES_LIST, RuleQuery())).items
        assert rule.hits == 1
        detail = await at.ask(MESSAGES_SHOW, OneMessage(message.code))
        assert detail.recipients[0].would_change.startswith("Without the entry sender.example on the block list")
        await at.ask(RULES_UNDO, UndoRule(change.change))
        assert (await sent(at)).startswith("250 ")


async def test_an_allow_of_this_very_client_counts_and_of_an_unproven_name_does_not(tmp_path: Path) -> None:
    async with household(tmp_path) as at:
        await at.ask(RULES_ALLOW, DraftRule("sender.example"))
        await sent(at)
        (message,) = (await at.ask(MESSAGES_LIST, MessageQuery())).items
        cures = await at.ask(RULES_CURES, OneMessage(message.code))
        assert (cures.cures[0].kind, cures.cures[0].scope, cures.cures[0].helps) == ("allow", "network", True)
        names = {
            reason.name
            for each in (await at.ask(MESSAGES_SHOW, OneMessage(message.code))).recipients
            for reason in each.reasons
        }
        assert "allow-unproven" in names
        await at.ask(RULES_ALLOW, DraftRule("127.0.0.1"))
        assert (await sent(at, "eve@office.example")).startswith("250 ")
        assert len(at.hop.messages) == 2
        with pytest.raises(DeniedError, match="on the allow list"):
            await at.ask(RULES_BLOCK, DraftRule("127.0.0.1"))


async def test_forgetting_says_where_an_address_still_stands(tmp_path: Path) -> None:
    async with household(tmp_path) as at:
        await at.ask(RULES_BLOCK, DraftRule("ann@sender.example"))
        done = await at.ask(HISTORY_FORGET, ForgetAddress("Ann@Sender.example"))
        assert (done.listed, done.correspondent) == (1, False)
