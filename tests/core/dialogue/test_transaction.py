from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.core.address import ForwardPath, Mailbox
from gateway.core.dialogue.capabilities import Capabilities
from gateway.core.dialogue.conversation import Conversation
from gateway.core.dialogue.opening import Protocol
from gateway.core.dialogue.steps import Ending, Say, SendContent
from gateway.core.dialogue.transaction import Errand, MayGoOn, Transacted, anyone_accepted, knock, question, transact
from gateway.core.envelope import Envelope, Recipient
from gateway.core.outcome import Stage
from gateway.core.replyparser import ReplyParser
from tests.support.values import recipient, reverse_path

PIPELINING = Capabilities(frozenset({"PIPELINING"}))
PLAIN = Capabilities()
ALICE, BOB, CAROL = (recipient(f"{name}@office.example") for name in ("alice", "bob", "carol"))
RENE = Recipient(ForwardPath(Mailbox("ren\u00e9", "office.example", "office.example")))


def handing(
    *recipients: Recipient,
    known: Capabilities = PIPELINING,
    protocol: Protocol = "smtp",
    may_go_on: MayGoOn = anyone_accepted,
    **changes: object,
) -> Conversation[Transacted]:
    errand = Errand(Envelope(reverse_path(), recipients or (BOB,)), 100)
    return Conversation(transact(replace(errand, **changes), known, protocol, may_go_on), ReplyParser())  # type: ignore[arg-type]  # changes are an Errand's


def said(conversation: Conversation[Transacted]) -> bytes:
    assert isinstance(conversation.step, Say)
    return conversation.step.octets


def codes(conversation: Conversation[Transacted]) -> list[int | str]:
    return [ending.reply.code if ending.reply else ending.failure for ending in conversation.result.endings]


def stages(conversation: Conversation[Transacted]) -> list[Stage]:
    return [ending.stage for ending in conversation.result.endings]


def to_content(conversation: Conversation[Transacted], *rcpt: bytes) -> None:
    conversation.receive(b"250 2.1.0 ok\r\n" + b"".join(rcpt or (b"250 2.1.5 ok\r\n",)))
    assert said(conversation) == b"DATA\r\n"
    conversation.receive(b"354 go\r\n")
    assert isinstance(conversation.step, SendContent)


def to_dot(conversation: Conversation[Transacted], *rcpt: bytes) -> None:
    to_content(conversation, *rcpt)
    assert conversation.step == SendContent(b".\r\n")
    conversation.done()
    assert said(conversation) == b""


def test_mail_and_every_rcpt_go_out_at_once_where_pipelining_was_announced() -> None:
    conversation = handing(ALICE, BOB)
    assert said(conversation) == (
        b"MAIL FROM:<ann@sender.example>\r\nRCPT TO:<alice@office.example>\r\nRCPT TO:<bob@office.example>\r\n"
    )


def test_each_command_waits_for_its_answer_where_it_was_not() -> None:
    conversation = handing(ALICE, BOB, known=PLAIN)
    for expected, reply in [
        (b"MAIL FROM:<ann@sender.example>\r\n", b"250 ok\r\n"),
        (b"RCPT TO:<alice@office.example>\r\n", b"250 ok\r\n"),
        (b"RCPT TO:<bob@office.example>\r\n", b"550 5.1.1 no\r\n"),
        (b"DATA\r\n", b"354 go\r\n"),
    ]:
        assert said(conversation) == expected
        conversation.receive(reply)
    conversation.done()
    conversation.receive(b"250 2.0.0 taken\r\n")
    assert codes(conversation) == [250, 550]


def test_smtp_gives_one_answer_for_all_after_the_dot() -> None:
    conversation = handing(ALICE, BOB)
    to_dot(conversation, b"250 ok\r\n", b"250 ok\r\n")
    conversation.receive(b"250 2.6.0 queued\r\n")
    assert codes(conversation) == [250, 250]
    assert conversation.result.is_reusable


def test_lmtp_gives_one_answer_per_accepted_recipient_in_their_order() -> None:
    """Dovecot: 550 at RCPT for the unknown, after the dot 250 for alice and 552 for carol."""
    conversation = handing(ALICE, BOB, CAROL, protocol="lmtp")
    to_dot(conversation, b"250 ok\r\n", b"550 5.1.1 no\r\n", b"250 ok\r\n")
    conversation.receive(b"250 2.0.0 Saved\r\n")
    assert conversation.step is not None
    conversation.receive(b"552 5.2.2 Quota exceeded\r\n")
    assert codes(conversation) == [250, 550, 552]
    assert stages(conversation) == [Stage.DOT, Stage.RCPT, Stage.DOT]
    assert conversation.result.is_reusable


def test_lmtp_recipients_whose_answer_never_came_are_in_doubt_and_the_others_are_not() -> None:
    conversation = handing(ALICE, BOB, protocol="lmtp")
    to_dot(conversation, b"250 ok\r\n", b"250 ok\r\n")
    conversation.receive(b"250 2.0.0 Saved\r\n")
    conversation.fail("closed")
    assert codes(conversation) == [250, "closed"]
    assert not conversation.result.is_reusable


def test_a_refused_mail_is_followed_by_rset_and_nothing_else() -> None:
    conversation = handing(ALICE, BOB)
    conversation.receive(b"550 5.7.1 no\r\n503 5.5.1 no\r\n503 5.5.1 no\r\n")
    assert said(conversation) == b"RSET\r\n"
    conversation.receive(b"250 ok\r\n")
    assert stages(conversation) == [Stage.MAIL, Stage.MAIL]
    assert codes(conversation) == [550, 550]
    assert conversation.result.is_reusable


def test_a_refused_mail_without_pipelining_asks_for_no_recipient() -> None:
    conversation = handing(ALICE, BOB, known=PLAIN)
    conversation.receive(b"452 4.3.1 Insufficient system resources\r\n")
    assert said(conversation) == b"RSET\r\n"


def test_without_a_valid_recipient_there_is_rset_and_no_data() -> None:
    conversation = handing(ALICE, BOB)
    conversation.receive(b"250 ok\r\n550 5.1.1 no\r\n550 5.1.1 no\r\n")
    assert said(conversation) == b"RSET\r\n"


@pytest.mark.parametrize("reply", [b"451 4.3.0 later\r\n", b"554 5.5.1 no\r\n", b"250 2.0.0 strange\r\n"])
def test_a_refused_data_is_followed_by_no_content(reply: bytes) -> None:
    conversation = handing(ALICE, BOB)
    conversation.receive(b"250 ok\r\n250 ok\r\n550 5.1.1 no\r\n")
    conversation.receive(reply)
    assert said(conversation) == b"RSET\r\n"
    conversation.receive(b"250 ok\r\n")
    assert stages(conversation) == [Stage.DATA, Stage.RCPT]


def test_a_strange_3yz_to_rcpt_is_no_consent() -> None:
    conversation = handing()
    conversation.receive(b"250 ok\r\n354 what\r\n")
    assert said(conversation) == b"RSET\r\n"


def test_somebody_who_must_wait_can_hold_the_others_back() -> None:
    conversation = handing(ALICE, BOB, may_go_on=lambda endings: all(ending.is_positive for ending in endings))
    conversation.receive(b"250 ok\r\n250 ok\r\n451 4.2.1 later\r\n")
    assert said(conversation) == b"RSET\r\n"
    conversation.receive(b"250 ok\r\n")
    assert stages(conversation) == [Stage.RCPT, Stage.RCPT]


def test_the_dot_tells_what_is_true_until_the_answer_comes() -> None:
    conversation = handing(ALICE, BOB)
    to_dot(conversation, b"250 ok\r\n", b"550 5.1.1 no\r\n")
    assert isinstance(conversation.step, Say)
    doubtful, refused = conversation.step.meanwhile
    assert (doubtful.stage, doubtful.reply) == (Stage.DOT, None)
    assert refused.reply is not None
    assert refused.reply.code == 550


def test_a_connection_lost_in_the_content_ends_before_the_dot() -> None:
    conversation = handing()
    to_content(conversation)
    conversation.fail("broken")
    assert conversation.result == Transacted((Ending(Stage.CONTENT, None, "broken"),), False)


def test_a_refusal_in_the_middle_of_the_content_is_the_answer_and_no_dot_follows() -> None:
    conversation = handing()
    to_content(conversation)
    conversation.receive(b"421 4.4.2 Connection dropped\r\n")
    assert conversation.step is None
    assert codes(conversation) == [421]
    assert stages(conversation) == [Stage.CONTENT]


def test_a_2yz_before_the_dot_is_no_delivery() -> None:
    conversation = handing()
    to_content(conversation)
    conversation.receive(b"250 2.6.0 queued\r\n")
    assert not conversation.result.endings[0].is_positive


def test_a_dot_that_was_never_said_leaves_no_doubt() -> None:
    conversation = handing()
    to_content(conversation)
    conversation.fail("closed")
    assert stages(conversation) == [Stage.CONTENT]


def test_a_connection_lost_after_the_dot_leaves_doubt() -> None:
    conversation = handing()
    to_dot(conversation)
    conversation.fail("closed")
    assert conversation.result == Transacted((Ending(Stage.DOT, None, "closed"),), False)


def test_unsafe_content_is_refused_by_ourselves() -> None:
    conversation = handing()
    to_content(conversation)
    conversation.fail("bare LF", is_unsafe=True)
    ending = conversation.result.endings[0]
    assert ending.is_ours
    assert ending.reply is not None
    assert str(ending.reply).startswith("554 5.6.0")


@pytest.mark.parametrize("reply", [b"421 4.3.2 bye\r\n", b"421 4.3.2 bye\r\n250 ok\r\n"])
def test_after_a_421_the_session_is_not_used_again(reply: bytes) -> None:
    conversation = handing()
    conversation.receive(reply)
    if conversation.step is not None:
        conversation.fail("closed")
    assert codes(conversation) == [421]
    assert not conversation.result.is_reusable


def test_a_421_amid_the_recipients_counts_for_those_who_got_no_answer() -> None:
    conversation = handing(ALICE, BOB, CAROL)
    conversation.receive(b"250 ok\r\n250 ok\r\n421 4.3.2 bye\r\n")
    conversation.fail("closed")
    assert codes(conversation) == [421, 421, 421]


def test_without_pipelining_nobody_is_asked_for_after_a_421() -> None:
    conversation = handing(ALICE, BOB, known=PLAIN)
    conversation.receive(b"250 ok\r\n")
    conversation.receive(b"421 4.3.2 bye\r\n")
    assert conversation.step is None
    assert codes(conversation) == [421, 421]


def test_a_failed_rset_makes_the_session_unusable() -> None:
    conversation = handing()
    conversation.receive(b"250 ok\r\n550 5.1.1 no\r\n")
    conversation.receive(b"500 5.5.1 what\r\n")
    assert not conversation.result.is_reusable


def test_a_message_larger_than_announced_is_not_offered() -> None:
    conversation = handing(ALICE, BOB, known=Capabilities(frozenset({"SIZE"}), 99))
    assert conversation.step is None
    assert codes(conversation) == [552, 552]
    assert conversation.result.is_reusable
    assert handing(known=Capabilities(frozenset({"SIZE"}), 100)).step is not None


def test_a_recipient_that_needs_smtputf8_is_refused_by_us_and_the_others_go_on() -> None:
    conversation = handing(RENE, BOB)
    assert said(conversation) == b"MAIL FROM:<ann@sender.example>\r\nRCPT TO:<bob@office.example>\r\n"
    to_dot(conversation)
    conversation.receive(b"250 2.0.0 ok\r\n")
    assert [str(ending.reply)[:9] for ending in conversation.result.endings] == ["553 5.6.7", "250 2.0.0"]


def test_a_header_that_needs_smtputf8_is_refused_by_us() -> None:
    envelope = Envelope(reverse_path(), (BOB,), smtputf8=True)
    conversation = handing(envelope=envelope, header_is_ascii=False)
    assert [str(ending.reply)[:9] for ending in conversation.result.endings] == ["554 5.6.7"]


def test_an_ascii_message_goes_on_without_the_parameter() -> None:
    utf8 = Capabilities(frozenset({"SMTPUTF8", "PIPELINING"}))
    envelope = Envelope(reverse_path(), (BOB,), smtputf8=True)
    assert b"SMTPUTF8" not in said(handing(envelope=envelope, known=utf8))
    assert b"SMTPUTF8" in said(handing(envelope=envelope, header_is_ascii=False, known=utf8))
    assert b"SMTPUTF8" in said(handing(RENE, known=utf8))


def test_raw_octets_in_a_header_do_not_need_what_nobody_asked_for() -> None:
    assert handing(header_is_ascii=False).step is not None


def test_a_question_is_mail_rcpt_rset_and_never_data() -> None:
    conversation = Conversation(question(BOB, PIPELINING), ReplyParser())
    assert said(conversation) == b"MAIL FROM:<>\r\nRCPT TO:<bob@office.example>\r\n"
    conversation.receive(b"250 ok\r\n250 2.1.5 ok\r\n")
    assert said(conversation) == b"RSET\r\n"
    conversation.receive(b"250 ok\r\n")
    assert conversation.result.endings[0].is_positive
    assert conversation.result.is_reusable


def test_a_knock_is_mail_and_rset() -> None:
    conversation = Conversation(knock(), ReplyParser())
    assert said(conversation) == b"MAIL FROM:<>\r\n"
    conversation.receive(b"452 4.3.1 Insufficient system resources\r\n")
    assert said(conversation) == b"RSET\r\n"
