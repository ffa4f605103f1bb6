from __future__ import annotations

from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.reply import Reply
from gateway.core.settlement import deferral, refusal, reply_to_outcomes
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

    assert [reply("dmarc-reject"), reply("score-reject"), reply("attachment-script")] == ["5.7.26", "5.7.1", "5.7.1"]


def test_a_deferral_is_transient_whatever_its_cause() -> None:
    for name in ("scanner-away", "dns-away"):
        assert deferral(Verdict(Action.DEFER, 0.0, (Reason(name, decides=True),))).is_transient
