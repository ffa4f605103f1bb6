from __future__ import annotations

import pytest

from gateway.core.dialogue.authentication import Login
from gateway.core.dialogue.conversation import Conversation
from gateway.core.dialogue.opening import Manner, Opened, Protocol, StartTlsUse, open_session
from gateway.core.dialogue.steps import Say, StartTls
from gateway.core.outcome import Stage
from gateway.core.replyparser import ReplyParser


def opening(starttls: StartTlsUse = "if-offered", protocol: Protocol = "smtp") -> Conversation[Opened]:
    return Conversation(open_session(Manner(protocol, "mx.office.example", starttls)), ReplyParser())


def said(conversation: Conversation[Opened]) -> bytes:
    assert isinstance(conversation.step, Say)
    return conversation.step.octets


def test_it_waits_for_the_greeting_before_it_speaks() -> None:
    conversation = opening()
    assert said(conversation) == b""
    conversation.receive(b"220 hop\r\n")
    assert said(conversation) == b"EHLO mx.office.example\r\n"
    conversation.receive(b"250-hop\r\n250 SIZE 100\r\n")
    assert conversation.result.ending is None
    assert conversation.result.capabilities.size_octets == 100


def test_lmtp_says_lhlo() -> None:
    conversation = opening(protocol="lmtp")
    conversation.receive(b"220 hop\r\n")
    assert said(conversation) == b"LHLO mx.office.example\r\n"


@pytest.mark.parametrize("greeting", [b"554 no\r\n", b"421 4.3.2 later\r\n", b"354 strange\r\n"])
def test_a_greeting_that_refuses_ends_it(greeting: bytes) -> None:
    conversation = opening()
    conversation.receive(greeting)
    ending = conversation.result.ending
    assert ending is not None
    assert ending.stage is Stage.GREETING


def test_a_server_without_ehlo_is_greeted_by_helo_and_announces_nothing() -> None:
    conversation = opening()
    conversation.receive(b"220 hop\r\n")
    conversation.receive(b"502 5.5.1 what\r\n")
    assert said(conversation) == b"HELO mx.office.example\r\n"
    conversation.receive(b"250 hop\r\n")
    assert conversation.result == Opened()


@pytest.mark.parametrize("reply", [b"421 4.3.2 later\r\n", b"451 4.7.0 wait\r\n", b"550 5.7.1 no\r\n"])
def test_a_server_that_refuses_us_at_ehlo_is_not_asked_by_helo(reply: bytes) -> None:
    conversation = opening()
    conversation.receive(b"220 hop\r\n")
    conversation.receive(reply)
    assert conversation.step is None
    assert conversation.result.ending is not None


def test_an_lmtp_server_is_never_greeted_by_helo() -> None:
    conversation = opening(protocol="lmtp")
    conversation.receive(b"220 hop\r\n")
    conversation.receive(b"500 5.5.1 what\r\n")
    assert conversation.result.ending is not None


def test_after_the_handshake_the_clear_text_is_forgotten() -> None:
    conversation = opening()
    conversation.receive(b"220 hop\r\n")
    conversation.receive(b"250-hop\r\n250-DSN\r\n250 STARTTLS\r\n")
    assert said(conversation) == b"STARTTLS\r\n"
    conversation.receive(b"220 go\r\n250 injected\r\n")
    assert isinstance(conversation.step, StartTls)
    conversation.drop_input()
    conversation.done()
    assert said(conversation) == b"EHLO mx.office.example\r\n"
    conversation.receive(b"250-hop\r\n250 PIPELINING\r\n")
    assert conversation.result.is_encrypted
    assert conversation.result.capabilities.keywords == {"PIPELINING"}


def test_a_refused_starttls_is_passed_over_where_clear_text_is_allowed() -> None:
    conversation = opening()
    conversation.receive(b"220 hop\r\n")
    conversation.receive(b"250-hop\r\n250 STARTTLS\r\n")
    conversation.receive(b"454 4.7.0 TLS not available\r\n")
    assert conversation.result.ending is None
    assert not conversation.result.is_encrypted


@pytest.mark.parametrize("reply", [b"454 4.7.0 TLS not available\r\n", b"554 5.7.0 no\r\n"])
def test_a_refused_starttls_ends_it_where_tls_is_required(reply: bytes) -> None:
    conversation = opening("required")
    conversation.receive(b"220 hop\r\n")
    conversation.receive(b"250-hop\r\n250 STARTTLS\r\n")
    conversation.receive(reply)
    ending = conversation.result.ending
    assert ending is not None
    assert ending.stage is Stage.STARTTLS
    assert conversation.result.is_tls_at_fault


def test_a_server_that_does_not_offer_starttls_is_not_used_where_tls_is_required() -> None:
    conversation = opening("required")
    conversation.receive(b"220 hop\r\n")
    conversation.receive(b"250 hop\r\n")
    ending = conversation.result.ending
    assert ending is not None
    assert ending.failure == "STARTTLS is not offered"


def test_a_failed_handshake_says_so() -> None:
    conversation = opening()
    conversation.receive(b"220 hop\r\n")
    conversation.receive(b"250-hop\r\n250 STARTTLS\r\n")
    conversation.receive(b"220 go\r\n")
    conversation.fail("another certificate")
    assert conversation.result.is_tls_at_fault
    assert conversation.result.ending is not None
    assert conversation.result.ending.failure == "another certificate"


def test_starttls_is_not_said_where_it_is_not_wanted() -> None:
    conversation = opening("never")
    conversation.receive(b"220 hop\r\n")
    conversation.receive(b"250-hop\r\n250 STARTTLS\r\n")
    assert conversation.step is None


def manner(**changes: object) -> Conversation[Opened]:
    whole = Manner("smtp", "mx.office.example", "if-offered", **changes)  # type: ignore[arg-type]  # fields by name
    return Conversation(open_session(whole), ReplyParser())


def test_the_password_is_said_after_the_handshake_and_the_second_ehlo_only() -> None:
    conversation = manner(login=Login("plain", "office", b"secret"))
    conversation.receive(b"220 hop\r\n")
    conversation.receive(b"250-hop\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n")
    assert said(conversation) == b"STARTTLS\r\n"
    conversation.receive(b"220 go\r\n")
    assert isinstance(conversation.step, StartTls)
    conversation.done()
    conversation.receive(b"250-hop\r\n250 AUTH PLAIN\r\n")
    assert said(conversation).startswith(b"AUTH PLAIN ")
    conversation.receive(b"235 2.7.0 ok\r\n")
    assert conversation.result.ending is None
    assert conversation.result.capabilities.mechanisms == {"PLAIN"}


def test_a_hop_that_announces_no_starttls_gets_no_password() -> None:
    conversation = manner(login=Login("plain", "office", b"secret"))
    conversation.receive(b"220 hop\r\n")
    conversation.receive(b"250-hop\r\n250 AUTH PLAIN\r\n")
    assert conversation.step is None
    assert conversation.result.ending is not None
    assert conversation.result.ending.stage is Stage.AUTH


def test_after_implicit_tls_the_password_follows_the_first_ehlo() -> None:
    conversation = manner(is_encrypted=True, login=Login("plain", "office", b"secret"))
    conversation.receive(b"220 hop\r\n")
    conversation.receive(b"250-hop\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n")
    assert said(conversation).startswith(b"AUTH PLAIN ")


@pytest.mark.parametrize("greeting", [b"220 mx.office.example ESMTP\r\n", b"220 MX.office.example. hello\r\n"])
def test_a_hop_that_greets_by_our_own_name_is_ourselves(greeting: bytes) -> None:
    conversation = manner(knows_itself=True)
    conversation.receive(greeting)
    assert conversation.step is None
    assert conversation.result.is_ourselves


def test_a_backend_may_have_our_name() -> None:
    conversation = manner()
    conversation.receive(b"220 mx.office.example ESMTP\r\n")
    assert said(conversation) == b"EHLO mx.office.example\r\n"
