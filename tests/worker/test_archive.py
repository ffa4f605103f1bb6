import gzip
import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.worker.archive import ZIPS_IN_A_ROW_MAXIMUM, archive_members, is_about_encryption, zip_members
from gateway.worker.report import Budget, Refused, TooLarge
from tests.support.archives import (
    cab,
    rar4,
    rar4_locked,
    rar5,
    rar5_locked,
    stored,
    unicode_path,
    without_utf8_flag,
    zip_with_entry,
)
from tests.support.files import encrypted_zip, tarred, zipped


def test_the_files_of_a_zip_are_listed_and_read() -> None:
    read = [(member.name, member.read(Budget())) for member in zip_members(zipped({"a/b.txt": b"one", "c": b""}))]
    assert read == [("a/b.txt", b"one"), ("c", b"")]


def test_an_encrypted_file_in_a_zip_is_known_by_its_flag() -> None:
    (member,) = zip_members(encrypted_zip("a.txt", b"x"))
    assert member.is_encrypted
    with pytest.raises(Refused) as caught:
        member.read(Budget())
    assert is_about_encryption(caught.value)


def test_a_name_with_a_nul_keeps_what_is_behind_it() -> None:
    data = zipped({"aXb.exe": b"x"}).replace(b"aXb.exe", b"a\0b.exe")
    (member,) = zip_members(data)
    assert member.name == "a\0b.exe"


def test_a_bomb_ends_at_the_budget_whatever_size_it_declares() -> None:
    data = bytearray(zipped({"bomb": bytes(120 * 1024 * 1024)}))
    at = data.rindex(b"PK\x01\x02")
    assert len(data) < 200_000
    (member,) = zip_members(bytes(data))
    with pytest.raises(TooLarge):
        member.read(Budget())
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    (liar,) = zip_members(bytes(data))
    with pytest.raises((TooLarge, Refused)):
        liar.read(Budget())


def test_two_names_for_one_file_are_refused() -> None:
    data = zipped({"good.txt": b"x"}).replace(b"good.txt", b"evil.exe", 1)
    (member,) = zip_members(data)
    with pytest.raises(Refused, match="differ"):
        member.read(Budget())


def test_a_damaged_zip_is_refused() -> None:
    with pytest.raises(Refused, match="damaged zip"):
        list(zip_members(zipped({"a": b"x"})[:-10]))


@pytest.mark.parametrize("compression", ["", "gz", "bz2", "xz"])
def test_the_files_of_a_tar_are_listed_and_read(compression: str) -> None:
    data = tarred({"a/b.txt": b"one", "c.exe": b"two"}, compression)
    read = [(member.name, member.read(Budget())) for member in archive_members(data, "x.tar")]
    assert read == [("a/b.txt", b"one"), ("c.exe", b"two")]


def test_a_compressed_file_is_its_own_only_member() -> None:
    ((name, data),) = [(each.name, each.read(Budget())) for each in archive_members(gzip.compress(b"MZ"), "a.exe.gz")]
    assert (name, data) == ("a.exe", b"MZ")


def test_a_compressed_bomb_ends_at_the_budget() -> None:
    members = archive_members(gzip.compress(b"x" * (101 * 1024 * 1024)), "a.gz")
    member = next(members)
    with pytest.raises(TooLarge):
        member.read(Budget())
    members.close()
    with pytest.raises(Refused, match="after its archive was closed"):
        member.read(Budget())


@pytest.mark.parametrize("data", [b"7z\xbc\xaf\x27\x1c" + bytes(40), b"Rar!\x1a\x07\x00" + bytes(40), b"hello", b""])
def test_a_damaged_archive_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        list(archive_members(data, "x"))


def test_an_archive_that_seems_empty_is_refused_because_others_may_see_files_in_it() -> None:
    with pytest.raises(Refused, match="no file is found"):
        list(archive_members(gzip.compress(bytes(1_024) + tarred({"a.exe": b"x"})), "a.gz"))
    hollow = bytearray(zipped({"a": b"x"}))
    at = hollow.rindex(b"PK\x05\x06")
    hollow[at + 8 : at + 16] = bytes(8)
    with pytest.raises(Refused, match="names none of its files"):
        list(zip_members(bytes(hollow)))


def test_a_7z_with_files_from_a_real_program(tmp_path: Path) -> None:
    import libarchive

    with libarchive.file_writer(str(tmp_path / "a.7z"), "7zip") as archive:
        archive.add_file_from_memory("run.exe", 2, b"MZ")
    ((name, data),) = [
        (each.name, each.read(Budget())) for each in archive_members((tmp_path / "a.7z").read_bytes(), "a")
    ]
    assert (name, data) == ("run.exe", b"MZ")


def listed(data: bytes, name: str = "x") -> list[tuple[str, bool]]:
    members = zip_members(data) if data.startswith(b"PK") else archive_members(data, name)
    return [(each.name, each.is_encrypted) for each in members]


@pytest.mark.parametrize("data", [rar5("d/run.exe", b"MZ"), rar4("d/run.exe", b"MZ"), cab("d/run.exe", b"MZ")])
def test_rar_and_cab_are_listed_and_read(data: bytes) -> None:
    assert [(each.name, each.read(Budget())) for each in archive_members(data, "x")] == [("d/run.exe", b"MZ")]


@pytest.mark.parametrize("data", [rar5_locked(), rar4_locked()], ids=["5", "4"])
def test_a_rar_that_hides_its_names_is_about_encryption(data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        list(archive_members(data, "x"))
    assert is_about_encryption(caught.value)


def test_a_file_in_a_rar_tells_that_it_is_encrypted() -> None:
    assert listed(rar4("a.txt", b"x", is_encrypted=True)) == [("a.txt", True)]


def test_of_two_zips_in_one_file_both_are_opened() -> None:
    both = stored({"run.exe": b"MZ"}) + stored({"a.txt": b"x"})
    assert [name for name, _ in listed(both)] == ["a.txt", "run.exe"]
    behind_a_program = b"MZ stub" * 50 + stored({"a.txt": b"x"})
    assert [each.name for each in zip_members(behind_a_program)] == ["a.txt"]
    assert [name for name, _ in listed(stored({"in.zip": stored({"a.txt": b"x"})}))] == ["in.zip"]


def test_a_row_of_zips_has_an_end() -> None:
    with pytest.raises(Refused, match="zip archives in one file"):
        listed(stored({"a.txt": b"x"}) * (ZIPS_IN_A_ROW_MAXIMUM + 1))


def test_a_link_tells_where_it_leads() -> None:
    (link,) = zip_members(zip_with_entry(b"../../x", external_attr=0o120777 << 16))
    assert (link.target, link.read(Budget())) == ("", b"../../x")
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo("a")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/x"
        archive.addfile(entry)
    assert [each.target for each in archive_members(out.getvalue(), "x")] == ["/etc/x"]
    assert [each.target for each in zip_members(ZIP)] == [None, None]


def test_every_name_that_a_file_in_a_zip_may_get_is_told() -> None:
    (twice,) = zip_members(zip_with_entry(b"x", extra=unicode_path("run.exe", "a.txt")))
    assert (twice.name, twice.other_names) == ("a.txt", ("run.exe",))
    (unflagged,) = zip_members(without_utf8_flag(zipped({"\u202efdp.exe": b"x"})))
    assert unflagged.other_names == ("\u202efdp.exe",)
    assert [each.other_names for each in zip_members(zipped({"\u00e9.txt": b"x", "b": b""}))] == [(), ()]


ZIP = zipped({"a.txt": b"hello" * 20, "b/c.exe": b"MZ"})
TAR = tarred({"a.txt": b"hello" * 20, "b/c.exe": b"MZ"}, "gz")


@example([(0.625, 0)])  # an entry without a name
@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=5))
def test_damage_is_refused_or_unnoticed_and_nothing_else(changes: list[tuple[float, int]]) -> None:
    for whole, opened in ((ZIP, lambda data: zip_members(data)), (TAR, lambda data: archive_members(data, "x"))):
        data = bytearray(whole)
        for place, octet in changes:
            data[int(place * len(data))] = octet
        try:
            for member in opened(bytes(data)):
                member.read(Budget())
        except Refused:
            continue
