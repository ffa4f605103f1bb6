from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.dnscheck import CHECKS, DnsFinding, Published, examine
from tests.support.healthdesk import GOOD

OURS = "it@office.example"


def finding(published: Published, check: str) -> DnsFinding:
    return next(each for each in examine(published, OURS) if each.check == check)


def test_a_domain_that_is_well_published_passes_every_check() -> None:
    found = examine(GOOD, OURS)
    assert [each.check for each in found] == list(CHECKS)
    assert {each.state for each in found} == {"ok"}
    assert all(each.record is None for each in found)


@pytest.mark.parametrize(
    ("mx", "state", "seen"),
    [
        ((), "bad", "none"),
        (("0 ",), "bad", "null"),
        (("10 mail.provider.example",), "bad", "others"),
        (("10 MX.Office.Example.", "20 mail.provider.example"), "weak", "also"),
        (("10 MX.Office.Example.",), "ok", "ours"),
        (None, "unknown", "silent"),
    ],
)
def test_mail_must_come_to_us_and_only_to_us(mx: tuple[str, ...] | None, state: str, seen: str) -> None:
    found = finding(replace(GOOD, mx=mx), "mx")
    assert (found.state, found.seen) == (state, seen)
    if state == "bad":
        assert found.record is not None
        assert (found.record.kind, found.record.value) == ("MX", "10 mx.office.example.")


@pytest.mark.parametrize(
    ("txt", "state", "seen", "advice"),
    [
        ((), "bad", "none", "v=spf1 mx -all"),
        (("google-site-verification=1", "v=spf1x mx"), "bad", "none", "v=spf1 mx -all"),
        (("v=spf1 mx -all", "v=spf1 a -all"), "bad", "several", ""),
        (("v=spf1 mx",), "weak", "open", "v=spf1 mx -all"),
        (("v=spf1 mx +all",), "weak", "anybody", "v=spf1 mx -all"),
        (("V=SPF1 mx ?all",), "weak", "anybody", "V=SPF1 mx -all"),
        (("v=spf1 redirect=_spf.provider.example",), "ok", "sane", ""),
        (("v=spf1 include:small.example ~all",), "ok", "sane", ""),
        (("v=spf1",), "weak", "open", "v=spf1 -all"),
    ],
)
def test_spf_is_one_record_with_an_end(txt: tuple[str, ...], state: str, seen: str, advice: str) -> None:
    found = finding(replace(GOOD, txt=txt), "spf")
    assert (found.state, found.seen) == (state, seen)
    assert (found.record.value if found.record else "") == advice


@pytest.mark.parametrize(
    ("dmarc", "state", "seen", "advice"),
    [
        ((), "bad", "none", "v=DMARC1; p=none; rua=mailto:it@office.example"),
        (
            ("v=DMARC1; p=none; rua=mailto:a@b.example",),
            "weak",
            "lenient",
            "v=DMARC1; p=quarantine; rua=mailto:a@b.example",
        ),
        (("v=DMARC1; p=reject; t=y",), "weak", "lenient", "v=DMARC1; p=quarantine"),
        (("v=DMARC1; p=reject",), "ok", "firm", ""),
        (
            ("v=DMARC1; p=reject", "v=DMARC1; p=none"),
            "bad",
            "unusable",
            "v=DMARC1; p=none; rua=mailto:it@office.example",
        ),
    ],
)
def test_dmarc_asks_to_stop_forgeries(dmarc: tuple[str, ...], state: str, seen: str, advice: str) -> None:
    found = finding(replace(GOOD, dmarc=dmarc), "dmarc")
    assert (found.state, found.seen) == (state, seen)
    assert (found.record.value if found.record else "") == advice
    assert found.record is None or found.record.name == "_dmarc.office.example"


def test_the_address_has_our_name() -> None:
    nameless = finding(replace(GOOD, pointers={"198.51.100.7": ()}), "ptr")
    assert nameless.state == "bad"
    assert nameless.record is not None
    assert nameless.record.name == "7.100.51.198.in-addr.arpa"
    other = finding(replace(GOOD, pointers={"198.51.100.7": ("dsl-7.provider.example",)}), "ptr")
    assert (other.state, other.seen) == ("weak", "others")


def test_a_name_without_a_public_address_says_so_and_has_no_pointer_to_check() -> None:
    private = examine(replace(GOOD, addresses=("192.168.1.9",), pointers={}), OURS)
    assert (private[0].check, private[0].state) == ("address", "weak")
    assert "ptr" not in {each.check for each in private}
    assert finding(replace(GOOD, addresses=()), "address").state == "bad"


values = st.none() | st.lists(st.text(max_size=40), max_size=4).map(tuple)


@given(values, values, values)
def test_whatever_strangers_publish_is_answered(mx: object, txt: object, dmarc: object) -> None:
    found = examine(replace(GOOD, mx=mx, txt=txt, dmarc=dmarc), OURS)  # type: ignore[arg-type]  # made above
    assert len(found) == len(CHECKS)
