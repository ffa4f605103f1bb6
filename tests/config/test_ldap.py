from __future__ import annotations

import pytest

from gateway.config.ldap import directory_remarks, ldap_server
from gateway.config.problems import dotted
from gateway.config.schema import DomainSettings, LdapSettings, RecipientVerification, Settings


def remarks(ldap: LdapSettings | None, method: str = "ldap") -> list[tuple[str, str]]:
    how = RecipientVerification(method, ldap=ldap)  # type: ignore[arg-type]  # a test's word
    domain = {"office.example": DomainSettings("exchange", recipient_verification=how)}
    settings = Settings("mx.office.example", "it@office.example", domain=domain)
    return [
        (dotted(each.path).rpartition("recipient_verification.")[2], each.message)
        for each in directory_remarks(settings)
    ]


GOOD = LdapSettings(("ldaps://dc1.office.lan", "ldap://10.0.0.9:3268/"), "dc=office,dc=lan", "cn=gw", "ldap")


def test_a_good_directory_has_no_remark() -> None:
    assert remarks(GOOD) == []
    assert remarks(None, "callout") == []


def test_the_method_needs_its_directory() -> None:
    assert remarks(None)[0][0] == "ldap"


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("ldaps://dc1.office.lan", ("dc1.office.lan:636", True)),
        ("ldap://dc1.office.lan", ("dc1.office.lan:389", False)),
        ("LDAPS://dc1.office.lan:3269/", ("dc1.office.lan:3269", True)),
        ("ldaps://[2001:db8::1]", ("[2001:db8::1]:636", True)),
        ("ldaps://[2001:db8::1]:1636", ("[2001:db8::1]:1636", True)),
    ],
)
def test_a_url_names_a_place(url: str, where: tuple[str, bool]) -> None:
    assert ldap_server(url) == where


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"urls": ()}, "ldap.urls"),
        ({"urls": ("http://dc1",)}, "ldap.urls"),
        ({"urls": ("ldaps://",)}, "ldap.urls"),
        ({"urls": ("ldaps://dc1/dc=office?mail",)}, "ldap.urls"),
        ({"secret": ""}, "ldap.secret"),
        ({"bind_dn": ""}, "ldap.secret"),
        ({"filter": "mail=*"}, "ldap.filter"),
        ({"attributes": ()}, "ldap.attributes"),
        ({"authority": "../x"}, "ldap.authority"),
        ({"pin_sha256": ("x",)}, "ldap.pin_sha256"),
    ],
)
def test_what_makes_no_sense_is_said_where_it_stands(changes: dict[str, object], key: str) -> None:
    fields = {name: getattr(GOOD, name) for name in GOOD.__dataclass_fields__} | changes
    found = remarks(LdapSettings(**fields))
    assert len(found) == 1
    assert found[0][0].startswith(key)
