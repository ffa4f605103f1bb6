from __future__ import annotations

from gateway.core.finding import ArcFinding, FailureFinding, SpfFinding, find


def test_a_finding_is_found_by_its_class() -> None:
    spf = SpfFinding("pass", "sender.example", "mailfrom")
    assert find((FailureFinding("dkim", "crashed"), spf), SpfFinding) is spf


def test_a_failed_check_has_no_finding_of_its_class() -> None:
    assert find((FailureFinding("arc", "crashed"),), ArcFinding) is None
