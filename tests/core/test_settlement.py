from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.reply import Reply
from gateway.core.settlement import ACCEPTED, Plan, deferral, plan, refusal, reply_to_outcomes
from gateway.core.verdict import Action, Reason, Verdict
from tests.support.values import recipient


def outcome(result: Result, reply: Reply | None = None) -> Outcome:
    return Outcome(recipient(), result, Stage.DOT, reply=reply)


def test_what_may_pass_later_is_said_before_what_never_will() -> None:
    mixed = [outcome(Result.REFUSED_RECIPIENT), outcome(Result.DEFERRED)]
    assert reply_to_outcomes(mixed).is_transient


def test_a_sick_hop_is_temporary_for_the_sender() -> None:
    hop = Reply.of(550, "5.7.54", "Unable to relay")
    assert reply_to_outcomes([outcome(Result.HOP_SICK, hop)]).code == 451


def test_an_unknown_recipient_is_named_as_such() -> None:
    assert str(reply_to_outcomes([outcome(Result.REFUSED_RECIPIENT)])).startswith("550 5.1.1")


def test_nobody_is_called_unknown_whom_the_hop_did_not_call_so() -> None:
    def said(stage: Stage, hop: Reply) -> str:
        return reply_to_outcomes([Outcome(recipient(), Result.REFUSED_RECIPIENT, stage, reply=hop)]).enhanced

    assert said(Stage.RCPT, Reply.of(550, "5.7.1", "not for you")) == "5.7.1"
    assert said(Stage.DOT, Reply(550, "", ("spam",))) == "5.6.0"
    assert said(Stage.RCPT, Reply(550, "", ("no such user",))) == "5.1.1"
    assert said(Stage.DOT, Reply.of(550, "5.1.1", "unknown")) == "5.1.1"


def test_the_hop_s_words_never_go_out() -> None:
    hop = Reply.of(554, "5.6.0", "secret internal path")
    assert "secret" not in str(reply_to_outcomes([outcome(Result.REFUSED_CONTENT, hop)]))


def test_the_kind_of_content_refusal_is_passed_on() -> None:
    def code(enhanced: str) -> str:
        return reply_to_outcomes([outcome(Result.REFUSED_CONTENT, Reply.of(554, enhanced, "x"))]).enhanced

    assert [code("5.3.4"), code("5.7.1"), code("5.6.1")] == ["5.3.4", "5.7.1", "5.6.0"]


def test_a_refusal_speaks_in_general_words_of_its_cause() -> None:
    def reply(name: str) -> str:
        return refusal(Verdict(Action.REJECT, 0.0, (Reason(name, decides=True),))).enhanced

    assert "virus" in refusal(Verdict(Action.REJECT, 0.0, (Reason("virus", decides=True),))).lines[0]
    assert [reply("dmarc-reject"), reply("score-reject"), reply("attachment-script")] == ["5.7.26", "5.7.1", "5.7.1"]


def test_a_deferral_is_transient_whatever_its_cause() -> None:
    for name in ("scanner-away", "antivirus-away", "dns-away"):
        assert deferral(Verdict(Action.DEFER, 0.0, (Reason(name, decides=True),))).is_transient


def planned(*results: Result, held: bool = False, spool: bool = True) -> Plan:
    return plan([outcome(each) for each in results], something_held=held, may_spool=spool)


def test_delivered_to_all_is_accepted_and_nothing_is_kept() -> None:
    assert planned(Result.DELIVERED, Result.DELIVERED) == Plan(ACCEPTED)


def test_what_waits_is_spooled_before_the_sender_hears_250() -> None:
    assert planned(Result.DELIVERED, Result.DEFERRED, Result.HOP_AWAY) == Plan(ACCEPTED, spool=(1, 2))


def test_doubt_is_spooled_as_doubt() -> None:
    assert planned(Result.IN_DOUBT, Result.HOP_SICK) == Plan(ACCEPTED, spool=(1,), in_doubt=(0,))


def test_without_a_spool_what_waits_is_deferred_while_nobody_has_it() -> None:
    assert planned(Result.HOP_AWAY, Result.REFUSED_RECIPIENT, spool=False).reply.is_transient


def test_once_anybody_has_it_the_rest_is_kept_even_without_a_spool_by_policy() -> None:
    assert planned(Result.DELIVERED, Result.DEFERRED, spool=False) == Plan(ACCEPTED, spool=(1,))
    assert planned(Result.DEFERRED, held=True, spool=False) == Plan(ACCEPTED, spool=(0,))


def test_refused_by_the_hop_for_all_is_refused_to_the_sender() -> None:
    assert planned(Result.REFUSED_CONTENT, Result.REFUSED_CONTENT).reply.is_permanent


def test_refused_for_some_after_others_got_it_needs_a_keeper() -> None:
    assert planned(Result.DELIVERED, Result.REFUSED_RECIPIENT) == Plan(ACCEPTED, undeliverable=(1,))
    assert planned(Result.REFUSED_RECIPIENT, Result.DEFERRED) == Plan(ACCEPTED, spool=(1,), undeliverable=(0,))


@given(st.lists(st.sampled_from(Result), min_size=1), st.booleans(), st.booleans())
def test_a_positive_reply_means_that_everybody_is_accounted_for(results: list[Result], held: bool, spool: bool) -> None:
    made = planned(*results, held=held, spool=spool)
    if made.reply.is_positive:
        kept = {*made.spool, *made.in_doubt, *made.undeliverable}
        assert {index for index, each in enumerate(results) if each is not Result.DELIVERED} == kept
    else:
        assert Result.DELIVERED not in results
        assert not held
