from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.envelope import Envelope, Notify, Recipient
from gateway.store.errors import DamagedMessage
from gateway.store.format import END_OCTETS, MAGIC, FileHeader, decode, decode_head, encode_end, encode_head
from tests.support.storage import LANE, RECEIVED_AT, envelope, held
from tests.support.values import mailbox, recipient, reverse_path

HEADER = FileHeader("F7K2Q", "queue", RECEIVED_AT, envelope(), lane=LANE, verdict="mark")

# As release 0.1 wrote it: it must stay readable (D20).
OF_RELEASE_0_1 = (
    b'poterne-message 1\n{"code":"F7K2Q","kind":"queue","received_at":1795521600.0,"envelope":{"reverse_path":'
    b'{"mailbox":{"local_part":"ann","domain":"sender.example","ascii_domain":"sender.example"}},"recipients":'
    b'[{"forward_path":{"mailbox":{"local_part":"bob","domain":"office.example","ascii_domain":"office.example"}},'
    b'"notify":[],"orcpt":null}],"body":"","smtputf8":false,"size_octets":null,"ret":"","envid":null},"door":"smtp",'
    b'"lane":"backend:exchange","verdict":"mark","in_doubt_since":null,"held":null}\n'
)


def whole(header: FileHeader, octets: bytes) -> bytes:
    start = encode_head(header) + octets
    return start + encode_end(len(octets), hashlib.sha256(start).hexdigest())


def test_the_form_stays_that_of_the_first_release() -> None:
    assert encode_head(HEADER).startswith(OF_RELEASE_0_1[:-2])
    assert decode_head(OF_RELEASE_0_1) == (HEADER, len(OF_RELEASE_0_1))


def test_what_a_newer_release_added_is_passed_over() -> None:
    newer = OF_RELEASE_0_1.replace(b'"held":null', b'"held":null,"colour":"green"')
    assert decode_head(newer)[0] == HEADER


@given(st.binary(max_size=300), st.text(st.characters(codec=None), max_size=20), st.sets(st.sampled_from(Notify)))
def test_a_file_holds_what_was_put_into_it(octets: bytes, text: str, notify: set[Notify]) -> None:
    named = Recipient(recipient().forward_path, frozenset(notify), text)
    full = Envelope(reverse_path(""), (named,), "8BITMIME", True, 5, "HDRS", text)
    header = FileHeader("F7K2Q", "quarantine", 1.5, full, held=held(subject=text), in_doubt_since=2.5)
    stored = decode(whole(header, octets))
    assert stored.header == header
    assert stored.octets == octets


@given(st.data())
def test_a_cut_file_is_recognised_wherever_it_is_cut(data: st.DataObject) -> None:
    good = whole(HEADER, b"Hello\r\npoterne-end\r\n")
    with pytest.raises(DamagedMessage):
        decode(good[: data.draw(st.integers(0, len(good) - 1))])


@given(st.data())
def test_one_changed_octet_is_recognised_wherever_it_is(data: st.DataObject) -> None:
    bad = bytearray(whole(HEADER, b"Hello\r\n"))
    bad[data.draw(st.integers(0, len(bad) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DamagedMessage):
        decode(bytes(bad))


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (b"", "empty"),
        (bytes(5_000), "not a message file"),
        (b"From: x\r\n\r\nForeign\r\n", "not a message file"),
        (MAGIC + b"{", "cut in the envelope"),
        (MAGIC + b"{\n" + bytes(END_OCTETS), "the envelope is unreadable"),
        (MAGIC + b"[" * 100_000 + b"\n", "the envelope is unreadable"),
        (MAGIC + b"{}\n", "the envelope is unreadable"),
        (encode_head(HEADER) + b"Hello\r\n" + bytes(END_OCTETS), "its last line is missing"),
        (whole(HEADER, b"Hello") + b"more", "its last line is missing"),
    ],
)
def test_damage_has_a_name(octets: bytes, why: str) -> None:
    with pytest.raises(DamagedMessage, match=why):
        decode(octets)


def test_octets_that_were_added_in_the_middle_are_recognised_by_the_length() -> None:
    good = whole(replace(HEADER, envelope=Envelope(reverse_path(), (Recipient(recipient().forward_path),))), b"Hello")
    with pytest.raises(DamagedMessage, match="octets of 5"):
        decode(good.replace(b"Hello", b"Hello Bob"))


def test_an_address_keeps_its_spelling() -> None:
    header = replace(HEADER, envelope=Envelope(reverse_path(), (recipient('"Bob B"@Office.EXAMPLE'),)))
    read = decode(whole(header, b"")).header.envelope.recipients[0].forward_path.mailbox
    assert read == mailbox('"Bob B"@Office.EXAMPLE')
