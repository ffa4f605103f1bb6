"""DMARC judged from findings alone: tree walks, alignment, policy and every kind of trouble."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.alignment import (
    NO_AUTHOR,
    DmarcResult,
    evaluate,
    may_align,
    organizational_domain,
    tree_walk_names,
)
from gateway.core.dmarc_record import parse_dmarc_record
from gateway.core.finding import (
    DkimFinding,
    DkimSignature,
    DmarcFinding,
    DmarcWalk,
    FailureFinding,
    Finding,
    SpfFinding,
)


def walk(domain: str, **records: str) -> DmarcWalk:
    """`records`: by name with "_" for ".", the tags behind v=DMARC1."""
    known = {name.replace("_", "."): parse_dmarc_record(f"v=DMARC1; {tags}") for name, tags in records.items()}
    return DmarcWalk(domain, tuple((name, known.get(name)) for name in tree_walk_names(domain)))


def dmarc(author: DmarcWalk, *others: DmarcWalk, exists: bool = True) -> DmarcFinding:
    return DmarcFinding((author.domain,), "", exists, (author, *others), "ok")


def spf(domain: str, result: str = "pass") -> SpfFinding:
    return SpfFinding(result, domain, "mailfrom")


def dkim(domain: str, result: str = "pass", *, covers_body: bool = True) -> DkimFinding:
    return DkimFinding((DkimSignature(result, domain, "s", covers_body=covers_body),), result)


def judge(*findings: Finding) -> DmarcResult:
    return evaluate(tuple(findings))


OWN = walk("example.com", example_com="p=reject")


def test_the_walk_asks_the_names_of_the_rfc() -> None:
    assert tree_walk_names("a.b.example.com") == ("a.b.example.com", "b.example.com", "example.com", "com")
    assert tree_walk_names("com") == ("com",)
    assert tree_walk_names("a.b.c.d.e.f.g.h.example.com")[:3] == (
        "a.b.c.d.e.f.g.h.example.com",
        "d.e.f.g.h.example.com",
        "e.f.g.h.example.com",
    )


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=40))
def test_no_walk_asks_more_than_eight_times(labels: list[str]) -> None:
    names = tree_walk_names(".".join(labels))
    assert len(names) <= 8
    assert len(set(names)) == len(names)
    assert names[-1] == labels[-1]


@pytest.mark.parametrize(
    ("found", "organization"),
    [
        (walk("a.b.example.com"), "a.b.example.com"),
        (walk("a.b.example.com", example_com="p=none"), "example.com"),
        (walk("a.b.example.com", b_example_com="p=none", example_com="p=none"), "example.com"),
        (walk("a.b.example.com", b_example_com="p=none; psd=n", example_com="p=none"), "b.example.com"),
        (walk("a.bank.example", bank_example="p=reject; psd=y"), "a.bank.example"),
        (walk("x.a.bank.example", bank_example="p=reject; psd=y"), "a.bank.example"),
        (walk("bank.example", bank_example="p=reject; psd=y"), "bank.example"),
    ],
)
def test_the_organizational_domain_comes_from_the_walk(found: DmarcWalk, organization: str) -> None:
    assert organizational_domain(found) == organization


def test_an_equal_domain_aligns() -> None:
    assert judge(dmarc(OWN), spf("example.com")).aligned_by == "spf"
    assert judge(dmarc(OWN), dkim("example.com")).aligned_by == "dkim"
    both = judge(dmarc(OWN), dkim("example.com"), spf("example.com"))
    assert both == DmarcResult("pass", "reject", "reject", "example.com", "example.com", "dkim,spf", "", "dkim,spf")


def test_without_a_record_the_very_domain_is_proven_and_no_other() -> None:
    assert judge(dmarc(walk("example.com")), dkim("example.com")).proven_by == "dkim"
    assert judge(dmarc(walk("example.com")), spf("mail.example.com"), dkim("com")).proven_by == ""
    assert judge(dmarc(walk("example.com")), spf("example.com", "softfail")).proven_by == ""
    assert judge(dmarc(OWN), spf("other.example")).proven_by == ""


def test_relaxed_alignment_goes_by_the_organizational_domain_of_both() -> None:
    other = walk("mail.example.com", example_com="p=reject")
    assert judge(dmarc(OWN, other), spf("mail.example.com")).result == "pass"
    apart = walk("mail.example.com", mail_example_com="p=none; psd=n")
    assert judge(dmarc(OWN, apart), spf("mail.example.com")).result == "fail"


def test_a_parent_and_its_child_align_only_by_their_walks() -> None:
    author = walk("github.io", github_io="p=reject; psd=y")
    evil = walk("evil.github.io", github_io="p=reject; psd=y")
    assert judge(dmarc(author, evil), dkim("evil.github.io")).result == "fail"
    assert judge(dmarc(author), dkim("evil.github.io")).result == "fail"


@pytest.mark.parametrize(
    ("tag", "finding"), [("aspf=s", spf("mail.example.com")), ("adkim=s", dkim("mail.example.com"))]
)
def test_strict_alignment_wants_the_same_name(tag: str, finding: Finding) -> None:
    author = walk("example.com", example_com=f"p=reject; {tag}")
    other = walk("mail.example.com", example_com="p=reject")
    assert judge(dmarc(author, other), finding).result == "fail"
    loose = walk("example.com", example_com="p=reject")
    assert judge(dmarc(loose, other), finding).result == "pass"


@pytest.mark.parametrize("result", ["fail", "softfail", "neutral", "none", "permerror", "policy"])
def test_only_a_pass_counts(result: str) -> None:
    assert judge(dmarc(OWN), spf("example.com", result)).result == "fail"
    assert judge(dmarc(OWN), dkim("example.com", result)).result == "fail"


def test_a_signature_that_leaves_body_unsigned_counts_for_nothing() -> None:
    assert judge(dmarc(OWN), dkim("example.com", covers_body=False)).result == "fail"


def test_the_policy_of_the_organization_depends_on_whether_the_name_exists() -> None:
    author = walk("sub.example.com", example_com="p=reject; sp=none; np=quarantine")
    here, gone = judge(dmarc(author)), judge(dmarc(author, exists=False))
    assert (here.policy, here.record_domain, here.domain) == ("none", "example.com", "sub.example.com")
    assert gone.policy == "quarantine"


def test_the_policy_of_a_public_suffix_is_the_last_resort() -> None:
    author = walk("giant.bank.example", bank_example="p=reject; sp=quarantine; psd=y")
    assert judge(dmarc(author)).policy == "quarantine"
    assert judge(dmarc(author)).record_domain == "bank.example"


def test_testing_acts_one_step_milder_and_reports_the_published_policy() -> None:
    for published, applied in (("reject", "quarantine"), ("quarantine", "none"), ("none", "none")):
        result = judge(dmarc(walk("example.com", example_com=f"p={published}; t=y")))
        assert (result.result, result.policy, result.applied) == ("fail", published, applied)


def test_without_a_record_there_is_no_result() -> None:
    assert judge(dmarc(walk("example.com")), spf("example.com")).result == "none"


def test_unusable_records_of_the_author_domain_are_not_replaced_by_its_parents() -> None:
    author = replace(walk("a.example.com", example_com="p=reject"), unusable=True)
    assert judge(dmarc(author)) == DmarcResult("none", domain="a.example.com", reason="the DMARC record is unusable")


@pytest.mark.parametrize("defect", ["several From fields", "an unreadable From field"])
def test_no_single_author_can_never_pass(defect: str) -> None:
    finding = DmarcFinding(("example.com",), defect, True, (OWN,), "none")
    assert judge(finding, spf("example.com"), dkim("example.com")).result == "permerror"
    assert judge(replace(finding, author_domains=()), dkim("example.com")).result == "permerror"


def test_no_from_field_is_none() -> None:
    assert judge(DmarcFinding((), NO_AUTHOR, False, (), "none")).result == "none"


def test_failed_look_ups_are_temperror() -> None:
    failed = replace(OWN, failed=True)
    assert judge(replace(dmarc(OWN), result="temperror"), spf("example.com")).result == "temperror"
    assert judge(dmarc(failed), spf("example.com")).result == "temperror"
    assert judge(FailureFinding("dmarc", "timeout")).result == "temperror"
    assert judge().result == "none"


def test_an_aligned_identity_that_could_not_be_checked_leaves_it_open() -> None:
    assert judge(dmarc(OWN), dkim("example.com", "temperror")).result == "temperror"
    assert judge(dmarc(OWN), FailureFinding("spf", "crash")).result == "temperror"
    assert judge(dmarc(OWN), FailureFinding("dkim", "crash"), spf("example.com")).result == "pass"
    assert judge(dmarc(OWN), FailureFinding("rspamd", "crash")).result == "fail"


def test_trouble_with_a_strangers_domain_does_not_soften_a_failure() -> None:
    stranger = replace(walk("evil.test"), failed=True)
    assert judge(dmarc(OWN, stranger), dkim("evil.test", "temperror")).result == "fail"
    assert judge(dmarc(OWN, stranger), dkim("evil.test")).result == "fail"


def test_a_failed_walk_of_a_domain_below_the_organization_leaves_it_open() -> None:
    below = replace(walk("mail.example.com"), failed=True)
    assert judge(dmarc(OWN, below), dkim("mail.example.com")).result == "temperror"


def test_only_names_below_the_organization_may_align() -> None:
    author = walk("a.example.com", example_com="p=none")
    assert may_align("example.com", author)
    assert may_align("x.y.example.com", author)
    assert not may_align("notexample.com", author)
    assert not may_align("com", author)
