"""Command lines: octets in, a value or the refusal out, whatever the octets are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import replies
from gateway.core.command import Bdat, Dialect, Hello, Mail, Rcpt, Verb, parse, verb_of
from gateway.core.envelope import Notify
from gateway.core.reply import Reply

ESMTP, PLAIN, UTF8 = Dialect(), Dialect(extended=False), Dialect(smtputf8=True)


@given(
    st.one_of(
        st.binary(max_size=80),
        st.tuples(st.sampled_from([b"MAIL FROM:", b"RCPT TO:", b"BDAT ", b"EHLO "]), st.binary(max_size=60)).map(
            b"".join
        ),
    ),
    st.sampled_from([ESMTP, PLAIN, UTF8]),
)
def test_any_octets_become_a_command_or_a_refusal(line, dialect):
    found = parse(line, dialect)
    assert not isinstance(found, Reply) or found.is_permanent


def test_words_are_known_in_any_case():
    for line, verb in ((b"data", Verb.DATA), (b"Quit ", Verb.QUIT), (b"NOOP x y", Verb.NOOP), (b"vrfy bob", Verb.VRFY)):
        assert parse(line, ESMTP) is verb


def test_hello():
    assert parse(b"ehlo Mail.Example ", ESMTP) == Hello("Mail.Example", extended=True)
    assert parse(b"HELO [192.0.2.1]", ESMTP) == Hello("[192.0.2.1]", extended=False)
    for bad in (b"EHLO", b"EHLO a b", b"EHLO a(b)", b"EHLO " + b"a" * 256, b"EHLO a;b"):
        assert parse(bad, ESMTP) == replies.BAD_HELLO


def test_mail_opens_an_envelope():
    found = parse(b"mail from:  <Ann@Sender.Example> SIZE=5 RET=FULL ENVID=x BODY=7BIT", ESMTP)
    assert isinstance(found, Mail)
    envelope = found.envelope
    assert str(envelope.reverse_path) == "Ann@Sender.Example"
    assert (envelope.size_octets, envelope.ret, envelope.envid, envelope.body) == (5, "FULL", "x", "7BIT")
    assert envelope.recipients == ()


def test_rcpt_keeps_its_dsn_parameters():
    found = parse(b"RCPT TO:<bob@office.example> NOTIFY=NEVER ORCPT=rfc822;Bob", ESMTP)
    assert isinstance(found, Rcpt)
    assert found.recipient.notify == frozenset({Notify.NEVER})
    assert found.recipient.orcpt == "rfc822;Bob"


@pytest.mark.parametrize(
    ("line", "dialect", "reply"),
    [
        (b"MAIL", ESMTP, replies.MAIL_SYNTAX),
        (b"MAIL FROM", ESMTP, replies.MAIL_SYNTAX),
        (b"MAIL FROM :<a@b>", ESMTP, replies.MAIL_SYNTAX),
        (b"MAIL FROM:", ESMTP, replies.BAD_REVERSE_PATH),
        (b"MAIL FROM:<postmaster>", ESMTP, replies.BAD_REVERSE_PATH),
        (b"MAIL FROM:<a@b> SIZE=1", PLAIN, replies.UNKNOWN_PARAMETER),
        (b"RCPT TO", ESMTP, replies.RCPT_SYNTAX),
        (b"RCPT TO:<>", ESMTP, replies.BAD_FORWARD_PATH),
        (b"RCPT TO:<a@b> NOTIFY=NEVER", PLAIN, replies.UNKNOWN_PARAMETER),
        ("RCPT TO:<é@b>".encode(), ESMTP, replies.NEEDS_SMTPUTF8),
        ("MAIL FROM:<a@é.example>".encode(), ESMTP, replies.NEEDS_SMTPUTF8),
        (b"RCPT TO:<\xe9@b>", UTF8, replies.NOT_ASCII),
        ("NOOP é".encode(), UTF8, replies.NOT_ASCII),
        (b"NOOP \x00", ESMTP, replies.NOT_ASCII),
        (b"MAIL FROM:<a\r@b>", ESMTP, replies.NOT_ASCII),
        (b"", ESMTP, replies.UNKNOWN_COMMAND),
        (b" NOOP", ESMTP, replies.UNKNOWN_COMMAND),
        (b"\xff\xfe", ESMTP, replies.UNKNOWN_COMMAND),
        (b"AUTH PLAIN", ESMTP, replies.NOT_IMPLEMENTED),
        (b"DATA now", ESMTP, replies.NO_ARGUMENT),
        (b"VRFY", ESMTP, replies.NEEDS_ARGUMENT),
        (b"NOOP " + b"x" * 506, ESMTP, replies.LINE_TOO_LONG),
        (b"BDAT", ESMTP, replies.BDAT_SYNTAX),
        (b"BDAT 1 FIRST", ESMTP, replies.BDAT_SYNTAX),
        (b"BDAT +1", ESMTP, replies.BDAT_SYNTAX),
        (b"BDAT 0x10", ESMTP, replies.BDAT_SYNTAX),
        (b"BDAT " + b"1" * 21, ESMTP, replies.BDAT_SYNTAX),
    ],
)
def test_what_is_refused_and_how(line, dialect, reply):
    assert parse(line, dialect) == reply


def test_chunks():
    assert parse(b"BDAT 12", ESMTP) == Bdat(12, is_last=False)
    assert parse(b"bdat 0 last ", ESMTP) == Bdat(0, is_last=True)


def test_utf8_where_it_was_agreed():
    found = parse("RCPT TO:<zoé@bücher.example>".encode(), UTF8)
    assert isinstance(found, Rcpt)
    assert found.recipient.forward_path.ascii_domain == "xn--bcher-kva.example"
    assert isinstance(parse("MAIL FROM:<zoé@b.example> SMTPUTF8".encode(), ESMTP), Mail)


def test_a_long_mail_line_is_legal_with_extensions():
    assert isinstance(parse(b"MAIL FROM:<a@b.example> AUTH=" + b"x" * 500 + b" ENVID=" + b"y" * 100, ESMTP), Mail)


def test_the_word_of_a_line():
    assert verb_of(b"bdat 1 x") == "BDAT"
    assert verb_of(b"") == ""
