from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from gateway.core.alignment import DmarcResult
from gateway.core.envelope import TlsSession
from gateway.core.finding import (
    ArcFinding,
    ArcSet,
    DkimFinding,
    DkimSignature,
    FailureFinding,
    ReverseNameFinding,
    SpfFinding,
)
from gateway.core.trace import authentication_results, poterne_fields, received
from gateway.core.verdict import Action, Reason, Verdict
from tests.support.values import recipient, transaction

PASS = DmarcResult("pass", "reject", "reject", "sender.example", "sender.example", "dkim")


def unfolded(field: bytes) -> str:
    assert field.endswith(b"\r\n")
    assert all(line[:1] in (b" ", b"\t") for line in field.split(b"\r\n")[1:-1])
    return " ".join(field.decode("ascii").replace("\r\n", "").split())


def test_received_names_client_tls_code_and_the_single_recipient() -> None:
    tls = TlsSession("TLSv1.3", "TLS_AES_256_GCM_SHA384", 256)
    whole = transaction(tls=tls, hostname="out.sender.example")
    assert unfolded(received(whole, "mx.office.example")) == (
        "Received: from mail.sender.example (out.sender.example [192.0.2.7]) by mx.office.example with ESMTPS "
        "(TLSv1.3:TLS_AES_256_GCM_SHA384:256) id F7K2Q for <bob@office.example>; Tue, 24 Nov 2026 12:00:00 +0000"
    )


def test_received_hides_who_else_got_it() -> None:
    several = transaction(recipients=("bob@office.example", "eve@office.example"))
    assert "for <" not in unfolded(received(several, "mx.office.example"))


def test_received_of_an_ipv6_client_without_name_or_sane_helo() -> None:
    whole = transaction(ip=ip_address("2001:db8::7"), helo="we(ird")
    assert "from [IPv6:2001:db8::7] (unknown [IPv6:2001:db8::7])" in unfolded(received(whole, "mx.office.example"))


def test_received_says_when_the_transaction_was_smtputf8() -> None:
    whole = transaction()
    utf8 = replace(whole, envelope=replace(whole.envelope, smtputf8=True))
    assert "with UTF8SMTP id" in unfolded(received(utf8, "mx.office.example"))


def results(*findings: object, dmarc: DmarcResult = PASS) -> str:
    return unfolded(authentication_results(transaction(b"From: a\r\n\r\n", *findings), dmarc, "mx.office.example"))  # type: ignore[arg-type]  # findings only


def test_every_method_stands_with_its_property() -> None:
    text = results(
        SpfFinding("pass", "sender.example", "mailfrom"),
        DkimFinding((DkimSignature("pass", "sender.example", "s1", algorithm="rsa-sha256"),), "pass"),
        ArcFinding("pass", (ArcSet(1, "list.example", ""),)),
        ReverseNameFinding("pass", "out.sender.example"),
    )
    assert text == (
        "Authentication-Results: mx.office.example; iprev=pass policy.iprev=192.0.2.7; "
        "spf=pass smtp.mailfrom=sender.example; dkim=pass header.d=sender.example header.s=s1 header.a=rsa-sha256; "
        "dmarc=pass (p=reject) header.from=sender.example; arc=pass header.d=list.example"
    )


def test_unsigned_mail_says_none_and_a_failed_check_temperror() -> None:
    text = results(DkimFinding((), "none"), FailureFinding("spf", "crashed"), dmarc=DmarcResult("none"))
    assert "dkim=none" in text
    assert "spf=temperror" in text
    assert "crashed" not in text


def test_a_domain_that_is_none_is_left_out() -> None:
    evil = "evil.example; dkim=pass header.d=bank.example"
    text = results(DkimFinding((DkimSignature("fail", evil, "s"),), "fail"))
    assert "bank.example" not in text


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_foreign_text_can_write_a_result_or_a_line(domain: str, selector: str, reason: str) -> None:
    signature = DkimSignature("fail", domain, selector, reason=reason)
    finding = SpfFinding("fail", domain, "helo", explanation=reason)
    whole = transaction(b"From: a\r\n\r\n", DkimFinding((signature,), "fail"), finding, helo=domain, hostname=domain)
    octets = authentication_results(whole, DmarcResult("none", domain=domain), "mx.office.example") + received(
        whole, "mx"
    )
    parsed = message_from_bytes(octets + b"\r\n")
    assert parsed.keys() == ["Authentication-Results", "Received"]
    assert "=pass" not in str(parsed["Authentication-Results"]).split('reason="')[0]


def test_our_fields_carry_code_score_and_reasons() -> None:
    verdict = Verdict(Action.MARK, 7.12, (Reason("score-mark", decides=True), Reason("BAD NAME\r\nX: y", 2.0)))
    fields = b"".join(poterne_fields("F7K2Q", "abcd", "word", verdict))
    parsed = message_from_bytes(fields + b"\r\n")
    assert parsed["X-Poterne-Id"] == "F7K2Q.abcd"
    assert parsed["X-Poterne-Verdict"] == "word spam"
    assert parsed["X-Poterne-Score"] == "7.1"
    assert parsed["X-Poterne-Reasons"].split() == ["score-mark,", "BAD?NAME??X??y"]


def test_only_marked_mail_carries_the_secret_word() -> None:
    for action in (Action.ACCEPT, Action.QUARANTINE):
        assert b"word" not in b"".join(poterne_fields("F7K2Q", "abcd", "word", Verdict(action, 0.0, ())))


def test_a_utf8_recipient_is_not_named_in_an_ascii_field() -> None:
    whole = transaction()
    envelope = replace(whole.envelope, recipients=(recipient("zoë@office.example"),))
    assert "for <" not in unfolded(received(replace(whole, envelope=envelope), "mx.office.example"))
