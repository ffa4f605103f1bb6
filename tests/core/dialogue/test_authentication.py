from __future__ import annotations

import base64

import pytest

from gateway.core.dialogue.authentication import IN_CLEAR, Login, authenticate
from gateway.core.dialogue.capabilities import Capabilities
from gateway.core.dialogue.conversation import Conversation
from gateway.core.dialogue.steps import Ending, Say
from gateway.core.outcome import Stage
from gateway.core.replyparser import ReplyParser

PASSWORD = b"gr\xc3\xbcn 1"
BOTH = Capabilities(frozenset({"AUTH"}), None, frozenset({"PLAIN", "LOGIN"}))
PLAIN = Login("plain", "office", PASSWORD)
LOGIN = Login("login", "office", PASSWORD)


def talking(login: Login, known: Capabilities = BOTH, *, is_encrypted: bool = True) -> Conversation[Ending | None]:
    return Conversation(authenticate(login, known, is_encrypted=is_encrypted), ReplyParser())


def said(conversation: Conversation[Ending | None]) -> bytes:
    assert isinstance(conversation.step, Say)
    return conversation.step.octets


def test_plain_is_one_command() -> None:
    conversation = talking(PLAIN)
    response = base64.b64encode(b"\0office\0" + PASSWORD)
    assert said(conversation) == b"AUTH PLAIN " + response + b"\r\n"
    conversation.receive(b"235 2.7.0 welcome\r\n")
    assert conversation.result is None


def test_login_is_two_answers() -> None:
    conversation = talking(LOGIN)
    assert said(conversation) == b"AUTH LOGIN\r\n"
    conversation.receive(b"334 VXNlcm5hbWU6\r\n")
    assert said(conversation) == base64.b64encode(b"office") + b"\r\n"
    conversation.receive(b"334 UGFzc3dvcmQ6\r\n")
    assert said(conversation) == base64.b64encode(PASSWORD) + b"\r\n"
    conversation.receive(b"235 2.7.0 welcome\r\n")
    assert conversation.result is None


@pytest.mark.parametrize("login", [PLAIN, LOGIN])
def test_nothing_is_said_in_clear(login: Login) -> None:
    conversation = talking(login, is_encrypted=False)
    assert conversation.step is None
    assert conversation.result == Ending(Stage.AUTH, None, IN_CLEAR)


def test_nothing_is_said_to_a_hop_that_does_not_offer_the_mechanism() -> None:
    conversation = talking(PLAIN, Capabilities(frozenset({"AUTH"}), None, frozenset({"XOAUTH2", "CRAM-MD5"})))
    assert conversation.step is None
    assert conversation.result is not None
    assert conversation.result.failure == "the hop does not offer AUTH PLAIN, but CRAM-MD5 XOAUTH2"


@pytest.mark.parametrize("reply", [b"535 5.7.8 wrong\r\n", b"454 4.7.0 later\r\n", b"534 5.7.9 too weak\r\n"])
def test_a_refused_password_ends_at_auth_with_what_the_hop_said(reply: bytes) -> None:
    conversation = talking(PLAIN)
    conversation.receive(reply)
    ending = conversation.result
    assert ending is not None
    assert (ending.stage, ending.is_positive) == (Stage.AUTH, False)
    assert ending.reply is not None
    assert str(ending.reply.code).encode() == reply[:3]


@pytest.mark.parametrize("reply", [b"250 2.0.0 fine\r\n", b"334 more\r\n"])
def test_only_235_is_a_login(reply: bytes) -> None:
    conversation = talking(PLAIN)
    conversation.receive(reply)
    assert conversation.result is not None
    assert conversation.result.reply is None


def test_a_login_that_breaks_in_the_middle_sends_no_password() -> None:
    conversation = talking(LOGIN)
    conversation.receive(b"334 VXNlcm5hbWU6\r\n")
    conversation.receive(b"535 5.7.8 no such user\r\n")
    assert conversation.step is None
    assert conversation.result is not None


def test_a_password_is_in_no_text() -> None:
    assert "gr" not in repr(LOGIN)
    conversation = talking(PLAIN)
    conversation.fail("the hop closed the connection")
    assert conversation.result == Ending(Stage.AUTH, None, "the hop closed the connection")
