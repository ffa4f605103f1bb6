"""The parameters of MAIL and RCPT."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import replies
from gateway.core.envelope import Notify
from gateway.core.parameters import MailParameters, RcptParameters, is_xtext, mail_parameters, rcpt_parameters


def xtext(text: bytes) -> str:
    """RFC 3461 §4."""
    return "".join(chr(o) if 33 <= o <= 126 and o not in b"+=" else f"+{o:02X}" for o in text)


def test_nothing_given_is_nothing_known():
    assert mail_parameters("") == MailParameters()
    assert rcpt_parameters("", smtputf8=False) == RcptParameters()


def test_everything_at_once_in_any_case_of_letters():
    text = " size=12 Body=8bitmime SMTPUTF8 ret=hdrs ENVID=aB+2Bc AUTH=<>"
    assert mail_parameters(text) == MailParameters(12, "8BITMIME", True, "HDRS", "aB+2Bc")


@given(st.binary(min_size=1, max_size=30))
def test_every_xtext_is_kept_as_received(octets):
    assert mail_parameters(f" ENVID={xtext(octets)}") == MailParameters(envid=xtext(octets))


@pytest.mark.parametrize("text", ["a+2", "a+2b", "a=b", "a b", "é", "+", "+G0"])
def test_what_is_no_xtext(text):
    assert not is_xtext(text)


@pytest.mark.parametrize(
    "text",
    [
        " SIZE",
        " SIZE=",
        " SIZE=-1",
        " SIZE=1e3",
        " SIZE=" + "9" * 21,
        " SIZE=\u0663",
        " SIZE=1 SIZE=1",
        " BODY",
        " BODY=9BIT",
        " RET=NONE",
        " SMTPUTF8=yes",
        " ENVID=" + "a" * 101,
        " AUTH=a+b",
        " AUTH",
        " =x",
        " -x=1",
        "SIZE=1",
        "\tSIZE=1",
    ],
)
def test_a_wrong_value_is_501(text):
    assert mail_parameters(text) == replies.BAD_PARAMETER


def test_an_unknown_keyword_is_555():
    assert mail_parameters(" MT-PRIORITY=3") == replies.UNKNOWN_PARAMETER
    assert rcpt_parameters(" RRVS=2014", smtputf8=False) == replies.UNKNOWN_PARAMETER


def test_spaces_too_many_do_no_harm():
    assert mail_parameters("  SIZE=1   BODY=7BIT ") == MailParameters(1, "7BIT")


def test_notify_and_orcpt():
    found = rcpt_parameters(" NOTIFY=Success,delay ORCPT=rfc822;Bob+2Bx@a.example", smtputf8=False)
    assert found == RcptParameters(frozenset({Notify.SUCCESS, Notify.DELAY}), "rfc822;Bob+2Bx@a.example")


@pytest.mark.parametrize(
    "text",
    [
        " NOTIFY",
        " NOTIFY=NEVER,SUCCESS",
        " NOTIFY=SUCCESS,",
        " NOTIFY=MAYBE",
        " ORCPT=rfc822",
        " ORCPT=;a@b",
        " ORCPT=rfc822;",
        " ORCPT=rfc 822;a",
        " ORCPT=rfc822;" + "a" * 500,
        " ORCPT=rfc822;zoé@a.example",
        " ORCPT=utf-8;zoé@a.example",
    ],
)
def test_wrong_dsn_values_are_501(text):
    assert rcpt_parameters(text, smtputf8=False) == replies.BAD_PARAMETER


def test_utf8_original_recipients():
    assert rcpt_parameters(r" ORCPT=utf-8;zo\x{E9}@a.example", smtputf8=False) == RcptParameters(
        orcpt=r"utf-8;zo\x{E9}@a.example"
    )
    assert rcpt_parameters(" ORCPT=utf-8;zoé@a.example", smtputf8=True) == RcptParameters(orcpt="utf-8;zoé@a.example")
    assert rcpt_parameters(" ORCPT=rfc822;zoé@a.example", smtputf8=True) == replies.BAD_PARAMETER
