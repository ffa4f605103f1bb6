from __future__ import annotations

from gateway.core.alignment import DmarcResult
from gateway.core.finding import DmarcFinding
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.reply import Reply
from gateway.core.verdict import Action, Flag, Reason, Verdict
from gateway.pipeline.judge import Judgement
from gateway.pipeline.report import disposition, message_record, refusal_record
from tests.support.values import ORDINARY, client, recipient, transaction

VERDICT = Verdict(Action.ACCEPT, 1.0, (Reason("X", 1.0),), frozenset({Flag.UNSCANNED}), Reason("more-points"))


def test_a_disposition_tells_verdict_and_outcome_apart() -> None:
    away = Outcome(recipient(), Result.HOP_AWAY, Stage.CONNECT, "10.0.0.9:25", detail="connection refused")
    told = disposition(recipient(), VERDICT, away)
    assert (told.action, told.state, told.hop_reply) == ("accept", "deferred", "connection refused")
    assert told.flags == ("unscanned",)
    assert told.would_change is not None


def test_what_really_happened_overrides_what_was_planned() -> None:
    assert disposition(recipient(), VERDICT, state="spooled").state == "spooled"


def test_a_refused_recipient_is_a_row_with_its_code_and_the_server_s_words() -> None:
    reply, hop = Reply.of(550, "5.1.1", "No such recipient here"), Reply.of(550, "5.1.10", "RecipientNotFound")
    row = refusal_record("F7K2Q", 1.0, client(), reply, refused=("ann@sender.example", recipient(), hop))
    assert (row.kind, row.dispositions[0].state) == ("recipient-refused", "rejected")
    assert row.dispositions[0].hop_reply == "550 5.1.10 RecipientNotFound"


def test_a_refused_client_has_no_recipients() -> None:
    row = refusal_record("F7K2Q", 1.0, client(), Reply.of(554, "5.7.1", "listed"))
    assert (row.kind, row.dispositions) == ("client-refused", ())


def test_history_keeps_who_the_author_was_and_what_proved_it() -> None:
    found = DmarcFinding(("sender.example",), "", True, (), "ok", author_addresses=("ann@sender.example",))
    proven = DmarcResult("pass", domain="sender.example", proven_by="dkim")
    judgement = Judgement(transaction(ORDINARY, found), proven, (VERDICT,), (), 1.0)
    row = message_record(judgement, (), Reply.of(250, "2.0.0", "Ok"), "full", ())
    assert (row.authors, row.proven_by) == (("ann@sender.example",), "dkim")
