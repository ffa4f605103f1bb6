"""The edge's own replies say what RFC 5321, RFC 2034 and RFC 3463 let them say."""

import pytest

from gateway.core import replies
from gateway.core.reply import Reply

NAMED = {name: value for name, value in vars(replies).items() if isinstance(value, Reply)}


@pytest.mark.parametrize("name", sorted(NAMED))
def test_every_reply_but_354_has_an_enhanced_code(name):
    reply = NAMED[name]
    assert bool(reply.enhanced) == (reply.code != 354)


def test_greeting_and_hello_have_none():
    assert replies.greeting("mx.example").to_octets() == b"220 mx.example ESMTP\r\n"
    assert replies.hello("mx.example").to_octets() == b"250 mx.example\r\n"
    assert replies.hello("mx.example", ("DSN",)).to_octets() == b"250-mx.example\r\n250 DSN\r\n"


def test_a_chunk_is_confirmed_with_its_size():
    assert replies.chunk_taken(12).to_octets() == b"250 2.0.0 12 octets received\r\n"


def test_goodbyes_are_421_with_a_transient_code():
    for reply in (replies.TIMED_OUT, replies.TOO_SLOW, replies.SHUTTING_DOWN, replies.TOO_MANY_CONNECTIONS):
        assert reply.code == 421
        assert reply.is_transient
