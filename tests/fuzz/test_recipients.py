"""What says who exists: a directory's answers, notices, and the files of addresses that offices have."""

from __future__ import annotations

from gateway.core.addressfile import addresses_in
from gateway.core.directoryentry import listed, mailbox_of
from gateway.core.ldap import messages
from gateway.core.ldap.ber import BerError, whole_length
from gateway.core.ldap.filters import FilterError, compiled
from gateway.core.ldap.messages import Entry
from gateway.core.undeliverable import undeliverable
from tests.core.ldap.test_messages import entry, message, paged, result
from tests.core.test_undeliverable import REPORT
from tests.fuzz.engine import Target, check, checks


def _answer(octets: bytes) -> None:
    try:
        length = whole_length(octets, 1_048_576)
        assert length is None or length <= 1_048_576
        found = messages.read(octets, 2)
    except BerError:
        return
    if isinstance(found, Entry):
        for each in listed([found], ("proxyAddresses", "mail")):
            assert each.mailbox.key.rpartition("@")[2] == each.mailbox.ascii_domain


def _filter(octets: bytes) -> None:
    try:
        made = compiled(octets.decode("utf-8", "replace"))
    except FilterError:
        return
    assert whole_length(made, len(made)) == len(made)


def _notice(octets: bytes) -> None:
    for address in undeliverable(octets):
        assert "@" in address


def _file(octets: bytes) -> None:
    found = addresses_in(octets)
    keys = [mailbox.key for each in found.addresses if (mailbox := mailbox_of(each))]
    assert len(keys) == len(set(keys)) == len(found.addresses)


TARGETS = (
    Target(
        "ldap-answer",
        _answer,
        (
            message(2, entry(("proxyAddresses", ("SMTP:a@office.example", "X400:c=fr")), ("mail", ()))),
            message(2, result(0x65, 0), paged(b"cookie")),
            message(0, result(0x78, 52, "going down")),
        ),
        (b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", b"\x04\x82", b"\x64", b"\x31\x00", b"\x02\x01\x02", b"smtp:"),
    ),
    Target(
        "ldap-filter",
        _filter,
        (b"(&(mail=*)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))", b"(|(cn=a*b*c)(sn>=x)(o=\\2a))"),
        (b"(&", b"(|", b"(!", b":dn:=", b"*", b"\\2a", b"=", b">=", b"~="),
    ),
    Target(
        "notice",
        _notice,
        (REPORT,),
        (
            b"message/delivery-status",
            b"Final-Recipient: rfc822;",
            b"Status: 5.1.1\r\n",
            b"Action: failed\r\n",
            b"\r\n\r\n",
            b"a@b",
        ),
    ),
    Target(
        "address-file",
        _file,
        (
            b"anna@office.example\r\nBob <bob@office.example>\r\n",
            b'"Name","EmailAddresses"\r\n"Anna","SMTP:anna@office.example X400:C=FR;A= "\r\n',
            b"dn: cn=anna\nmail: anna@office.example\nproxyAddresses:: c210cDphQGI=\n",
            "mail\r\nanna@office.example\r\n".encode("utf-16"),
        ),
        (b"mail", b",", b";", b"smtp:", b"dn: ", b":: ", b"\r\n ", b"#", b"\xff\xfe", b"<", b">", b"@"),
    ),
)


@checks(TARGETS)
def test_who_exists_is_read_or_refused(target: Target) -> None:
    check(target)
