import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.worker.ole import Compound, Embedded
from gateway.worker.report import Budget, Refused, TooLarge
from tests.support.files import PROGRAM, ole

INSTALLER = struct.pack("<IHH8s", 0x000C1084, 0, 0, bytes.fromhex("C000000000000046"))


def hits(streams: dict[str, bytes], class_id: bytes = bytes(16)) -> list[str]:
    return [kind for kind, _ in Compound(ole(streams, class_id)).hits(Budget())]


def biff(*records: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in records)


def slides(has_macros: int) -> bytes:
    return struct.pack("<HHIHHIIII", 0x1F, 0x3FF, 20, 2, 0x400, 12, 7, has_macros, 2)


def package(label: bytes, path: bytes, data: bytes) -> bytes:
    head = b"\0\0\0\0\2\0" + label + b"\0" + path + b"\0" + b"\0\0\3\0"
    return head + struct.pack("<I", 5) + b"temp\0" + struct.pack("<I", len(data)) + data


@pytest.mark.parametrize(
    ("streams", "kinds"),
    [
        ({"WordDocument": bytes(12)}, []),
        ({"Macros/VBA/dir": b"x"}, ["macro", "macro"]),
        ({"_VBA_PROJECT_CUR/VBA/dir": b"x"}, ["macro", "macro"]),
        ({"EncryptedPackage": b"x"}, ["encrypted-archive"]),
        ({"WordDocument": bytes(11) + b"\x01"}, ["encrypted-archive"]),
        ({"Workbook": biff((0x809, bytes(16)), (0x85, bytes(4) + b"\0\1" + b"\1\0x"), (0x0A, b""))}, ["macro"]),
        ({"Workbook": biff((0x809, bytes(16)), (0x85, bytes(4) + b"\0\0" + b"\1\0x"), (0x0A, b""))}, []),
        ({"Workbook": biff((0x809, bytes(16)), (0x0A, b""), (0x85, bytes(4) + b"\0\1"))}, []),
        ({"Book": biff((0x2F, bytes(4)))}, ["encrypted-archive"]),
        ({"PowerPoint Document": bytes(600) + slides(1)}, ["macro"]),
        ({"PowerPoint Document": bytes(600) + slides(0)}, []),
        ({"ObjectPool/_1/\x01Ole10Native": package(b"a", b"b", b"c")}, ["active-document"]),
    ],
)
def test_what_a_document_would_do_is_seen_in_its_streams(streams: dict[str, bytes], kinds: list[str]) -> None:
    assert hits(streams) == kinds


def test_an_installer_is_known_by_its_class() -> None:
    assert hits({"a": b"x"}, INSTALLER) == ["executable"]


def test_a_packed_file_comes_out_with_its_names_without_their_folders() -> None:
    compound = Compound(ole({"\x01Ole10Native": package(b"a.txt", b"C:\\tmp\\a.exe", PROGRAM)}))
    assert list(compound.files(Budget())) == [Embedded(("a.txt", "a.exe"), PROGRAM)]


def test_the_attachments_of_an_outlook_message_come_out() -> None:
    storage = "__attach_version1.0_#00000000"
    compound = Compound(
        ole(
            {
                f"{storage}/__substg1.0_37010102": PROGRAM,
                f"{storage}/__substg1.0_3707001F": "réel.exe".encode("utf-16-le"),
                f"{storage}/__substg1.0_3704001E": b"REEL~1.EXE",
            }
        )
    )
    (file,) = compound.files(Budget())
    assert file.names == ("réel.exe", "REEL~1.EXE")
    assert file.data.startswith(PROGRAM)


def test_what_streams_unpack_to_is_counted() -> None:
    budget = Budget()
    budget.unpacked(100 * 1024 * 1024 - 10)
    with pytest.raises(TooLarge):
        list(Compound(ole({"Workbook": b"x" * 100})).hits(budget))


def test_a_damaged_compound_is_refused() -> None:
    with pytest.raises(Refused):
        Compound(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


SAMPLE = ole({"Macros/VBA/dir": b"x", "Workbook": biff((0x85, bytes(6)))})


@settings(max_examples=100, deadline=2_000)
@given(st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 255)), min_size=1, max_size=6))
def test_damage_is_refused_or_unnoticed_and_nothing_else(changes: list[tuple[int, int]]) -> None:
    data = bytearray(SAMPLE)
    for place, octet in changes:
        data[place] = octet
    try:
        compound = Compound(bytes(data))
        list(compound.hits(Budget()))
        list(compound.files(Budget()))
    except (Refused, TooLarge):
        return
