import pytest

from gateway.core.attachments import extension_of
from gateway.core.finding import AttachmentFinding, AttachmentHit
from gateway.worker.protocol import ANSWER_MAXIMUM_OCTETS, encode_finding
from gateway.worker.report import ENDINGS_MAXIMUM, NAMES_MAXIMUM, Budget, Refused, Report, TooLarge, shortened


def test_nothing_found_is_clean_and_something_found_is_hits() -> None:
    report = Report()
    assert report.finding() == AttachmentFinding((), "clean")
    report.name("a.exe")
    report.hit("a.exe", "executable", "ends in .exe")
    report.hit("a.exe", "executable", "again")
    assert report.finding() == AttachmentFinding(
        (AttachmentHit("a.exe", "executable", "ends in .exe"),), "hits", ("a.exe",)
    )


def test_what_could_not_be_examined_outweighs_hits_but_keeps_them() -> None:
    report = Report()
    report.hits("a", (("script", "x"),))
    report.unscannable("b.zip", "damaged")
    report.unscannable("", "more than 10000 MIME parts")
    finding = report.finding()
    assert finding.result == "unscannable"
    assert len(finding.hits) == 1
    assert finding.detail == "b.zip: damaged; more than 10000 MIME parts"


def test_a_flood_of_everything_stays_small() -> None:
    report = Report()
    for number in range(10_000):
        report.hit(f"{number}" + "x" * 1_000, "script", "x")
        report.name(f"{number}")
        report.unscannable(f"{number}", "x" * 100)
    report.hit("late", "executable", "x")
    finding = report.finding()
    assert (len(finding.hits), len(finding.names), len(finding.detail)) == (21, 100, 1_000)
    # A flood of one kind hides no other, which the policy may weigh heavier.
    assert finding.hits[-1].kind == "executable"
    assert all(len(hit.path) <= 300 for hit in finding.hits)


def test_a_shortened_name_keeps_its_beginning_and_its_ending() -> None:
    short = shortened("invoice" + "x" * 1_000 + ".exe")
    assert len(short) == 300
    assert short.startswith("invoice")
    assert short.endswith(".exe")
    assert shortened("short") == "short"


def test_a_budget_ends_at_its_limits() -> None:
    budget = Budget()
    budget.unpacked(100 * 1024 * 1024)
    with pytest.raises(TooLarge, match="100 MiB"):
        budget.unpacked(1)
    for _ in range(1_000):
        budget.member()
    with pytest.raises(TooLarge, match="1000 files"):
        budget.member()
    with pytest.raises(Refused, match="octets of MIME headers"):
        budget.part(9 * 1024 * 1024)


def test_one_name_of_each_ending_is_kept_beyond_the_number_of_names() -> None:
    report = Report()
    for number in range(500):
        report.name(f"a.zip > {number}.txt")
    report.name("a.zip > page.html")
    report.name("a.zip > other.html")
    names = report.finding().names
    assert len(names) == NAMES_MAXIMUM + 1
    assert names[-1] == "a.zip > page.html"


def test_more_endings_than_are_kept_are_unscannable_and_the_answer_stays_small() -> None:
    report = Report()
    for number in range(ENDINGS_MAXIMUM + 500):
        report.name("é" * 300 + f" > {number}.x{number}")
    finding = report.finding()
    assert len(encode_finding(finding)) < ANSWER_MAXIMUM_OCTETS
    assert (finding.result, finding.detail) == ("unscannable", f"names with more than {ENDINGS_MAXIMUM} endings")
    assert extension_of(finding.names[-1]) == f"x{ENDINGS_MAXIMUM - 1}"
