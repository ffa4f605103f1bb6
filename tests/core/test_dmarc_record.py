"""One DMARC record: what counts as one, and what its tags come to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.dmarc_record import parse_dmarc_record, select_dmarc_record
from gateway.core.finding import DmarcRecord


def test_defaults_are_resolved() -> None:
    assert parse_dmarc_record("v=DMARC1; p=reject") == DmarcRecord("reject", "reject", "reject")
    assert parse_dmarc_record("v=DMARC1; p=reject; sp=none") == DmarcRecord("reject", "none", "none")
    assert parse_dmarc_record("v=DMARC1; p=none; np=reject") == DmarcRecord("none", "none", "reject")


def test_every_tag_is_read() -> None:
    text = (
        "v=DMARC1;p=quarantine;sp=none;np=reject;psd=n;aspf=s;adkim=s;t=y;rua=mailto:a@b.example!10m,mailto:c@d.example"
    )
    assert parse_dmarc_record(text) == DmarcRecord(
        "quarantine", "none", "reject", "n", True, True, True, ("mailto:a@b.example!10m", "mailto:c@d.example")
    )


@pytest.mark.parametrize(
    "text",
    [
        "v=dmarc1; p=reject",
        "V=DMARC1; p=reject",
        "v=DMARC1x; p=reject",
        "v=DMARC2; p=reject",
        "p=reject; v=DMARC1",
        " p=reject",
        "",
        "v=spf1 -all",
        "v=DMARC1",
        "v=DMARC1; adkim=s",
        "v=DMARC1; p=bounce",
        "v=DMARC1; P=reject",
        "v=DMARC1; p=reject; sp=bounce",
        "v=DMARC1; p=reject; np=bounce; rua=https://example.com",
    ],
)
def test_these_are_no_policy(text: str) -> None:
    assert parse_dmarc_record(text) is None


@pytest.mark.parametrize("wrong", ["", "p=bounce; ", "p=reject; sp=bounce; ", "p=reject; np=; "])
def test_who_asks_for_reports_without_a_valid_policy_is_monitoring(wrong: str) -> None:
    record = parse_dmarc_record(f"v=DMARC1; {wrong}rua=mailto:a@b.example")
    assert record is not None
    assert (record.p, record.sp, record.np) == ("none", "none", "none")


def test_unknown_and_broken_tags_fall_back_to_defaults() -> None:
    text = "v=DMARC1; p=Reject; pct=0; rf=afrf; ri=5; foo=bar; nonsense; aspf=x; adkim=sr; psd=maybe; t=; p=none"
    assert parse_dmarc_record(text) == DmarcRecord("reject", "reject", "reject")


def test_several_records_at_a_name_are_all_discarded() -> None:
    one, other = "v=DMARC1; p=reject", "v=DMARC1; p=none"
    assert select_dmarc_record([one, "v=spf1 -all"]) == (DmarcRecord("reject", "reject", "reject"), False)
    assert select_dmarc_record([one, other]) == (None, True)
    assert select_dmarc_record([one, one]) == (None, True)
    assert select_dmarc_record(["v=DMARC1; adkim=s"]) == (None, True)
    assert select_dmarc_record(["v=dmarc1; p=reject"]) == (None, False)
    assert select_dmarc_record([]) == (None, False)


@given(st.text(alphabet="pstnvu=;: \tDMARC1rejctoa@.!x", max_size=60))
def test_no_text_raises_and_policies_are_words_of_the_rfc(text: str) -> None:
    record = parse_dmarc_record("v=DMARC1;" + text)
    assert record is None or {record.p, record.sp, record.np} <= {"none", "quarantine", "reject"}
