import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.worker.kinds import containers, content_hits
from tests.support.files import PROGRAM, ole, tarred, tnef, zipped


def kinds(data: bytes) -> list[str]:
    return [kind for kind, _ in content_hits(data)]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PROGRAM, "executable"),
        (b"MZ" + bytes(20), "executable"),
        (b"\x7fELF\x02", "executable"),
        (b"\xca\xfe\xba\xbe\0\0", "executable"),
        (b"\x4c\x00\x00\x00\x01\x14\x02\x00\x00", "shortcut"),
        (b"[InternetShortcut]\r\nURL=x", "shortcut"),
        (b"#!/bin/sh\n", "script"),
        (b"@echo off\r\n", "script"),
        (b"\xff\xfe" + "@echo off".encode("utf-16-le"), "script"),
        (b"<html><HTA:APPLICATION id=x>", "script"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<job id='x'>", "script"),
        (b"ITSF\x03", "script"),
        (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1", "active-document"),
        (bytes(0x8001) + b"CD001", "disk-image"),
        (b"vhdxfile", "disk-image"),
        (bytes(1000) + b"conectix" + bytes(504), "disk-image"),
        (b"{\\rtf1 {\\object\\objemb{\\*\\objdata 01}}}", "active-document"),
        (b" \r\n{\\rt{\\object{\\*\\objdata 01}}}", "active-document"),
        (b"%PDF-1.7\n<< /S /Launch >>", "active-document"),
        (b"<svg xmlns='x'><script>", "active-document"),
        (b"<svg xmlns='x'>" + b"<g/>" * 20_000 + b"<script>", "active-document"),
        (b"<svg><a xlink:href='javascript:x()'>", "active-document"),
        (b"<svg onload = 'x()'>", "active-document"),
        (b"<html><script>var b = new Blob([x]); a.href = URL.createObjectURL(b)", "active-document"),
        (b"<html>" + b" " * 100_000 + b"navigator.msSaveOrOpenBlob(b, 'a.zip')", "active-document"),
        (b"<?xml version='1.0'?><?mso-application progid='Word.Document'?><w:d w:macrosPresent=\"yes\">", "macro"),
        (b"<?mso-application progid='Word.Document'?>" + b" " * 9_000 + b"'/word/vbaProject.bin'", "macro"),
        (b"ActiveMime\0\0", "macro"),
        (b"ID;PWXL;N;E\r\n", "active-document"),
        (b"\xeb\x52\x90NTFS    \0", "disk-image"),
        (b"\xeb\x58\x90MSDOS5.0".ljust(82, b"\0") + b"FAT32   \0", "disk-image"),
        (bytes(512) + b"EFI PART", "disk-image"),
    ],
)
def test_dangerous_octets_are_known_by_what_they_are(data: bytes, kind: str) -> None:
    assert kinds(data) == [kind]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ is a text about two letters, and long enough to have a place for a header in it, which is none.",
        b"hello",
        b"\x89PNG\r\n\x1a\n",
        b"%PDF-1.7\n/JavaScript",
        b"{\\rtf1 plain}",
        b"<html>",
        b"echo offside",
        b"<svg xmlns='x'><path d='M0'/><text>on time = now</text></svg>",
        b"a note about createObjectURL",
        b"<html><script>alert(1)</script>",
        b"<?mso-application progid='Excel.Sheet'?><Workbook>",
    ],
)
def test_harmless_octets_are_left_alone(data: bytes) -> None:
    assert kinds(data) == []


@pytest.mark.parametrize(
    ("data", "opener"),
    [
        (zipped({"a": b"x"}), "zip"),
        (PROGRAM + zipped({"a": b"x"}), "zip"),
        (ole({"a": b"x"}), "ole"),
        (tnef(("a", b"x")), "tnef"),
        (tarred({"a": b"x"}), "archive"),
        (tarred({"a": b"x"}, "gz"), "archive"),
        (tarred({"a": b"x"}, "bz2"), "archive"),
        (tarred({"a": b"x"}, "xz"), "archive"),
        (b"Rar!\x1a\x07\x01\x00", "archive"),
        (b"7z\xbc\xaf\x27\x1c", "archive"),
        (b"MSCF\0\0", "archive"),
        (b"1234567**ACE**", "unknown"),
        (b"ALZ\x01\0", "unknown"),
        (b"EGGA\0", "unknown"),
    ],
    # Samples are made with the time of day in them, and names of tests must be the same in every process.
    ids=[
        "zip",
        "program and zip",
        "ole",
        "tnef",
        "tar",
        "tar gz",
        "tar bz2",
        "tar xz",
        "rar",
        "7z",
        "cab",
        "ace",
        "alz",
        "egg",
    ],
)
def test_a_container_names_its_opener(data: bytes, opener: str) -> None:
    assert containers(data, "") == (opener,)


def test_a_mail_is_one_by_its_name_and_a_text_is_none() -> None:
    assert containers(b"From: a@b.c", "eml") == ("message",)
    assert containers(b"070701 is the number of my house", "txt") == ()
    assert containers(b"\x60\xea", "arj") == ("unknown",)
    assert containers(b"anything", "zoo") == ("unknown",)
    assert containers(b"", "") == ()


def test_a_chance_end_record_in_a_picture_is_no_archive() -> None:
    assert containers(b"\x89PNG" + bytes(100) + b"PK\x05\x06" + bytes(18), "png") == ()
    lie = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, 46, 4_000_000_000, 0)
    assert containers(b"\x89PNG" + bytes(100) + lie, "png") == ()


@pytest.mark.parametrize("flood", [b"<?mso-application ", b"<svg ", b"<svg> onload", b"<?xml ", b"<hta:", b"{\\rt "])
def test_a_flood_of_beginnings_takes_linear_time(flood: bytes) -> None:
    data = flood * (2_000_000 // len(flood))
    started = time.perf_counter()
    content_hits(data)
    assert time.perf_counter() - started < 2


@given(st.binary(max_size=200))
def test_no_octets_make_it_fail(data: bytes) -> None:
    content_hits(data)
    containers(data, "")
