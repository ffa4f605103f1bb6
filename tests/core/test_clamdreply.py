"""clamd's line is read strictly: what is not one of its three endings is never clean."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.clamdreply import ClamdError, ClamdVersion, parse_scan, parse_version
from gateway.core.finding import VirusFinding


def test_ok_is_clean_and_found_is_a_virus_with_its_name() -> None:
    assert parse_scan(b"fd[10]: OK") == VirusFinding("clean")
    assert parse_scan(b"fd[9]: Win.Test.EICAR_HDB-1 FOUND") == VirusFinding("virus", "Win.Test.EICAR_HDB-1")


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("Heuristics.Limits.Exceeded.MaxFileSize", "unfinished"),
        ("Heuristics.Encrypted.Zip", "encrypted"),
        ("Heuristics.OLE2.ContainsMacros.VBA", "macro"),
        ("Heuristics.Phishing.Email.SpoofedDomain", "suspect"),
        ("Doc.Heuristics.Limits.1", "virus"),
    ],
)
def test_what_clamd_only_guesses_or_could_not_finish_is_no_virus(name: str, result: str) -> None:
    assert parse_scan(f"fd[10]: {name} FOUND".encode()).result == result


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"OK",
        b"fd[10]: ok",
        b"fd[10]: OK\n",
        b"fd[10]:  FOUND",
        b"fd[x]: OK",
        b"PONG",
        b"fd[1]: a\nfd[1]: OK",
        b"\xff",
    ],
)
def test_any_other_line_is_garbage(reply: bytes) -> None:
    with pytest.raises(ClamdError) as caught:
        parse_scan(reply)
    assert caught.value.kind == "garbage"


def test_an_error_of_clamd_is_told() -> None:
    with pytest.raises(ClamdError, match="reply: Can't allocate memory") as caught:
        parse_scan(b"fd[10]: Can't allocate memory ERROR")
    assert caught.value.kind == "reply"


@given(st.binary(max_size=80))
def test_no_octets_fail_otherwise_or_are_clean_by_chance(reply: bytes) -> None:
    try:
        finding = parse_scan(b"fd[1]: " + reply)
    except ClamdError:
        return
    assert finding.result != "clean" or reply == b"OK"


def test_the_version_has_the_moment_of_the_signatures_where_there_are_any() -> None:
    assert parse_version(b"ClamAV 1.4.3") == ClamdVersion("1.4.3")
    found = parse_version(b"ClamAV 1.4.3/27812/Tue Nov 24 10:02:11 2026")
    assert found == ClamdVersion("1.4.3", datetime(2026, 11, 24, 10, 2, 11, tzinfo=UTC))
    assert parse_version(b"ClamAV 1.4.3/27812/soon") == ClamdVersion("1.4.3")
    with pytest.raises(ClamdError, match="garbage"):
        parse_version(b"HTTP/1.1 400 Bad request")
