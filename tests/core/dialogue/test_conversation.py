from __future__ import annotations

from gateway.core.dialogue.conversation import UNASKED, Conversation
from gateway.core.dialogue.steps import Answer, Say, Script, SendContent, StartTls
from gateway.core.outcome import Stage
from gateway.core.replyparser import ReplyParser

TWO = Say(Stage.RCPT, b"MAIL\r\nRCPT\r\n", 2)
ONE = Say(Stage.DATA, b"DATA\r\n")


def asks(*steps: Say | StartTls | SendContent) -> Script[list[Answer]]:
    answers: list[Answer] = []
    for step in steps:
        answers.append((yield step))
    return answers


def test_it_moves_on_when_all_awaited_replies_are_there() -> None:
    conversation = Conversation(asks(TWO, ONE), ReplyParser())
    conversation.receive(b"250 a\r\n25")
    assert conversation.step is TWO
    conversation.receive(b"0 b\r\n")
    assert conversation.step is ONE
    conversation.receive(b"354 go\r\n")
    assert conversation.step is None
    assert [[reply.code for reply in answer.replies] for answer in conversation.result] == [[250, 250], [354]]


def test_a_reply_too_many_ends_it_before_the_next_command() -> None:
    """A stray 250 must never be read as the answer to something said later."""
    conversation = Conversation(asks(TWO, ONE), ReplyParser())
    conversation.receive(b"250 a\r\n250 b\r\n250 stray\r\n")
    assert conversation.step is None
    assert conversation.result[1] == Answer((), UNASKED, was_said=False)


def test_half_a_stray_reply_is_noticed_too() -> None:
    conversation = Conversation(asks(TWO, ONE), ReplyParser())
    conversation.receive(b"250 a\r\n250 b\r\n2")
    assert conversation.result[1].failure == UNASKED


def test_what_waits_on_the_connection_is_noticed_by_the_next_script() -> None:
    parser = ReplyParser()
    parser.feed(b"421 bye\r\n")
    assert Conversation(asks(ONE), parser).result[0].failure == UNASKED


def test_a_failure_hands_over_the_replies_that_came() -> None:
    conversation = Conversation(asks(TWO), ReplyParser())
    conversation.receive(b"250 a\r\n")
    conversation.fail("closed")
    assert [reply.code for reply in conversation.result[0].replies] == [250]
    assert conversation.result[0].failure == "closed"


def test_what_is_no_reply_is_a_failure_in_words() -> None:
    conversation = Conversation(asks(ONE), ReplyParser())
    conversation.receive(b"HTTP/1.1 400 Bad Request\r\n")
    assert "not a reply" in conversation.result[0].failure


def test_a_reply_during_the_content_ends_it() -> None:
    conversation = Conversation(asks(SendContent()), ReplyParser())
    conversation.receive(b"421 4.4.2 Connection dropped\r\n")
    assert conversation.result[0].replies[0].code == 421
    assert conversation.result[0].failure == UNASKED


def test_a_reply_right_behind_the_354_is_heard_before_any_content() -> None:
    conversation = Conversation(asks(ONE, SendContent()), ReplyParser())
    conversation.receive(b"354 go\r\n552 5.3.4 enough\r\n")
    assert conversation.step is None
    assert conversation.result[1].replies[0].code == 552


def test_half_a_reply_during_the_content_forbids_the_dot() -> None:
    conversation = Conversation(asks(SendContent(), Say(Stage.DOT, b".\r\n")), ReplyParser())
    conversation.receive(b"55")
    conversation.done()
    assert conversation.result[1] == Answer((), UNASKED, was_said=False)


def test_what_came_before_a_handshake_is_dropped() -> None:
    conversation = Conversation(asks(Say(Stage.STARTTLS, b"STARTTLS\r\n"), StartTls(), ONE), ReplyParser())
    conversation.receive(b"220 go\r\n250-injected\r\n250 SIZE 1\r\n")
    conversation.drop_input()
    conversation.done()
    assert conversation.step is ONE
