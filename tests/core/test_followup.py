from __future__ import annotations

from dataclasses import replace

from gateway.core.followup import follow_up, moved, news, released, whole
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.record import Disposition, MessageRecord, WeighedReason
from gateway.core.reply import Reply
from tests.support.values import recipient

BOB, SUE = "bob@office.example", "sue@office.example"
REASON = WeighedReason("score-mark", 6.5)
ARRIVAL = MessageRecord(
    code="F7K2Q",
    time=100.0,
    kind="message",
    client_ip="192.0.2.1",
    client_name="",
    helo="mail.sender.example",
    listener="internet",
    reverse_path="ann@sender.example",
    dispositions=(
        Disposition(BOB, "mark", "spooled", reasons=(REASON,), flags=("unscanned",)),
        Disposition(SUE, "quarantine", "quarantined", would_change=REASON),
    ),
    reply="250 2.0.0 Accepted",
)


def outcome(result: Result, to: str = BOB) -> Outcome:
    return Outcome(recipient(to), result, Stage.DOT, "10.0.0.9:25", Reply.of(250, "2.6.0", "InternalId=7"))


def test_what_is_final_is_news_with_the_hops_reply() -> None:
    told = news([outcome(Result.DELIVERED), outcome(Result.REFUSED_CONTENT, SUE)], was_in_doubt=False)
    assert [(each.recipient, each.state) for each in told] == [(BOB, "delivered"), (SUE, "refused")]
    assert told[0].hop_reply == "250 2.6.0 InternalId=7"


def test_another_try_in_vain_is_no_news() -> None:
    assert news([outcome(Result.HOP_AWAY), outcome(Result.DEFERRED)], was_in_doubt=False) == ()
    assert news([outcome(Result.IN_DOUBT)], was_in_doubt=True) == ()


def test_doubt_that_begins_or_ends_is_news() -> None:
    assert [each.state for each in news([outcome(Result.IN_DOUBT)], was_in_doubt=False)] == ["in-doubt"]
    assert [each.state for each in news([outcome(Result.DEFERRED)], was_in_doubt=True)] == ["spooled"]


def test_the_last_word_for_each_recipient_counts_and_what_was_known_stays() -> None:
    delivered = follow_up("F7K2Q", 200.0, news([outcome(Result.DELIVERED)], was_in_doubt=False))
    freed = follow_up("F7K2Q", 300.0, released([outcome(Result.DELIVERED, SUE), outcome(Result.HOP_AWAY, BOB)]))
    together = whole([freed, delivered, ARRIVAL])
    assert together is not None
    assert (together.time, together.kind, together.reverse_path) == (100.0, "message", "ann@sender.example")
    bob, sue = together.dispositions
    assert (bob.state, bob.action, bob.reasons, bob.flags) == ("delivered", "mark", (REASON,), ("unscanned",))
    assert (sue.state, sue.action, sue.would_change, sue.flags) == ("delivered", "quarantine", REASON, ("released",))
    assert sue.hop_reply == "250 2.6.0 InternalId=7"


def test_a_follow_up_that_looks_older_than_its_message_is_still_one() -> None:
    early = follow_up("F7K2Q", 50.0, moved([BOB], "dead", "dropped by anna"))
    together = whole([ARRIVAL, early])
    assert together is not None
    assert together.kind == "message"
    assert (together.dispositions[0].state, together.dispositions[0].hop_reply) == ("dead", "dropped by anna")


def test_somebody_addressed_anew_on_the_way_counts_as_accepted() -> None:
    later = follow_up("F7K2Q", 200.0, news([outcome(Result.DELIVERED, "it@office.example")], was_in_doubt=False))
    together = whole([later, ARRIVAL])
    assert together is not None
    assert together.dispositions[-1].action == "accept"


def test_a_follow_up_whose_message_history_has_forgotten_speaks_alone() -> None:
    later = follow_up("F7K2Q", 200.0, moved([BOB], "dead"))
    assert whole([later]) == replace(later, dispositions=later.dispositions)
    assert whole([]) is None
