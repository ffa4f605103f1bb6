from __future__ import annotations

import pytest

from gateway.core.outcome import Result, Stage
from gateway.core.reply import Reply
from gateway.delivery.outside import refused_by_mx, refused_by_smart_host


def reply(text: str) -> Reply:
    code, *rest = text.split(" ", 2)
    enhanced = rest[0] if rest and rest[0][:2] == f"{code[0]}." else ""
    return Reply.of(int(code), enhanced, text.removeprefix(code).strip())


@pytest.mark.parametrize(
    ("stage", "text", "result"),
    [
        (Stage.RCPT, "550 5.1.1 no such user", Result.REFUSED_RECIPIENT),
        (Stage.RCPT, "550 5.7.1 your address is on a block list", Result.REFUSED_RECIPIENT),
        (Stage.RCPT, "554 5.7.1 relaying denied", Result.REFUSED_RECIPIENT),
        (Stage.RCPT, "552 5.2.2 mailbox full", Result.REFUSED_RECIPIENT),
        (Stage.RCPT, "552 too many", Result.DEFERRED),
        (Stage.MAIL, "550 5.7.1 we do not like you", Result.REFUSED_CONTENT),
        (Stage.DATA, "554 5.5.1 no", Result.REFUSED_CONTENT),
        (Stage.DOT, "554 spam", Result.REFUSED_CONTENT),
        (Stage.MAIL, "530 5.7.0 STARTTLS first", Result.HOP_SICK),
        (Stage.GREETING, "554 5.3.2 no", Result.HOP_SICK),
        (Stage.EHLO, "550 5.7.1 no", Result.HOP_SICK),
    ],
)
def test_a_strangers_server_is_right_about_what_it_refuses(stage: Stage, text: str, result: Result) -> None:
    assert refused_by_mx(stage, reply(text))[0] is result


@pytest.mark.parametrize(
    ("stage", "text", "result"),
    [
        (Stage.AUTH, "535 5.7.8 wrong password", Result.HOP_SICK),
        (Stage.MAIL, "530 5.7.0 log in first", Result.HOP_SICK),
        (Stage.MAIL, "503 5.5.1 log in first", Result.HOP_SICK),
        (Stage.RCPT, "550 5.7.1 Relaying denied", Result.HOP_SICK),
        (Stage.RCPT, "554 relay access denied", Result.HOP_SICK),
        (Stage.RCPT, "550 5.1.1 no such user", Result.REFUSED_RECIPIENT),
        (Stage.MAIL, "553 5.7.1 not your sender address", Result.REFUSED_CONTENT),
        (Stage.DOT, "554 5.7.1 spam", Result.REFUSED_CONTENT),
    ],
)
def test_a_provider_that_does_not_know_us_refuses_nobodys_mail(stage: Stage, text: str, result: Result) -> None:
    """One forgotten password would else bounce everything the office writes."""
    assert refused_by_smart_host(stage, reply(text))[0] is result
