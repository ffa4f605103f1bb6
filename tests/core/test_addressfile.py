from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.addressfile import AddressFile, addresses_in

ANNA, BOB = "anna@office.example", "bob@office.example"


def read(text: str, encoding: str = "utf-8") -> AddressFile:
    return addresses_in(text.encode(encoding))


def test_a_list_has_one_address_a_line() -> None:
    found = read(f"# people\n{ANNA}\r\n\n  {BOB}  \nANNA@Office.Example\nSMTP:info@office.example\n")
    assert found == AddressFile((ANNA, BOB, "info@office.example"))


def test_each_bad_line_is_named_and_the_good_ones_are_not_lost() -> None:
    found = read(f"{ANNA}\nnobody\n{BOB}\na b@office.example\n@\n")
    assert found.addresses == (ANNA, BOB)
    assert [(each.line, each.text) for each in found.unread] == [(2, "nobody"), (4, "a b@office.example"), (5, "@")]


def test_names_and_other_cells_beside_an_address_do_no_harm() -> None:
    assert read(f"Anna Martin <{ANNA}>\nBob;Sales;{BOB}\n").addresses == (ANNA, BOB)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_powershells_encodings_are_known_by_their_marks(encoding: str) -> None:
    text = f'"Name","EmailAddresses"\r\n"Élodie","SMTP:{ANNA}"\r\n'
    octets = text.encode(encoding)
    if encoding == "utf-16-be":
        octets = b"\xfe\xff" + octets
    assert addresses_in(octets) == AddressFile((ANNA,))


def test_exchanges_export_gives_every_mail_address_and_nothing_else() -> None:
    found = read(
        "#TYPE Selected.Microsoft.Exchange.Data.Directory.Management.ReducedRecipient\r\n"
        '"DisplayName","EmailAddresses","PrimarySmtpAddress"\r\n'
        f'"Anna Martin","X500:/o=Office/ou=Exchange Group (FYDI)/cn=anna;smtp:a.m@office.example;SMTP:{ANNA};'
        f'SIP:{ANNA}","{ANNA}"\r\n'
        f'"Bob, the Boss","smtp:{BOB} X400:C=FR;A= ;P=Office;S=Bob;",""\r\n'
    )
    assert found == AddressFile(("a.m@office.example", ANNA, BOB))


def test_semicolons_and_tabs_separate_columns_too() -> None:
    assert read(f"Nom;Adresse;ProxyAddresses\r\nAnna;{ANNA};smtp:a@office.example\r\n").addresses == (
        ANNA,
        "a@office.example",
    )
    assert read(f"name\tmail\nAnna\t{ANNA}\n").addresses == (ANNA,)


def test_a_cell_over_several_lines_keeps_the_count_of_lines() -> None:
    found = read(f'mail,note\n{ANNA},"one\ntwo"\nnobody,x\n{BOB},y\n')
    assert found.addresses == (ANNA, BOB)
    assert [(each.line, each.text) for each in found.unread] == [(4, "nobody")]


def test_the_name_of_a_type_says_how_to_export_it() -> None:
    found = read("EmailAddresses\nMicrosoft.Exchange.Data.ProxyAddressCollection\n")
    assert "-join" in found.unread[0].why


def test_ldif_of_a_directory() -> None:
    coded = base64.b64encode("smtp:büro@office.example".encode()).decode()
    found = read(
        f"dn: CN=Anna,DC=office,DC=lan\nchangetype: add\nmail: {ANNA}\nproxyAddresses: SMTP:anna@off\n ice.example\n"
        f"proxyAddresses:: {coded}\nproxyAddresses: X400:c=fr\n# mail: x\ndescription: b@x\n\n"
        "dn: CN=Bob\nmail: nobody\nproxyAddresses:: ???\n"
    )
    assert found.addresses == (ANNA, "büro@office.example")
    assert [each.line for each in found.unread] == [12, 13]


@pytest.mark.parametrize("octets", [b"", b"\n\n", b"\xef\xbb\xbf", b"# nothing\n", b"mail\n"])
def test_an_empty_file_has_no_address(octets: bytes) -> None:
    assert addresses_in(octets) == AddressFile(())


def test_a_cell_or_a_header_without_end_is_said_to_be_no_row() -> None:
    found = read(f'mail,x\n{ANNA},y\n"{"a" * 200_000}",z\n{BOB},y\n')
    assert found.addresses == (ANNA, BOB)
    assert "no row" in found.unread[0].why
    assert read(f"{'a' * 200_000}\n{ANNA}\n").addresses == (ANNA,)


def test_what_is_no_text_is_said_with_its_line() -> None:
    found = addresses_in(b"anna@office.example\n\xff\xe9\n")
    assert (found.addresses, found.unread[0].line) == ((), 2)


@given(st.binary(max_size=300))
def test_any_octets_are_read_without_a_fault(octets: bytes) -> None:
    addresses_in(octets)


@given(st.lists(st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.example", fullmatch=True), unique=True))
def test_what_is_written_as_a_list_is_read_as_it_was(addresses: list[str]) -> None:
    assert read("\n".join(addresses)) == AddressFile(tuple(addresses))
