from __future__ import annotations

import asyncio

from gateway.core.case import Office, Policy
from gateway.core.envelope import Transaction
from gateway.core.facts import Facts
from gateway.core.finding import AttachmentFinding, FailureFinding, Finding, RspamdFinding, SpfFinding, VirusFinding
from gateway.core.verdict import Action, Flag
from gateway.pipeline.judge import Checks, Judge
from tests.support.clock import HandClock
from tests.support.lists import entry
from tests.support.values import transaction

SPF = SpfFinding("pass", "sender.example", "mailfrom")


class Asked:
    """A check that answers with a finding or an exception and notes what it was shown."""

    def __init__(self, name: str, answer: Finding | Exception) -> None:
        self.name = name
        self.answer = answer
        self.seen: list[tuple[Finding, ...]] = []

    async def check(self, transaction: Transaction) -> Finding:
        self.seen.append(transaction.findings)
        await asyncio.sleep(0)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def judge(first: Asked, scan: Asked | None, state: str = "away") -> Judge:
    checks = Checks((first,), scan, 25.0)
    office = Office(frozenset({"office.example"}))
    return Judge(checks, office, lambda recipient: Policy(), lambda digest: state, HandClock())


async def test_the_scan_sees_what_the_first_moment_found() -> None:
    scan = Asked("rspamd", RspamdFinding("no action", 0.5))
    judged = await judge(Asked("spf", SPF), scan).judge(transaction())
    assert SPF in scan.seen[0]
    assert judged.verdicts[0].action is Action.ACCEPT
    assert [each.check for each in judged.evidence] == ["dmarc", "rspamd", "spf"]


async def test_a_scanner_that_fails_is_never_a_clean_message() -> None:
    failing = Asked("rspamd", RuntimeError("refused"))
    assert (await judge(Asked("spf", SPF), failing).judge(transaction())).verdicts[0].action is Action.DEFER
    given_up = await judge(Asked("spf", SPF), failing, "given-up").judge(transaction())
    assert given_up.verdicts[0].flags == {Flag.UNSCANNED}
    unscannable = await judge(Asked("spf", SPF), failing, "unscannable").judge(transaction())
    assert unscannable.verdicts[0].action is Action.QUARANTINE


async def test_a_bomb_of_parts_is_held_and_no_scanner_is_shown_it() -> None:
    scan = Asked("rspamd", RspamdFinding("no action", 0.5))
    counted = AttachmentFinding((), "clean", parts=200_000)
    judged = await judge(Asked("attachments", counted), scan).judge(transaction())
    assert scan.seen == []
    assert judged.verdicts[0].action is Action.QUARANTINE
    assert [reason.name for reason in judged.verdicts[0].reasons if reason.decides] == ["unscannable"]


async def test_a_crashed_check_is_a_finding_and_stops_nothing() -> None:
    scan = Asked("rspamd", RspamdFinding("no action", 0.5))
    judged = await judge(Asked("spf", RuntimeError("crashed")), scan).judge(transaction())
    assert any(isinstance(each, FailureFinding) for each in judged.transaction.findings)
    assert judged.verdicts[0].action is Action.ACCEPT


async def test_without_rspamd_at_all_mail_is_flagged_unscanned() -> None:
    judged = await judge(Asked("spf", SPF), None).judge(transaction())
    assert judged.verdicts[0].flags == {Flag.UNSCANNED}


async def test_each_recipient_gets_a_verdict_in_the_order_of_the_envelope() -> None:
    whole = transaction(recipients=("bob@office.example", "postmaster@office.example"))
    scan = Asked("rspamd", RspamdFinding("no action", 20.0))
    judged = await judge(Asked("spf", SPF), scan).judge(whole)
    assert [verdict.action for verdict in judged.verdicts] == [Action.QUARANTINE, Action.QUARANTINE]
    assert [str(recipient) for recipient, _ in judged.pairs()] == ["bob@office.example", "postmaster@office.example"]


async def test_the_lists_of_that_moment_count_for_each_recipient() -> None:
    asked = Asked("spf", SPF)
    facts = Facts((entry("block", "sender.example", "bob@office.example"),))
    checks = Checks((asked,), Asked("rspamd", RspamdFinding("no action", 0.0)), 25.0)
    office = Office(frozenset({"office.example"}))
    judging = Judge(checks, office, lambda recipient: Policy(), lambda digest: "ok", HandClock(), lambda: facts)
    whole = transaction(recipients=("bob@office.example", "anna@office.example"))
    assert [each.action for each in (await judging.judge(whole)).verdicts] == [Action.QUARANTINE, Action.ACCEPT]
    facts = Facts()
    assert [each.action for each in (await judging.judge(whole)).verdicts] == [Action.ACCEPT, Action.ACCEPT]


async def test_a_virus_scanner_that_fails_gets_the_word_of_its_own_health() -> None:
    scan = Asked("rspamd", RspamdFinding("no action", 0.5))

    async def judged(answer: Finding | Exception, word: str) -> Action:
        checks = Checks((Asked("clamd", answer),), scan, 25.0, lambda digest: word)
        office = Office(frozenset({"office.example"}))
        whole = Judge(checks, office, lambda recipient: Policy(), lambda digest: "away", HandClock())
        return (await whole.judge(transaction())).verdicts[0].action

    assert await judged(RuntimeError("gone"), "away") is Action.DEFER
    assert await judged(RuntimeError("gone"), "given-up") is Action.ACCEPT
    assert await judged(RuntimeError("gone"), "unscannable") is Action.QUARANTINE
    assert await judged(VirusFinding("virus", "x"), "away") is Action.REJECT
