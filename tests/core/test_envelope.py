from __future__ import annotations

from gateway.core.envelope import Envelope, TlsSession
from gateway.core.finding import FailureFinding, SpfFinding
from tests.support.values import client, recipient, reverse_path, transaction


def test_the_same_folded_address_twice_stays_one_recipient() -> None:
    envelope = Envelope(reverse_path()).with_recipient(recipient("Bob@Office.example"))
    envelope = envelope.with_recipient(recipient("bob@office.example")).with_recipient(recipient("eve@office.example"))
    assert [str(each) for each in envelope.recipients] == ["Bob@Office.example", "eve@office.example"]


def test_findings_are_ordered_by_check_whatever_came_first() -> None:
    spf = SpfFinding("pass", "sender.example", "mailfrom")
    dkim = FailureFinding("dkim", "crashed")
    assert (
        transaction().with_findings(spf, dkim).findings == transaction().with_findings(dkim).with_findings(spf).findings
    )


def test_the_with_word_says_how_the_message_came() -> None:
    tls = TlsSession("TLSv1.3", "TLS_AES_256_GCM_SHA384", 256)
    assert client(esmtp=False).protocol == "SMTP"
    assert client().protocol == "ESMTP"
    assert client(tls=tls).protocol == "ESMTPS"
    assert client(tls=tls, authenticated_as="ann").protocol == "ESMTPSA"
