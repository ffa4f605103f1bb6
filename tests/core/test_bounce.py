from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage, Message
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.bounce import (
    EXPIRED,
    HEADER_MAXIMUM_OCTETS,
    NO_ANSWER,
    Failed,
    Notice,
    Reporter,
    compose,
    failed,
    status_of,
)
from gateway.core.envelope import Envelope, Recipient
from gateway.core.message import Message as Octets
from gateway.core.outcome import Outcome, Result, Stage
from gateway.core.reply import Reply
from tests.support.values import NOON, ORDINARY, recipient, reverse_path

BY = Reporter("mx.office.example", "it@office.example")
EVE = recipient("eve@partner.example")
REFUSED = Failed(EVE, "5.1.1", "mx.partner.example", "550 5.1.1 no such user")


def notice(*each: Failed, octets: bytes = ORDINARY, **changes: object) -> Notice:
    envelope = Envelope(reverse_path("ann@office.example"), (EVE,))
    token = "0123456789abcdef"
    whole = Notice("failed", "F7K2Q", token, envelope, Octets.of(octets), each or (REFUSED,), NOON, NOON)
    return replace(whole, **changes)  # type: ignore[arg-type]  # fields by name


def parsed(made: Notice, by: Reporter = BY) -> EmailMessage:
    octets = compose(made, by)
    assert octets.isascii()
    assert octets.count(b"\r\n") == octets.count(b"\n") == octets.count(b"\r")
    assert max(len(line) for line in octets.split(b"\r\n")) <= 998
    message = cast(EmailMessage, email.message_from_bytes(octets, policy=email.policy.default))
    assert not [each for part in message.walk() for each in part.defects]
    return message


def parts(message: EmailMessage) -> tuple[str, list[Message], Message]:
    people, programs, header = message.iter_parts()
    groups = programs.get_payload()
    assert isinstance(groups, list)
    return people.get_content(), cast(list[Message], groups), header


def test_it_is_a_report_that_programs_can_read() -> None:
    message = parsed(notice())
    assert message.get_content_type() == "multipart/report"
    assert message.get_param("report-type") == "delivery-status"
    text, (about, eve), header = parts(message)
    assert about["Reporting-MTA"] == "dns; mx.office.example"
    assert about["Arrival-Date"] == "Tue, 24 Nov 2026 12:00:00 +0000"
    assert eve["Final-Recipient"] == "rfc822; eve@partner.example"
    assert (eve["Action"], eve["Status"]) == ("failed", "5.1.1")
    assert eve["Remote-MTA"] == "dns; mx.partner.example"
    assert eve["Diagnostic-Code"] == "smtp; 550 5.1.1 no such user"
    assert header.get_content_type() == "text/rfc822-headers"
    assert "Subject: Hello" in header.get_content()
    assert "Hello Bob" not in compose(notice(), BY).decode()
    assert "F7K2Q" in text
    assert "eve@partner.example" in text


def test_no_program_answers_it() -> None:
    message = parsed(notice())
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["From"] == "Poterne <it@office.example>"
    assert message["To"] == "ann@office.example"
    assert "[F7K2Q]" in message["Subject"]
    assert message["Message-ID"] == "<0123456789abcdef@mx.office.example>"


def test_each_recipient_has_its_own_fields() -> None:
    sue = Failed(recipient("sue@shop.example"), EXPIRED)
    text, (_, first, second), _ = parts(parsed(notice(REFUSED, sue)))
    assert (first["Status"], second["Status"]) == ("5.1.1", "4.4.7")
    assert second["Diagnostic-Code"] is None
    assert "for days" in text


def test_a_delay_says_until_when_it_will_be_tried() -> None:
    until = NOON + timedelta(days=5)
    text, (_, eve), _ = parts(parsed(notice(Failed(EVE, NO_ANSWER), kind="delayed", gives_up_at=until)))
    assert eve["Action"] == "delayed"
    assert eve["Will-Retry-Until"] == "Sun, 29 Nov 2026 12:00:00 +0000"
    assert "need not send it again" in " ".join(text.split())


def test_the_senders_parameters_come_back_decoded() -> None:
    bob = Recipient(EVE.forward_path, orcpt="rfc822;bob+2Bx@partner.example")
    envelope = Envelope(reverse_path("ann@office.example"), (bob,), envid="QQ+3D1")
    _, (about, fields), _ = parts(parsed(notice(replace(REFUSED, recipient=bob), envelope=envelope)))
    assert about["Original-Envelope-Id"] == "QQ=1"
    assert fields["Original-Recipient"] == "rfc822;bob+x@partner.example"


@pytest.mark.parametrize("hostile", ["rfc822;x+0D+0AStatus: 2.0.0", "rfc822;+0A", "rfc822;+00", "rfc822;a+E9"])
def test_parameters_that_would_begin_another_line_are_left_out(hostile: str) -> None:
    bob = Recipient(EVE.forward_path, orcpt=hostile)
    envelope = Envelope(reverse_path("ann@office.example"), (bob,), envid=hostile.partition(";")[2])
    _, (about, fields), _ = parts(parsed(notice(replace(REFUSED, recipient=bob), envelope=envelope)))
    assert fields["Original-Recipient"] is None
    assert about["Original-Envelope-Id"] is None
    assert fields.get_all("Status") == ["5.1.1"]


def test_an_international_address_is_written_in_ascii() -> None:
    """RFC 6533 §3, the form for lines of 7 bits."""
    zoe = Failed(recipient("zo\u00eb@partner.example"), "5.1.1")
    text, (_, fields), _ = parts(parsed(notice(zoe)))
    assert fields["Final-Recipient"] == "utf-8; zo\\x{EB}@partner.example"
    assert "zo\u00eb@partner.example" in text


def test_an_international_sender_is_named_by_the_envelope_only() -> None:
    envelope = Envelope(reverse_path("zo\u00eb@office.example"), (EVE,), smtputf8=True)
    assert parsed(notice(envelope=envelope))["To"] == "undisclosed-recipients:;"


def test_a_header_in_utf_8_is_a_global_one() -> None:
    octets = "Subject: Gr\u00fc\u00dfe\r\n\r\n".encode()
    *_, header = parts(parsed(notice(octets=octets)))
    assert header.get_content_type() == "message/global-headers"
    assert b"Gr=C3=BC=C3=9Fe" in compose(notice(octets=octets), BY)


def test_a_broken_header_is_quoted_not_repaired() -> None:
    octets = b"Subject: Gr\xfc\xdfe " + b"x" * 2_000 + b"\r\n\r\n"
    *_, header = parts(parsed(notice(octets=octets)))
    assert header.get_content_type() == "text/rfc822-headers"


def test_our_own_fields_do_not_leave_with_the_header() -> None:
    octets = b"X-Poterne-Id: F7K2Q.x\r\nX-Poterne-Verdict: secret spam\r\n" + ORDINARY
    assert b"X-Poterne-Verdict" not in compose(notice(octets=octets), BY)
    assert b"X-Poterne-Id" not in compose(notice(octets=octets), BY)


def test_a_notice_is_small_whatever_it_is_about() -> None:
    octets = b"".join(b"X-Long-%d: %s\r\n" % (number, b"x" * 900) for number in range(1_000)) + b"\r\n"
    everybody = tuple(
        Failed(recipient(f"u{number}@partner.example"), "5.1.1", "mx", "x" * 5_000) for number in range(1_000)
    )
    assert len(compose(notice(*everybody, octets=octets), BY)) < 2 * HEADER_MAXIMUM_OCTETS + 200 * 2_000


def test_what_the_hop_said_cannot_become_a_field() -> None:
    said = "550 no\r\nStatus: 2.0.0\r\n\r\nAction: delivered \u202e\x1b[31m"
    text, groups, _ = parts(parsed(notice(replace(REFUSED, said=said))))
    assert len(groups) == 2
    assert groups[1].get_all("Status") == ["5.1.1"]
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_it_refers_to_the_message_where_that_has_a_sound_name() -> None:
    assert parsed(notice(octets=b"Message-ID: <a@b>\r\n\r\n"))["In-Reply-To"] == "<a@b>"
    for bad in (b"Message-ID: <a@b> <c@d>\r\n\r\n", b"Message-ID: <a\xff@b>\r\n\r\n", b"Message-ID: x\r\n\r\n"):
        assert parsed(notice(octets=bad))["In-Reply-To"] is None
    twice = b"Message-ID: <a@b>\r\nMessage-ID: <c@d>\r\n\r\n"
    assert parsed(notice(octets=twice))["In-Reply-To"] is None


def test_the_office_may_speak_french() -> None:
    message = parsed(notice(), replace(BY, language="fr"))
    assert "n'a pas pu \u00eatre remis" in message["Subject"]
    text, *_ = parts(message)
    assert "ne conna\u00eet pas" in text


@settings(deadline=None)
@given(st.text(max_size=300), st.binary(max_size=600), st.text(max_size=60))
def test_no_text_breaks_the_form(said: str, header: bytes, local_part: str) -> None:
    octets = header.replace(b"\r", b"").replace(b"\n", b"\r\n") + b"\r\n\r\n"
    each = Failed(recipient(f"{local_part or 'x'}@partner.example"), "5.7.1", "mx.partner.example", said)
    made = notice(each, octets=octets)
    message = cast(EmailMessage, email.message_from_bytes(compose(made, BY), policy=email.policy.default))
    assert compose(made, BY).isascii()
    assert [part.get_content_type() for part in message.iter_parts()][:2] == ["text/plain", "message/delivery-status"]
    assert len(list(message.iter_parts())) == 3
    _, groups, _ = parts(message)
    assert [group.get_all("Status") for group in groups] == [None, ["5.7.1"]]


# --- from outcomes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "stage", "status"),
    [
        (Reply.of(550, "5.1.1", "no"), Stage.RCPT, "5.1.1"),
        (Reply.of(550, "", "no"), Stage.RCPT, "5.1.1"),
        (Reply.of(554, "", "no"), Stage.RCPT, "5.0.0"),
        (Reply.of(554, "5.7.1", "spam"), Stage.DOT, "5.7.1"),
        (Reply.of(554, "", "spam"), Stage.DOT, "5.0.0"),
        (Reply.of(451, "4.7.1", "later"), Stage.RCPT, "4.7.1"),
        (Reply.of(451, "", "later"), Stage.RCPT, "4.0.0"),
    ],
)
def test_the_status_is_the_hops_own_or_what_its_code_means(reply: Reply, stage: Stage, status: str) -> None:
    result = Result.DEFERRED if reply.is_transient else Result.REFUSED_RECIPIENT
    assert status_of(Outcome(EVE, result, stage, "", reply)) == status


def test_without_a_reply_the_time_is_over_or_nobody_answers() -> None:
    assert status_of(Outcome(EVE, Result.REFUSED_CONTENT, Stage.CONNECT)) == EXPIRED
    assert status_of(Outcome(EVE, Result.HOP_AWAY, Stage.CONNECT)) == NO_ANSWER


def test_the_words_of_our_server_stay_in_the_office() -> None:
    outcome = Outcome(
        EVE, Result.REFUSED_RECIPIENT, Stage.RCPT, "10.0.0.9:25", Reply.of(550, "5.1.1", "user db02\\bob unknown")
    )
    assert failed(outcome, tells_words=False) == Failed(EVE, "5.1.1", "", "550 5.1.1")
    told = failed(replace(outcome, hop="mx.partner.example[192.0.2.1]:25"), tells_words=True)
    assert (told.remote, told.said) == ("mx.partner.example", "550 5.1.1 user db02\\bob unknown")
