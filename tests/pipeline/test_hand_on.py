from __future__ import annotations

import pytest

from gateway.core.event import MessageHandled, QueueChanged
from gateway.core.outcome import Result
from gateway.core.record import MessageRecord
from gateway.core.reply import Reply
from gateway.core.verdict import Action
from gateway.pipeline.brake import NOTICES_PER_HOUR
from tests.support.pipeline import Log, hand_on, judgement
from tests.support.values import ORDINARY, transaction

BOB, EVE, SUE = "bob@office.example", "eve@office.example", "sue@shop.example"


async def handled(log: Log, verdicts: dict[str, Action], may_spool: bool = True) -> Reply:
    return await hand_on(log, may_spool).hand_on(judgement(verdicts))


def record(log: Log) -> MessageRecord:
    return next(event.record for event in log.events if isinstance(event, MessageHandled))


def states(log: Log) -> dict[str, str]:
    return {each.recipient: each.state for each in record(log).dispositions}


async def test_good_mail_goes_straight_through_and_touches_no_disk() -> None:
    log = Log()
    reply = await handled(log, {BOB: Action.ACCEPT, EVE: Action.ACCEPT})
    assert str(reply) == "250 2.0.0 Accepted [F7K2Q]"
    assert log.steps == ["deliver backend:exchange"]
    assert b"".join(log.delivered[0].octets()).endswith(ORDINARY)
    assert states(log) == {BOB: "delivered", EVE: "delivered"}


async def test_recipients_of_two_servers_are_two_consignments() -> None:
    log = Log()
    await handled(log, {BOB: Action.ACCEPT, SUE: Action.ACCEPT})
    assert sorted(log.steps) == ["deliver backend:dovecot", "deliver backend:exchange"]


async def test_recipients_with_another_verdict_get_other_fields() -> None:
    log = Log()
    await handled(log, {BOB: Action.ACCEPT, EVE: Action.MARK})
    marked = [b"X-Poterne-Verdict" in b"".join(each.octets()) for each in log.delivered]
    assert sorted(marked) == [False, True]


async def test_refused_mail_leaves_a_copy_and_a_general_text() -> None:
    log = Log()
    reply = await handled(log, {BOB: Action.REJECT})
    assert str(reply) == "554 5.7.1 The message looks like spam and was refused [F7K2Q]"
    assert log.steps == ["copy F7K2Q"]
    assert states(log) == {BOB: "rejected"}


async def test_deferred_mail_touches_nothing() -> None:
    log = Log()
    reply = await handled(log, {BOB: Action.DEFER, EVE: Action.DEFER})
    assert (reply.is_transient, log.steps) == (True, [])


async def test_held_mail_is_on_disk_before_the_reply_and_named_for_its_recipients_only() -> None:
    log = Log()
    reply = await handled(log, {BOB: Action.ACCEPT, EVE: Action.QUARANTINE})
    assert reply.code == 250
    assert log.steps == ["hold F7K2Q", "deliver backend:exchange"]
    assert log.held[0][0].recipients == (EVE,)
    assert states(log) == {BOB: "delivered", EVE: "quarantined"}


async def test_what_the_server_puts_off_is_spooled_before_250() -> None:
    log = Log(results={EVE: Result.DEFERRED})
    reply = await handled(log, {BOB: Action.ACCEPT, EVE: Action.ACCEPT})
    assert reply.code == 250
    assert log.steps == ["deliver backend:exchange", "spool backend:exchange"]
    assert [str(each) for each in log.spooled[0].consignment.recipients] == [EVE]
    assert states(log) == {BOB: "delivered", EVE: "spooled"}


async def test_doubt_is_spooled_as_doubt() -> None:
    log = Log(results={BOB: Result.IN_DOUBT})
    assert (await handled(log, {BOB: Action.ACCEPT})).code == 250
    assert log.steps[-2:] == ["spool in doubt backend:exchange", "watch F7K2Q"]


async def test_without_a_spool_the_sender_comes_again_and_what_was_held_is_let_go() -> None:
    log = Log(results={BOB: Result.HOP_AWAY})
    reply = await handled(log, {BOB: Action.ACCEPT}, may_spool=False)
    assert (reply.code, reply.enhanced) == (451, "4.4.1")
    assert log.spooled == []
    assert states(log) == {BOB: "deferred"}


async def test_once_something_is_held_the_rest_is_spooled_whatever_the_settings_say() -> None:
    log = Log(results={BOB: Result.HOP_AWAY})
    reply = await handled(log, {BOB: Action.ACCEPT, EVE: Action.QUARANTINE}, may_spool=False)
    assert reply.code == 250
    assert log.steps == ["hold F7K2Q", "deliver backend:exchange", "spool backend:exchange"]


async def test_refused_by_the_server_for_all_is_refused_to_the_sender() -> None:
    log = Log(results={BOB: Result.REFUSED_RECIPIENT})
    assert (await handled(log, {BOB: Action.ACCEPT})).code == 550
    assert states(log) == {BOB: "refused"}


async def test_refused_by_the_server_after_others_got_it_is_held_for_a_person() -> None:
    log = Log(results={BOB: Result.REFUSED_CONTENT})
    reply = await handled(log, {BOB: Action.ACCEPT, SUE: Action.ACCEPT})
    assert reply.code == 250
    about = log.held[0][0]
    assert about.recipients == (BOB,)
    assert about.reasons[0] == "refused-by-server"
    assert about.code != "F7K2Q"


@pytest.mark.parametrize("full", ["quarantine", "queue"])
async def test_a_full_disk_promises_nothing(full: str) -> None:
    log = Log(results={BOB: Result.HOP_AWAY}, disk_full={full})
    reply = await handled(log, {BOB: Action.ACCEPT, EVE: Action.QUARANTINE})
    assert (reply.code, reply.enhanced) == (452, "4.3.1")
    assert ("delete F7K2Q" in log.steps) == (full == "queue")
    assert set(states(log).values()) == {"deferred"}


async def test_a_domain_that_wants_the_queue_takes_the_whole_transaction_there() -> None:
    log = Log()
    reply = await handled(log, {"ann@slow.example": Action.ACCEPT, BOB: Action.ACCEPT}, may_spool=False)
    assert reply.code == 250
    assert log.steps == ["spool backend:exchange", "spool backend:exchange"]


async def test_a_postmaster_whom_the_server_does_not_know_is_the_office_s() -> None:
    log = Log(unknown={"postmaster@shop.example"})
    await handled(log, {"postmaster@shop.example": Action.ACCEPT, "postmaster": Action.ACCEPT})
    assert log.steps == ["deliver backend:exchange"]
    assert {str(each) for each in log.delivered[0].recipients} == {"it@office.example"}


async def test_history_keeps_the_server_s_reply_and_a_masked_subject() -> None:
    log = Log()
    await handled(log, {BOB: Action.ACCEPT})
    assert record(log).dispositions[0].hop_reply == "250 2.6.0 InternalId=1"
    assert record(log).subject == "H····"
    assert record(log).timings[0] == ("checks", 12.0)


OUT = "eve@partner.example"


async def test_mail_that_leaves_is_queued_and_takes_the_whole_transaction_with_it() -> None:
    """A transaction goes one way (D1): nobody has it twice because somebody else's copy could not be kept."""
    log = Log()
    whole = transaction(recipients=(OUT, BOB), sender="ann@office.example", relay_client="exchange")
    reply = await hand_on(log).hand_on(judgement({OUT: Action.ACCEPT, BOB: Action.ACCEPT}, whole))
    assert reply.code == 250
    assert log.steps == ["spool mx:partner.example", "spool backend:exchange"]
    assert states(log) == {OUT: "spooled", BOB: "spooled"}


async def test_a_storm_of_notices_from_our_server_is_held_and_named() -> None:
    log = Log()
    whole = transaction(recipients=(OUT,), sender="", relay_client="exchange")
    one = hand_on(log)
    for _ in range(NOTICES_PER_HOUR + 3):
        assert (await one.hand_on(judgement({OUT: Action.ACCEPT}, whole))).code == 250
    assert [bool(each.hold) for each in log.spooled] == [False] * NOTICES_PER_HOUR + [True] * 3
    braked = [event for event in log.events if isinstance(event, QueueChanged)]
    assert [event.state for event in braked] == ["on-hold"] * 3
    assert braked[0].cause == "more than 20 notices an hour from exchange"
    last = [event.record for event in log.events if isinstance(event, MessageHandled)][-1]
    assert last.dispositions[0].state == "on-hold"


async def test_ordinary_mail_of_our_server_is_never_braked() -> None:
    log = Log()
    whole = transaction(recipients=(OUT,), sender="ann@office.example", relay_client="exchange")
    one = hand_on(log)
    for _ in range(NOTICES_PER_HOUR + 3):
        await one.hand_on(judgement({OUT: Action.ACCEPT}, whole))
    assert not any(each.hold for each in log.spooled)


async def test_who_was_told_of_a_late_refusal_needs_no_copy_kept() -> None:
    log = Log(results={EVE: Result.REFUSED_RECIPIENT}, told={EVE})
    reply = await handled(log, {BOB: Action.ACCEPT, EVE: Action.ACCEPT})
    assert reply.code == 250
    assert log.steps == ["deliver backend:exchange", f"tell of {EVE}"]
    assert states(log) == {BOB: "delivered", EVE: "refused"}
