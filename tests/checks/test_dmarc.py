"""DMARC's look-ups: which names are asked, and which are not worth asking."""

from __future__ import annotations

from gateway.checks.dmarc import DmarcCheck
from gateway.core.alignment import evaluate
from gateway.core.author import SEVERAL_FIELDS
from gateway.core.finding import DmarcFinding, SpfFinding
from tests.support.mail import transaction
from tests.support.zone import ZoneResolver


async def ask(zone: str, octets: bytes = b"", **envelope: object) -> tuple[DmarcFinding, list[str]]:
    resolver = ZoneResolver.of(zone)
    message = octets or b"From: a@example.com\r\n\r\n"
    finding = await DmarcCheck(resolver).check(transaction(message, **envelope))
    return finding, [name for name, _ in resolver.asked]


OWN = '_dmarc.example.com TXT "v=DMARC1; p=reject"\n'


async def test_the_author_domain_is_walked_to_the_top() -> None:
    finding, asked = await ask(OWN, b"From: a@mail.example.com\r\n\r\n", mail_from="x@elsewhere.test")
    assert asked == ["_dmarc.mail.example.com", "_dmarc.example.com", "_dmarc.com"]
    assert (finding.result, finding.author_domains) == ("ok", ("mail.example.com",))


async def test_a_psd_tag_ends_the_walk() -> None:
    _, asked = await ask('_dmarc.example.com TXT "v=DMARC1; p=reject; psd=n"', mail_from="x@elsewhere.test")
    assert asked == ["_dmarc.example.com"]


async def test_strangers_domains_are_not_asked() -> None:
    signed = b"DKIM-Signature: d=evil.test\r\nDKIM-Signature: d=other.test\r\nFrom: a@example.com\r\n\r\n"
    finding, asked = await ask(OWN, signed, mail_from="x@evil.test")
    assert asked == ["_dmarc.example.com", "_dmarc.com"]
    assert len(finding.walks) == 1


async def test_candidates_below_the_organization_are_walked_and_shared_names_asked_once() -> None:
    signed = b"DKIM-Signature: d=a.example.com\r\nFrom: x@example.com\r\n\r\n"
    finding, asked = await ask(OWN, signed, mail_from="x@bounce.example.com")
    assert asked == ["_dmarc.example.com", "_dmarc.com", "_dmarc.bounce.example.com", "_dmarc.a.example.com"]
    assert [walk.domain for walk in finding.walks] == ["example.com", "bounce.example.com", "a.example.com"]
    assert evaluate((finding, SpfFinding("pass", "bounce.example.com", "mailfrom"))).result == "pass"


async def test_helo_is_a_candidate_for_the_null_reverse_path_only() -> None:
    finding, _ = await ask(OWN, mail_from="", helo="MX.example.com")
    assert [walk.domain for walk in finding.walks] == ["example.com", "mx.example.com"]
    finding, _ = await ask(OWN, mail_from="a@example.com", helo="mx.example.com")
    assert len(finding.walks) == 1


async def test_without_any_record_nobody_else_is_asked() -> None:
    _, asked = await ask("", mail_from="x@bounce.example.com")
    assert asked == ["_dmarc.example.com", "_dmarc.com"]


async def test_a_failing_walk_of_the_author_is_temperror() -> None:
    for line in ("_dmarc.example.com TIMEOUT", OWN + "_dmarc.com SERVFAIL"):
        finding, _ = await ask(line)
        assert finding.result == "temperror"
        assert evaluate((finding, SpfFinding("pass", "example.com", "mailfrom"))).result == "temperror"


async def test_a_failing_walk_of_a_candidate_is_noted_with_it() -> None:
    finding, _ = await ask(OWN + "_dmarc.b.example.com TIMEOUT", mail_from="x@b.example.com")
    assert (finding.result, [walk.failed for walk in finding.walks]) == ("ok", [False, True])


NP = '_dmarc.example.com TXT "v=DMARC1; p=reject; sp=none; np=quarantine"\n'


async def test_existence_is_asked_only_where_it_changes_the_policy() -> None:
    author = b"From: a@sub.example.com\r\n\r\n"
    finding, asked = await ask(NP, author, mail_from="x@elsewhere.test")
    assert not finding.author_exists
    assert asked.count("sub.example.com") == 3
    finding, _ = await ask(NP + "sub.example.com MX 10 mx.example.com.", author)
    assert finding.author_exists
    for zone, message in ((OWN, author), (NP, b"From: a@example.com\r\n\r\n")):
        finding, asked = await ask(zone, message, mail_from="x@elsewhere.test")
        assert finding.author_exists
        assert "sub.example.com" not in asked


async def test_an_existence_that_nobody_can_tell_is_temperror_unless_one_type_proves_it() -> None:
    author = b"From: a@sub.example.com\r\n\r\n"
    finding, _ = await ask(NP + "sub.example.com TIMEOUT MX", author)
    assert finding.result == "temperror"
    finding, _ = await ask(NP + "sub.example.com TIMEOUT MX\nsub.example.com A 192.0.2.1", author)
    assert (finding.result, finding.author_exists) == ("ok", True)


async def test_several_records_make_the_author_domain_unusable() -> None:
    finding, _ = await ask(OWN + OWN.replace("reject", "none"))
    assert finding.walks[0].unusable


async def test_a_message_without_a_single_author_asks_nothing() -> None:
    finding, asked = await ask(OWN, b"From: a@example.com\r\nFrom: b@example.com\r\n\r\n")
    assert asked == []
    assert (finding.result, finding.author_defect, finding.walks) == ("none", SEVERAL_FIELDS, ())
