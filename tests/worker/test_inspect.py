import base64
import binascii
import gzip
import io
import time
import zipfile

import pytest

from gateway.core.finding import AttachmentFinding
from gateway.worker import inspect as module
from gateway.worker.inspect import inspect
from gateway.worker.report import PARTS_MAXIMUM
from tests.support.archives import (
    cab,
    rar4,
    rar4_locked,
    rar5,
    rar5_locked,
    stored,
    unicode_path,
    zip_with_entry,
)
from tests.support.files import PROGRAM, encrypted_zip, ole, tarred, tnef, zipped


def mail(name: str, data: bytes, kind: str = "application/octet-stream") -> bytes:
    head = f'From: a@b.c\r\nContent-Type: {kind}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head.encode() + base64.encodebytes(data).replace(b"\n", b"\r\n")


def look(name: str, data: bytes) -> AttachmentFinding:
    return inspect(mail(name, data))


def hits(finding: AttachmentFinding) -> list[tuple[str, str]]:
    return [(hit.path, hit.kind) for hit in finding.hits]


def nested(levels: int) -> bytes:
    data = PROGRAM
    for number in range(levels):
        data = zipped({f"{number}.zip" if number else "run.exe": data})
    return data


def test_an_ordinary_attachment_is_clean_and_named() -> None:
    assert look("report.pdf", b"%PDF-1.7") == AttachmentFinding((), "clean", ("report.pdf",), parts=1)


def test_a_program_in_a_zip_in_a_zip_is_found_with_its_path() -> None:
    finding = look("a.zip", zipped({"b.zip": zipped({"dir/invoice.pdf.exe": PROGRAM})}))
    assert finding.result == "hits"
    path = "a.zip > b.zip > dir/invoice.pdf.exe"
    assert hits(finding) == [(path, "executable"), (path, "double-extension")]


def test_a_program_by_another_name_is_found_by_its_content() -> None:
    assert hits(look("photo.jpg", PROGRAM)) == [("photo.jpg", "executable")]
    assert hits(look("a.zip", zipped({"readme.txt": PROGRAM}))) == [("a.zip > readme.txt", "executable")]


def test_an_encrypted_zip_is_told_and_the_names_in_it_are_judged() -> None:
    finding = look("a.zip", encrypted_zip("run.js", b"x"))
    assert hits(finding) == [("a.zip", "encrypted-archive"), ("a.zip > run.js", "script")]
    assert finding.names == ("a.zip", "a.zip > run.js")


def test_a_bomb_is_too_large_and_quickly_so() -> None:
    inner = zipped({f"{number}": bytes(30_000_000) for number in range(4)})
    bomb = zipped({f"{number}.zip": inner for number in range(16)})
    started = time.perf_counter()
    finding = look("42.zip", bomb)
    assert time.perf_counter() - started < 5
    assert "too-large" in [kind for _, kind in hits(finding)]


def test_names_behind_a_bomb_are_still_judged() -> None:
    finding = look("a.zip", zipped({"bomb": bytes(110_000_000), "run.exe": b"x"}))
    assert hits(finding) == [("a.zip", "too-large"), ("a.zip > run.exe", "executable")]


def test_more_files_than_we_look_at_is_too_large() -> None:
    assert ("a.zip", "too-large") in hits(look("a.zip", zipped({f"{number}.txt": b"" for number in range(1_001)})))


def test_five_levels_are_looked_into_and_the_sixth_is_told() -> None:
    assert [kind for _, kind in hits(look("a.zip", nested(5)))] == ["executable"]
    assert [kind for _, kind in hits(look("a.zip", nested(6)))] == ["nested-too-deep"]


def test_five_thousand_levels_of_parts_are_told() -> None:
    nest = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(5_000))
    assert ("message", "nested-too-deep") in hits(inspect(nest.encode()))


def test_a_flood_of_parts_is_unscannable() -> None:
    finding = inspect(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 10_001)
    assert finding.result == "unscannable"
    assert "MIME parts" in finding.detail


def test_winmail_is_opened() -> None:
    finding = look("winmail.dat", tnef(("a.txt", b"x"), ("b.exe", PROGRAM)))
    assert hits(finding) == [("winmail.dat > b.exe", "executable")]
    assert look("winmail.dat", tnef(("a.txt", b"x"))[:-5]).result == "unscannable"


def test_a_nested_message_is_looked_into_also_in_base64_and_as_a_file() -> None:
    inner = mail("run.exe", PROGRAM)
    plain = b"Content-Type: message/rfc822\r\n\r\n" + inner
    hidden = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(inner)
    assert hits(inspect(plain)) == [("run.exe", "executable")]
    assert ("message > run.exe", "executable") in hits(inspect(hidden))
    assert hits(look("fwd.eml", inner)) == [("fwd.eml > run.exe", "executable")]
    assert hits(look("a.zip", zipped({"fwd.eml": inner}))) == [("a.zip > fwd.eml > run.exe", "executable")]


def test_a_message_wrapped_in_base64_without_end_ends() -> None:
    data = mail("run.exe", PROGRAM)
    for _ in range(30):
        head = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        data = head + base64.b64encode(data)
    assert inspect(data).result == "hits"


def test_messages_that_an_encoding_hides_from_one_another_are_counted_as_levels() -> None:
    head = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    finding = inspect(head * 200 + b"Content-Type: x/y; name\x3da.exe\r\n\r\n")
    assert [kind for _, kind in hits(finding)] == ["nested-too-deep"]


def test_uuencoded_files_in_a_text_are_attachments() -> None:
    lines = b"\r\n".join(binascii.b2a_uu(PROGRAM[at : at + 45]).strip() for at in range(0, len(PROGRAM), 45))
    text = b"Content-Type: text/plain\r\n\r\nhello\r\nbegin 644 photo.jpg\r\n" + lines + b"\r\nend\r\n"
    assert hits(inspect(text)) == [("photo.jpg", "executable")]


def test_a_text_without_a_name_is_no_attachment() -> None:
    assert inspect(b"Content-Type: text/plain\r\n\r\n#!/bin/sh\r\n") == AttachmentFinding((), "clean", parts=1)
    assert hits(inspect(b"Content-Type: text/plain; name=x\r\n\r\n#!/bin/sh\r\n")) == [("x", "script")]


@pytest.mark.parametrize(
    ("member", "kind"),
    [
        ("word/vbaProject.bin", "macro"),
        ("xl/macrosheets/sheet1.xml", "macro"),
        ("Basic/Standard/Module1.xml", "macro"),
        ("word/activeX/activeX1.bin", "active-document"),
    ],
)
def test_what_an_office_document_does_is_seen_in_its_members(member: str, kind: str) -> None:
    assert hits(look("letter.docx", zipped({"[Content_Types].xml": b"", member: b"x"}))) == [("letter.docx", kind)]


def test_a_template_from_elsewhere_makes_a_document_active() -> None:
    relation = (
        b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        b'attachedTemplate" Target="https://evil.example/t.dotm" TargetMode="External"/>'
    )
    document = zipped({"word/_rels/settings.xml.rels": relation})
    assert hits(look("letter.docx", document)) == [("letter.docx", "active-document")]
    link = relation.replace(b"attachedTemplate", b"hyperlink")
    assert hits(look("letter.docx", zipped({"word/_rels/document.xml.rels": link}))) == []


def test_a_flood_of_open_tags_takes_linear_time() -> None:
    flood = b"<Relationship relationships/frame " * 300_000
    started = time.perf_counter()
    assert hits(look("a.docx", zipped({"word/_rels/x.rels": flood}))) == []
    assert time.perf_counter() - started < 3


def test_a_program_packed_into_a_document_is_found() -> None:
    package = b"\0\0\0\0\2\0a\0a.exe\0\0\0\3\0\0\0\0\0" + len(PROGRAM).to_bytes(4, "little") + PROGRAM
    document = zipped({"word/embeddings/oleObject1.bin": ole({"\x01Ole10Native": package})})
    assert ("letter.docx > word/embeddings/oleObject1.bin > a.exe", "executable") in hits(look("letter.docx", document))


def test_archives_of_other_kinds_are_opened_and_unknown_ones_are_unscannable() -> None:
    assert hits(look("a.tar.gz", tarred({"x/run.js": b""}, "gz"))) == [("a.tar.gz > x/run.js", "script")]
    assert look("a.ace", b"1234567**ACE**").result == "unscannable"
    assert look("a.zip", b"PK\x03\x04 broken").result == "unscannable"


def test_a_member_that_leaves_its_folder_is_deceptive() -> None:
    assert ("a.zip > ../../x.txt", "deceptive-name") in hits(look("a.zip", zipped({"../../x.txt": b""})))


def test_a_link_that_leads_out_of_its_archive_is_deceptive() -> None:
    link = zip_with_entry(b"../../.bashrc", external_attr=0o120777 << 16)
    assert hits(look("a.zip", link)) == [("a.zip > a.txt", "deceptive-name")]
    inside = zip_with_entry(b"b/c.txt", external_attr=0o120777 << 16)
    assert hits(look("a.zip", inside)) == []


def test_a_file_is_judged_by_every_name_it_has_in_an_archive() -> None:
    finding = look("a.zip", zip_with_entry(b"x", extra=unicode_path("run.exe", "a.txt")))
    assert hits(finding) == [("a.zip > run.exe", "executable")]
    assert finding.names == ("a.zip", "a.zip > a.txt", "a.zip > run.exe")


@pytest.mark.parametrize(("name", "filename"), [("a.dat", "b.eml"), ("a.eml", "b.dat")])
def test_a_file_is_opened_as_each_of_its_names_wants(name: str, filename: str) -> None:
    inner = mail("run.exe", PROGRAM)
    head = f'Content-Type: application/x; name="{name}"\r\nContent-Disposition: attachment; filename="{filename}"\r\n'
    whole = f"{head}Content-Transfer-Encoding: base64\r\n\r\n".encode() + base64.encodebytes(inner)
    assert "executable" in [kind for _, kind in hits(inspect(whole))]


@pytest.mark.parametrize(
    "field",
    [
        'Content-Type: application/x; name="run.exe"',
        'Content-Disposition: attachment; filename="run.exe"',
        "Content-Disposition: attachment; filename*=utf-8''run%2Eexe",
        "Content-Disposition: attachment; filename*0=run; filename*1=.exe",
        'Content-Type: application/x; name="=?utf-8?b?cnVuLmV4ZQ==?="',
        "Content-Type: application/x; name=run.exe::$DATA",
    ],
)
def test_a_name_that_stands_in_one_place_only_is_seen(field: str) -> None:
    assert "executable" in [kind for _, kind in hits(inspect(f"{field}\r\n\r\nx\r\n".encode()))]


@pytest.mark.parametrize(
    "data",
    [
        rar5("run.exe", b"x"),
        rar4("run.exe", b"x"),
        cab("run.exe", b"x"),
        zipped({"b.tar": tarred({"c.gz": gzip.compress(zipped({"run.exe": b"x"}))}, "xz")}),
        stored({"run.exe": b"x"}) + stored({"a.txt": b"x"}),
    ],
    ids=["rar 5", "rar 4", "cab", "nested", "two zips in a row"],
)
def test_a_program_in_any_archive_is_found_whatever_the_archive_is_called(data: bytes) -> None:
    found = hits(look("holiday.jpg", data))
    assert [kind for _, kind in found] == ["executable"]
    assert found[0][0].startswith("holiday.jpg > ")


@pytest.mark.parametrize("data", [rar5_locked(), rar4_locked()], ids=["rar 5", "rar 4"])
def test_an_archive_that_hides_its_names_is_encrypted(data: bytes) -> None:
    finding = look("a.rar", data)
    assert (hits(finding), finding.result) == ([("a.rar", "encrypted-archive")], "hits")


def test_a_flood_of_names_hides_no_ending_from_the_policy() -> None:
    files = {f"{number}.txt": b"" for number in range(300)} | {"page.html": b""}
    assert "a.zip > page.html" in look("a.zip", zipped(files)).names


def test_a_disk_image_is_told() -> None:
    assert ("d.iso", "disk-image") in hits(look("d.iso", bytes(0x8001) + b"CD001" + bytes(3_000)))


def test_one_damaged_member_does_not_hide_its_siblings() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.txt", b"marker")
        archive.writestr("run.exe", b"x")
    finding = look("a.zip", out.getvalue().replace(b"marker", b"broken"))
    assert finding.result == "unscannable"
    assert hits(finding) == [("a.zip > run.exe", "executable")]


def test_a_bug_in_a_parser_is_a_note_about_that_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(data: bytes) -> None:
        raise IndexError(data)

    monkeypatch.setattr(module, "tnef_files", broken)
    finding = look("winmail.dat", tnef())
    detail = "winmail.dat: IndexError while reading it"
    assert finding == AttachmentFinding((), "unscannable", ("winmail.dat",), detail, parts=1)


def test_the_parts_are_counted_and_a_walk_that_ends_early_has_more_than_anybody_looks_at() -> None:
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    assert inspect(head + b"--b\r\n\r\nx\r\n" * 7 + b"--b--\r\n").parts == 8
    assert inspect(head + b"--b\r\n\r\nx\r\n" * 11_000).parts == PARTS_MAXIMUM + 1
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=n%d\r\n\r\n--n%d\r\n" % (n, n) for n in range(200))
    assert inspect(deep + b"\r\nx\r\n").parts == PARTS_MAXIMUM + 1
